import type { StackValidationPolicy } from "@pulumi/policy";
import { MAX_MEMBERS } from "../infra/model/limits";
import { drivesOf, isSucceeded } from "./kit/drives";
import { checkStack, settings } from "./kit/policy";
import { count, quote } from "./kit/text";
import { TYPE } from "./kit/types";

const DEFAULTS = { max: MAX_MEMBERS };

export const volumesPerDrive: StackValidationPolicy = {
    name: "volumes-per-drive",
    description: "A drive has at most 20 volumes, and one more while a volume is leaving or copied.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Grow a volume in place, or replace small volumes by larger ones (`elastic-drive plan` shows the ways), instead of adding one.",
    configSchema: {
        properties: {
            max: { type: "integer", minimum: 1, default: DEFAULTS.max, description: "Volumes of one drive that stay." },
        },
    },
    validateStack: checkStack(TYPE.volume, (stack, report, args) => {
        const { max } = settings(args, DEFAULTS);
        for (const { name, volumes } of drivesOf(stack)) {
            // Released volumes are on their way out: LVM has let go of them.
            const there = volumes.filter(({ state }) => state !== "released");
            const leaving = there.filter(({ state }) => isSucceeded(state)).length;
            const allowed = max + Math.min(leaving, 1);
            if (there.length <= allowed) continue;
            const why = leaving > 0 ? `${max} and one more while a volume is leaving` : `${max}`;
            report(
                `drive ${quote(name)} has ${count(there.length, "volume")}: ${why} are allowed`,
                // The last by name is the one that was added.
                there.at(-1)?.volume.urn,
            );
        }
    }),
};
