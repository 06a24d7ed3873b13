import type { StackValidationPolicy } from "@pulumi/policy";
import { backupPlansOf } from "./kit/backup-plans";
import { checkStack } from "./kit/policy";
import { byServer, type StackView } from "./kit/stack";
import { count, list, quote } from "./kit/text";
import { STACK, TYPE, type Seen } from "./kit/types";
import { driveNameOf } from "./kit/drives";
import { known, UNKNOWN } from "./kit/unknown";

type Volume = Seen<typeof TYPE.volume>;

export const backupDeclared: StackValidationPolicy = {
    name: "backup-declared",
    description: "Data volumes have a backup plan.",
    // Advisory: every drive from before there was `backup`, and every new one, would be refused its next up. A stack makes it mandatory.
    enforcementLevel: "advisory",
    severity: "medium",
    remediationSteps:
        "Give the drive's configuration a `backup` (elastic-drive takes its sets then), or declare a plan: aws.dlm.LifecyclePolicy with targetTags of the volumes or their instances (not DISABLED), or aws.backup.Plan " +
        "with a Selection of them. A plan that another stack declares is not seen here: lower this policy with that as the reason.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html",
    validateStack: checkStack(TYPE.volume, (stack, report) => {
        const plans = backupPlansOf(stack);
        const declared = drivesWithBackup(stack);
        const byServers = coveredByServers(stack, plans);
        const bare = stack
            .ofType(TYPE.volume)
            .filter((volume) => !byServers.has(volume.urn) && !plans.some((selects) => selects(volume)));
        const groups = new Map<string | undefined, Volume[]>();
        for (const volume of bare) {
            const drive = driveNameOf(volume);
            if (drive !== undefined && declared.has(drive)) continue;
            const sisters = groups.get(drive);
            if (sisters) sisters.push(volume);
            else groups.set(drive, [volume]);
        }
        for (const [drive, volumes] of groups) {
            volumes.sort((a, b) => (a.name < b.name ? -1 : 1));
            const names = volumes.map(({ name }) => name);
            const whose = drive === undefined ? "" : ` of drive ${quote(drive)}`;
            const verb = volumes.length === 1 ? "has" : "have";
            report(
                `${count(volumes.length, "data volume")}${whose} ${verb} no backup plan: ${list(names)}`,
                volumes[0]?.urn,
            );
        }
    }),
};

/** Our own configuration declares a plan as `backup`; its stack output `desired` shows it. */
function drivesWithBackup(stack: StackView): Set<string> {
    return new Set(
        stack.ofTypeName(STACK).flatMap((root) => {
            const drive = known(() => {
                const { name, backup } = (root.props["desired"] ?? {}) as { name?: string; backup?: unknown };
                return backup === undefined ? undefined : name;
            });
            return drive ?? [];
        }),
    );
}

/** By URN: a plan for instances has their volumes too. */
function coveredByServers(stack: StackView, plans: ReturnType<typeof backupPlansOf>): Set<string> {
    const covered = new Set<string>();
    for (const [server, pairs] of byServer(stack)) {
        if (!plans.some((selects) => selects(server))) continue;
        for (const { volume } of pairs) if (volume !== undefined && volume !== UNKNOWN) covered.add(volume.urn);
    }
    return covered;
}
