import type { StackValidationPolicy } from "@pulumi/policy";
import { checkStack } from "./kit/policy";
import type { StackView } from "./kit/stack";
import { count, list, quote } from "./kit/text";
import { STACK, TYPE, type Seen } from "./kit/types";
import { driveNameOf } from "./kit/drives";
import { elements, known, UNKNOWN } from "./kit/unknown";

type Volume = Seen<typeof TYPE.volume>;

export const backupDeclared: StackValidationPolicy = {
    name: "backup-declared",
    description: "Data volumes have a backup plan.",
    // Advisory until the drive declares one itself.
    enforcementLevel: "advisory",
    severity: "medium",
    remediationSteps:
        "Declare a plan: aws.dlm.LifecyclePolicy with targetTags of the volumes, or aws.backup.Plan with a Selection of them. A plan " +
        "that another stack declares is not seen here: lower this policy with that as the reason.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html",
    validateStack: checkStack(TYPE.volume, (stack, report) => {
        const plans = plansOf(stack);
        const bare = stack.ofType(TYPE.volume).filter((volume) => !isCovered(volume, plans));
        const groups = new Map<string | undefined, Volume[]>();
        for (const volume of bare) {
            const drive = driveNameOf(volume);
            if (drive !== undefined && plans.drives.has(drive)) continue;
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

interface Plans {
    /** `key=value` of tags that a plan selects by. */
    readonly tags: ReadonlySet<string>;
    readonly urns: ReadonlySet<string>;
    readonly everything: boolean;
    readonly drives: ReadonlySet<string>;
}

function plansOf(stack: StackView): Plans {
    const tags = new Set<string>();
    const urns = new Set<string>();
    let everything = false;
    for (const policy of stack.ofType(TYPE.snapshotPolicy)) {
        const target = known(() => policy.props.policyDetails?.targetTags) ?? {};
        for (const key of Object.keys(target)) tags.add(`${key}=${known(() => target[key]) ?? ""}`);
    }
    for (const selection of stack.ofType(TYPE.backupSelection)) {
        for (const tag of elements(known(() => selection.props.selectionTags))) {
            if (tag !== UNKNOWN) tags.add(`${known(() => tag.key) ?? ""}=${known(() => tag.value) ?? ""}`);
        }
        for (const named of selection.propertyDependencies["resources"] ?? []) urns.add(named.urn);
        everything ||= elements(known(() => selection.props.resources)).some(
            (arn) =>
                arn === "*" || (typeof arn === "string" && /^arn:[^:]*:ec2:\*?[^:]*:\*?[^:]*:volume\/\*$/.test(arn)),
        );
    }
    return { tags, urns, everything, drives: drivesWithBackup(stack) };
}

/** Our own configuration will declare a plan as `backup`; its stack output `desired` shows it. */
function drivesWithBackup(stack: StackView): Set<string> {
    const desired = stack
        .ofTypeName(STACK)
        .map((root) => known(() => root.props["desired"] as { name?: string; backup?: unknown }));
    return new Set(
        desired.flatMap((drive) => (drive?.name !== undefined && drive.backup !== undefined ? [drive.name] : [])),
    );
}

function isCovered(volume: Volume, plans: Plans): boolean {
    if (plans.everything || plans.urns.has(volume.urn)) return true;
    const tags = known(() => volume.props.tags) ?? {};
    return Object.keys(tags).some((key) => plans.tags.has(`${key}=${known(() => tags[key]) ?? ""}`));
}
