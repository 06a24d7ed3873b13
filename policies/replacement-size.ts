import type { ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { drivesOf, type Drive, type DriveVolume } from "./kit/drives";
import { checkStack, settings } from "./kit/policy";
import { list, quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, known, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "replacement-size";
const DEFAULTS = { growthGiB: 0 };

/**
 * One linear logical volume owns every extent of the members, so a volume can leave only when others that are not full
 * yet hold what was on it, and those say whose data they take over (`takes`): a volume that this change creates looks full
 * once it is there, so without the word the end of its own `up` would be refused.
 */
export const replacementSize: StackValidationPolicy = {
    name: NAME,
    description: "What joins a drive holds what leaves it and the declared growth, and the last volume never leaves.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Let a volume of at least that size join and say `takes: [<the leaving slot>]` (in a program of your own the tag " +
        "elastic-drive:takes). The driver does it all: `elastic-drive replace <slot>`.",
    configSchema: {
        properties: {
            growthGiB: {
                type: "integer",
                minimum: 0,
                default: DEFAULTS.growthGiB,
                description: "Growth declared for this change, on top of what leaves.",
            },
        },
    },
    validateStack: checkStack(TYPE.volume, (stack, report, args) => {
        const { growthGiB } = settings(args, DEFAULTS);
        for (const drive of drivesOf(stack)) judge(drive, growthGiB, report);
    }),
};

function judge(drive: Drive, growth: number, report: ReportViolation): void {
    // A volume that is being copied holds its data until the copy, which EBS makes no smaller, is in its place.
    const members = drive.volumes.filter(({ state }) => state === "member" || state === "copying");
    const going = drive.volumes.filter(({ state }) => state === "leaving" || state === "released");
    const leaving = going.filter(({ state }) => state === "leaving");
    const first = going[0];
    if (first === undefined) return;
    if (members.length === 0) {
        return report(
            `${last(drive.volumes)} of drive ${quote(drive.name)} would leave: no volume would be left`,
            first.volume.urn,
        );
    }
    for (const { volume } of leaving.filter((one) => !holdsData(one))) {
        report(
            `volume ${quote(volume.name)} is leaving before it was ever there: nothing is on it to be moved`,
            volume.urn,
        );
    }
    const old = leaving.filter(holdsData);
    const at = old[0];
    if (at === undefined) return;
    const takers = members.filter((one) => one.takes.some((slot) => old.some((from) => from.slot === slot)));
    const joining = members.filter((one) => takers.includes(one) || !holdsData(one));
    const leaves = neededFor(old, drive.volumes);
    const joins = sizeOf(joining);
    const taken = sizeOf(takers);
    if (leaves === UNKNOWN || joins === UNKNOWN || taken === UNKNOWN)
        return notYet(report, NAME, `a size in drive ${quote(drive.name)}`, at.volume.urn);
    if (taken >= leaves + growth) return;
    if (joins >= leaves + growth) {
        const silent = joining.filter((one) => !takers.includes(one));
        const slots = old.map(({ slot, volume }) => slot ?? volume.name).join(", ");
        return report(
            `${names(old)} with ${leaves} GiB leaves drive ${quote(drive.name)} and ${names(silent)} with ${String(sizeOf(silent))} GiB joins, ` +
                `but does not say that it takes it over: write takes: [${slots}] to it`,
            at.volume.urn,
        );
    }
    const wanted = growth > 0 ? `${leaves} GiB and ${growth} GiB of growth` : `${leaves} GiB`;
    const there = joining.length === 0 ? "nothing joins to take it" : `${names(joining)} with ${joins} GiB joins`;
    report(
        `${names(old)} with ${leaves} GiB leaves drive ${quote(drive.name)} and ${there}: ` +
            `${leaves + growth - joins} GiB are missing to hold ${wanted}`,
        at.volume.urn,
    );
}

/** Whether there can be data on it: it exists (only then what EC2 gives it is known), or it is made from a snapshot. */
function holdsData({ volume }: DriveVolume): boolean {
    if ([() => volume.props.arn, () => volume.props.id].some((given) => typeof known(given) === "string")) return true;
    const snapshot = ask(() => volume.props.snapshotId);
    // EC2 fills it in, so that of a volume yet to be made is not known either: then only what it was computed from tells.
    if (snapshot === UNKNOWN) return (volume.propertyDependencies["snapshotId"] ?? []).length > 0;
    return snapshot !== undefined && snapshot !== "";
}

/**
 * What can be on the leaving volumes: all they hold, but on one that leaves in the middle of taking over others' data (a move
 * that is undone) no more than those others hold.
 */
function neededFor(leaving: readonly DriveVolume[], all: readonly DriveVolume[]): number | typeof UNKNOWN {
    let sum = 0;
    for (const one of leaving) {
        const size = sizeOf([one]);
        const sources = all.filter(({ slot }) => slot !== undefined && one.takes.includes(slot));
        const taken = sources.length === 0 ? size : sizeOf(sources);
        if (size === UNKNOWN || taken === UNKNOWN) return UNKNOWN;
        sum += Math.min(size, taken);
    }
    return sum;
}

function sizeOf(volumes: readonly DriveVolume[]): number | typeof UNKNOWN {
    let sum = 0;
    for (const { volume } of volumes) {
        const size = ask(() => volume.props.size);
        if (typeof size !== "number") return UNKNOWN;
        sum += size;
    }
    return sum;
}

const names = (volumes: readonly DriveVolume[]): string => list(volumes.map(({ volume }) => volume.name));
const last = (volumes: readonly DriveVolume[]): string =>
    volumes.length === 1 ? `the last volume (${names(volumes)})` : `every volume (${names(volumes)})`;
