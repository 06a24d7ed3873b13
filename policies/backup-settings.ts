import type { ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { ageHours, KEEP_LEVELS } from "../infra/model/backup";
import { drivesOf } from "./kit/drives";
import { checkStack, settings } from "./kit/policy";
import { quote } from "./kit/text";
import { STACK, TYPE } from "./kit/types";
import { ask, notYet, remark, UNKNOWN } from "./kit/unknown";

const NAME = "backup-settings";
const DEFAULTS = { maxEveryHours: 24, minKeepDays: 7, maxWarnAfterHours: 72 };

/** What our own configuration declares (infra/model/backup.ts), as far as it has that shape. */
interface Declared {
    readonly everyHours?: unknown;
    readonly keep?: Readonly<Record<string, unknown>>;
    readonly freeze?: unknown;
    readonly warnAfterHours?: unknown;
}

export const backupSettings: StackValidationPolicy = {
    name: NAME,
    description: "A drive's backup sets are taken often enough, kept long enough, and missed soon enough.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Set backup.everyHours, backup.keep or backup.warnAfterHours of the drive's configuration. Where less is enough say so in this policy's settings.",
    configSchema: {
        properties: {
            maxEveryHours: {
                type: "number",
                minimum: 1,
                default: DEFAULTS.maxEveryHours,
                description: "Hours between two sets at most: the work that may be lost.",
            },
            minKeepDays: {
                type: "number",
                minimum: 0,
                default: DEFAULTS.minKeepDays,
                description: "Days that the longest level of `keep` lasts at least: how late a mistake may be found.",
            },
            maxWarnAfterHours: {
                type: "number",
                minimum: 1,
                default: DEFAULTS.maxWarnAfterHours,
                description: "Hours without a new good set, at most, before people are warned.",
            },
        },
    },
    validateStack: checkStack(TYPE.volume, (stack, report, args) => {
        const limits = settings(args, DEFAULTS);
        for (const root of stack.ofTypeName(STACK)) {
            const drive = ask(() => fields(root.props["desired"])["name"]);
            // Another program may have an output of this name: only what is a drive of this stack is read.
            if (typeof drive !== "string" || !drivesOf(stack).some(({ name }) => name === drive)) continue;
            const judged = ask(() => {
                const backup = fields(root.props["desired"])["backup"];
                if (backup !== undefined) judge(quote(drive), fields(backup), limits, report, root.urn);
            });
            if (judged === UNKNOWN) notYet(report, NAME, `backup of drive ${quote(drive)}`, root.urn);
        }
    }),
};

function judge(drive: string, declared: Declared, limits: typeof DEFAULTS, report: ReportViolation, urn: string): void {
    // All are read before anything is said: one that is not known ends this at once.
    const { everyHours, freeze, warnAfterHours } = declared;
    const kept = longestKeep(fields(declared.keep));
    if (typeof everyHours === "number" && everyHours > limits.maxEveryHours)
        report(
            `drive ${drive} takes a backup set every ${everyHours} h: so much work is lost with a volume, and ${limits.maxEveryHours} h are allowed`,
            urn,
        );
    if (kept !== undefined && kept < limits.minKeepDays * 24)
        report(
            `drive ${drive} keeps its backup sets for ${kept} h: what is found missing later is lost, and ${limits.minKeepDays * 24} h are wanted`,
            urn,
        );
    if (typeof warnAfterHours === "number" && warnAfterHours > limits.maxWarnAfterHours)
        report(
            `drive ${drive} warns of missing backup sets after ${warnAfterHours} h, and ${limits.maxWarnAfterHours} h are allowed`,
            urn,
        );
    if (freeze === "never")
        remark(
            report,
            NAME,
            `drive ${drive} is never frozen for a backup set: what was written in the last half minute and never synced can be missing in it`,
            urn,
        );
}

/** Hours; undefined: there is no level that could be read. */
function longestKeep(keep: Readonly<Record<string, unknown>>): number | undefined {
    const hours = KEEP_LEVELS.flatMap((level) => {
        const text = keep[level];
        return (typeof text === "string" ? ageHours(text) : undefined) ?? [];
    });
    return hours.length === 0 ? undefined : Math.max(...hours);
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
