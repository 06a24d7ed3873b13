import type { StackValidationPolicy } from "@pulumi/policy";
import { MAX_MEMBERS } from "../infra/model/limits";
import { drivesOf, isSucceeded, tagOf } from "./kit/drives";
import { checkStack, settings } from "./kit/policy";
import { count, quote } from "./kit/text";
import { TYPE } from "./kit/types";

const DEFAULTS = { max: MAX_MEMBERS, customerTag: "" };

export const volumesPerCustomer: StackValidationPolicy = {
    name: "volumes-per-customer",
    description: "A customer has at most 20 data volumes; without a customer tag the stack is the customer.",
    enforcementLevel: "mandatory",
    severity: "medium",
    remediationSteps:
        "Use fewer and larger volumes, or agree on more and set `max`. Root volumes are part of their instances and are not counted.",
    configSchema: {
        properties: {
            max: { type: "integer", minimum: 0, default: DEFAULTS.max, description: "Data volumes of one customer." },
            customerTag: {
                type: "string",
                default: DEFAULTS.customerTag,
                description: "Tag of the volumes that names the customer; empty: one customer a stack.",
            },
        },
    },
    validateStack: checkStack(TYPE.volume, (stack, report, args) => {
        const { max, customerTag } = settings(args, DEFAULTS);
        // A volume that is leaving has its successor beside it for a while (requirement S15: one more).
        const passing = new Map(
            drivesOf(stack).flatMap(({ volumes }) =>
                volumes
                    .filter(({ state }) => state !== "member")
                    .map(({ volume, state }) => [volume.urn, state] as const),
            ),
        );
        const customers = new Map<string, { volumes: string[]; leaving: number }>();
        for (const volume of stack.ofType(TYPE.volume)) {
            const state = passing.get(volume.urn);
            if (state === "released") continue;
            const customer = (customerTag !== "" && tagOf(volume, customerTag)) || "";
            const found = customers.get(customer) ?? { volumes: [], leaving: 0 };
            if (found.volumes.length === 0) customers.set(customer, found);
            found.volumes.push(volume.urn);
            if (isSucceeded(state)) found.leaving++;
        }
        for (const [customer, { volumes, leaving }] of customers) {
            if (volumes.length <= max + Math.min(leaving, 1)) continue;
            const who = customer === "" ? "the stack" : `customer ${quote(customer)}`;
            report(`${who} has ${count(volumes.length, "data volume")}: ${max} are allowed`, volumes.sort().at(-1));
        }
    }),
};
