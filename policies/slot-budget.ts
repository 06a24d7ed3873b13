import type { StackValidationPolicy } from "@pulumi/policy";
import { instanceLimits, INSTANCES_AS_OF, LEAST_ATTACHMENTS, UNLISTED_ATTACHMENTS } from "../infra/model/instances";
import { checkStack, settings } from "./kit/policy";
import { byServer } from "./kit/stack";
import { count, quote } from "./kit/text";
import { TYPE, type Seen } from "./kit/types";
import { ask, elements, notYet, remark, UNKNOWN } from "./kit/unknown";

const NAME = "slot-budget";
const DEFAULTS = { spare: 1, instanceTypes: {} as Readonly<Record<string, Override>> };

interface Override {
    readonly attachments: number;
    readonly limit?: "shared" | "dedicated";
}

export const slotBudget: StackValidationPolicy = {
    name: NAME,
    description: "An instance has attachments left for its root volume and for one volume that replaces another.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Attach fewer and larger volumes, or choose a type with more attachments: types of generation 7 and 8 have dedicated ones. " +
        "A type that the table does not know, or knows wrongly, is set in `instanceTypes`.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/volume_limits.html",
    configSchema: {
        properties: {
            spare: { type: "integer", minimum: 0, default: DEFAULTS.spare, description: "Attachments kept free." },
            instanceTypes: {
                type: "object",
                description: `Types that are missing or have changed since ${INSTANCES_AS_OF.date}, by name.`,
                additionalProperties: {
                    type: "object",
                    properties: {
                        attachments: { type: "integer", minimum: 1 },
                        limit: { type: "string", enum: ["shared", "dedicated"] },
                    },
                    required: ["attachments"],
                    additionalProperties: false,
                },
                default: {},
            },
        },
    },
    validateStack: checkStack(TYPE.attachment, (stack, report, args) => {
        const { spare, instanceTypes } = settings(args, DEFAULTS);
        for (const [server, pairs] of byServer(stack)) {
            const what = `instance ${quote(server.name)}`;
            const type = ask(() => server.props.instanceType);
            if (type === UNKNOWN || type === undefined) {
                notYet(report, NAME, `the type of ${what}`, server.urn);
                continue;
            }
            const table = Object.hasOwn(instanceTypes, type) ? instanceTypes[type] : instanceLimits(type);
            // Of a type that is not known, only what every type has is sure.
            const attachments = table?.attachments ?? LEAST_ATTACHMENTS;
            const shared = (table?.limit ?? "shared") === "shared";
            const cards = shared ? moreCards(server) : 0;
            // Devices written into the instance take attachments like any other.
            const volumes = pairs.length + inlineDevices(server);
            const needed = volumes + 1 + spare + cards;
            if (needed <= attachments) continue;
            const parts = [count(volumes, "data volume"), "the root volume"];
            if (cards > 0) parts.push(count(cards, "more network interface"));
            if (spare > 0) parts.push(`${spare} spare for a replacement in flight`);
            const message = `${what} needs ${needed} attachments (${parts.join(", ")}): `;
            if (table !== undefined) {
                const has = `${type} has ${attachments} ${shared ? "shared" : "dedicated"}`;
                report(`${message}${has} (${INSTANCES_AS_OF.date})`, server.urn);
                continue;
            }
            const guess = `how many ${type} has is not known (${INSTANCES_AS_OF.date}), most have ${UNLISTED_ATTACHMENTS}`;
            remark(report, NAME, `${message}${guess}; set it in instanceTypes`, server.urn);
        }
    }),
};

/** Network interfaces after the first: EC2's number has the first one and the instance's own disks taken off. */
function moreCards(server: Seen<typeof TYPE.instance>): number {
    const named = elements(ask(() => server.props.networkInterfaces)).length;
    const second = elements(ask(() => server.props.secondaryNetworkInterfaces)).length;
    return Math.max(0, named - 1) + second;
}

const inlineDevices = (server: Seen<typeof TYPE.instance>): number =>
    elements(ask(() => server.props.ebsBlockDevices)).length;
