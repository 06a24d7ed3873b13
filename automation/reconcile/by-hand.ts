import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { MODIFICATIONS_PER_DAY, performanceOf } from "../../infra/model/limits";
import { budgetOf } from "./modifications";
import { differsFrom, differenceFrom, knownVolume, type Observed, type VolumeView } from "../model/observed";
import type { Refusal } from "../model/refusal";

/**
 * What somebody did beside the driver, or what a change was that was taken back after it had been carried out: the engine's
 * state does not know it, so that nothing would be done, and with a refresh the old performance would come back or a shrink be
 * asked for. Never guessed: whoever did it says which one holds.
 */
export function modifiedByHand(slot: string, wanted: SlotConfig, observed: Observed): Refusal[] {
    const applied = observed.stack.desired?.slots[slot];
    const volume = knownVolume(observed, slot);
    if (applied === undefined || volume === undefined) return [];
    const what = differenceFrom(wanted, volume);
    if (volume.sizeGiB < wanted.sizeGiB) return []; // no hand can shrink it: a view that lags
    // What the configuration asks to change is a change that is under way.
    if (what === undefined || shapeOf(wanted)[what] !== shapeOf(applied)[what]) return [];
    const back = what === "sizeGiB" ? "" : "; or give the volume back what the slot says";
    return [
        {
            code: "VolumeModifiedByHand",
            message: `volume ${volume.id} of slot ${slot} is ${text(volume)}, slots.${slot} is ${text(wanted)}, and this drive did not change it`,
            hint: `elastic-drive change ${slot} ${flags(wanted, volume)} takes it into the configuration${back}`,
        },
    ];
}

/** A further modification that EC2 would refuse: said before the engine is asked, with the time from which it is possible. */
export function modificationsSpent(slot: string, desired: DriveConfig, observed: Observed): Refusal[] {
    const volume = knownVolume(observed, slot);
    if (volume === undefined || !differsFrom(desired.slots[slot]!, volume)) return [];
    const { left, nextAt } = budgetOf(desired, slot, observed);
    if (left > 0) return [];
    const when = nextAt === undefined ? "" : `: the next is possible at ${nextAt}`;
    return [
        {
            code: "ModificationsSpent",
            message: `volume ${volume.id} of slot ${slot} has had the ${MODIFICATIONS_PER_DAY} modifications that EC2 takes in 24 hours${when}`,
            hint: `the same command goes on then; until then slots.${slot} may stay ${text(volume)}, and elastic-drive plan shows the ways that modify nothing`,
        },
    ];
}

/**
 * A disk that was added to the group beside the driver: nothing of it is protected, tagged or known to whoever looks for the drive's
 * volumes. Or one of ours that has lost its tags and whose stack has forgotten it: so nothing that deletes is advised.
 */
export function strangers({ guest, ec2, stack }: Observed): Refusal[] {
    if (guest?.reachable !== true) return [];
    const ours = new Set([...Object.values(stack.volumes), ...ec2.volumes.map(({ id }) => id)]);
    return guest.members
        .filter(({ volumeId }) => !ours.has(volumeId))
        .map(({ volumeId, usedBytes }) => ({
            code: "ForeignMember",
            message: `${volumeId} is a member of the drive's volume group and of no slot that is known here, and ${(usedBytes / 1024 ** 3).toFixed(1)} GiB of the drive are on it`,
            hint: volumeId.startsWith("vol-")
                ? `look whose it is before anything else: aws sts get-caller-identity, the region, aws ec2 describe-volumes --volume-ids ${volumeId}. A volume of this drive gets back its tags (elastic-drive:drive, elastic-drive:slot), and its slot comes with elastic-drive pull or from the stack's state; one that a hand added: docs/guide.md ("A disk that a hand added")`
                : `it answers without a serial, so nobody can say which volume it is: lsblk -o NAME,SIZE,SERIAL ${volumeId} on the server; docs/guide.md ("A disk that a hand added")`,
        }));
}

/**
 * What the server refuses to mount at boot `up` does not mount either; but a volume of a slot is none of these: the `up` that is to come
 * records it where it is.
 */
export function wrongDisks({ guest, stack }: Observed): Refusal[] {
    if (guest?.reachable !== true || guest.disks?.refused !== true) return [];
    const { seen, expected, hint, wrong } = guest.disks;
    const ours = Object.values(stack.volumes);
    if (wrong.length > 0 && wrong.every((id) => ours.includes(id))) return [];
    return [
        { code: "DisksRefused", message: `the server does not mount the drive: ${seen}; expected ${expected}`, hint },
    ];
}

/** The volume is as it is wanted, and the engine's state does not know it yet: a refresh tells it, so that no call is made that changes nothing. */
export function alreadyAsWanted(desired: DriveConfig, observed: Observed): boolean {
    return Object.entries(desired.slots).some(([slot, wanted]) => {
        const applied = observed.stack.desired?.slots[slot];
        const volume = knownVolume(observed, slot);
        if (applied === undefined || volume === undefined || differsFrom(wanted, volume)) return false;
        return SHAPE.some((key) => shapeOf(applied)[key] !== shapeOf(wanted)[key]);
    });
}

/**
 * EC2 has given a modification up: the engine's state may hold what was wanted, so that it would ask for nothing and only look at the
 * failed one again. After a refresh it sees the difference.
 */
export function modificationFailed(desired: DriveConfig, observed: Observed): boolean {
    return Object.entries(desired.slots).some(([slot, wanted]) => {
        const volume = knownVolume(observed, slot);
        return volume?.failed !== undefined && differsFrom(wanted, volume);
    });
}

const SHAPE = ["sizeGiB", "type", "iops", "throughput"] as const;

const shapeOf = (slot: SlotConfig) => ({ sizeGiB: slot.sizeGiB, type: slot.type, ...performanceOf(slot) });

function text(shape: SlotConfig | VolumeView): string {
    const { iops, throughput } = "id" in shape ? shape : performanceOf(shape);
    const speed = [iops, throughput].filter((value) => value !== undefined && value > 0).join("/");
    return `${shape.sizeGiB} GiB ${shape.type}${speed === "" ? "" : ` ${speed}`}`;
}

/** What makes the slot as the volume is. */
function flags(wanted: SlotConfig, { sizeGiB, type, iops, throughput }: VolumeView): string {
    const is = performanceOf(wanted);
    const settable = ["gp3", "io1", "io2"].includes(type);
    return [
        ...(sizeGiB === wanted.sizeGiB ? [] : [`--size ${sizeGiB}GiB`]),
        ...(type === wanted.type ? [] : [`--type ${type}`]),
        ...(settable && iops !== undefined && iops !== is.iops ? [`--iops ${iops}`] : []),
        ...(type === "gp3" && throughput !== undefined && throughput !== is.throughput
            ? [`--throughput ${throughput}`]
            : []),
    ].join(" ");
}
