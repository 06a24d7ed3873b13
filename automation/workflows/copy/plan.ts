import type { DriveConfig } from "../../../infra/model/config";
import {
    isKnown,
    knownServer,
    knownVolume,
    memberOf,
    type Observed,
    type SnapshotView,
    type VolumeView,
    type GuestView,
} from "../../model/observed";
import type { Refusal } from "../../model/refusal";
import type { Step } from "../../model/steps";

/** A slot whose volume is copied, and the slot whose volume is the copy (S13). */
export interface Copy {
    readonly slot: string;
    readonly to: string;
    /**
     * wished: the drive is in use. copying: it was seen to be put aside, and the volume is detached and snapshotted. taken: the copy is
     * made from that snapshot, and takes the place.
     */
    readonly stage: "wished" | "copying" | "taken";
}

/** The schema lets there be one at a time, with one slot that copies it. */
export function copyUnderWay({ slots }: DriveConfig): Copy | undefined {
    for (const [to, { copies: slot, from }] of Object.entries(slots)) {
        const state = slot === undefined ? undefined : slots[slot]?.state;
        if (slot === undefined || (state !== "member" && state !== "copying")) continue;
        return { slot, to, stage: state === "member" ? "wished" : from === undefined ? "copying" : "taken" };
    }
    return undefined;
}

/** From here on there is no way back: what was made from the snapshot may have been written to. */
export const isCopyMade = (observed: Observed, { to, stage }: Copy): boolean =>
    stage === "taken" && volumeIn(observed, to) !== undefined;

const volumeIn = ({ stack, ec2 }: Observed, to: string): string | undefined =>
    stack.volumes[to] ?? ec2.volumes.find(({ slot }) => slot === to)?.id;

/**
 * What comes before any `up`: from the moment when the drive was seen put aside until the copy is to be made. The volume is detached,
 * and only then its final snapshot is taken: a snapshot of what is on no server is final by construction. The steps after the
 * next are a forecast.
 */
export function whileAside(desired: DriveConfig, observed: Observed): Step[] {
    const copy = copyUnderWay(desired);
    const volume = copy === undefined ? undefined : knownVolume(observed, copy.slot);
    if (copy === undefined || volume === undefined) return [];
    if (copy.stage === "wished") return isAside(observed.guest) ? beginning(desired, copy, volume) : [];
    if (copy.stage === "taken") return isTrue(desired, copy, volume, observed) ? [] : [again(desired, copy)];
    return detached(desired, copy, volume, observed);
}

/** What follows when the drive is as it should be, and a copy of a volume is wished for. `pending`: an `up` comes first. */
export function untilAside(desired: DriveConfig, observed: Observed, pending: boolean): Step[] {
    const copy = copyUnderWay(desired);
    const volume = copy === undefined ? undefined : knownVolume(observed, copy.slot);
    const server = knownServer(observed);
    if (copy?.stage !== "wished" || volume === undefined || server === undefined) return [];
    if (!pending && (observed.guest?.reachable !== true || !observed.guest.mounted)) return [];
    return [
        ...taken(copy, volume.id, "ahead", latest(observed, volume.id, "ahead")),
        { kind: "quiesce", serverId: server.id, aside: copy.slot },
        ...beginning(desired, copy, volume),
    ];
}

/** Nothing of the drive is used, and nothing but an `up` will use it again. */
export function isAside(guest: GuestView | undefined): boolean {
    if (guest?.reachable !== true || guest.asideSince === undefined) return false;
    return !guest.mounted && guest.active !== true && guest.exports.length === 0;
}

function beginning(desired: DriveConfig, copy: Copy, volume: VolumeView): Step[] {
    const { slot } = copy;
    const slots = { ...desired.slots, [slot]: { ...desired.slots[slot]!, state: "copying" as const } };
    const next = { ...desired, revision: desired.revision + 1, slots };
    return [
        { kind: "configure", desired: next, why: `slot ${slot} is put aside to be copied` },
        { kind: "detach", slot, volumeId: volume.id, serverId: volume.attachedTo ?? "" },
        ...taken(copy, volume.id, "final", undefined),
        made(next, copy, volume.id, "snap-…"),
    ];
}

function detached(desired: DriveConfig, copy: Copy, volume: VolumeView, observed: Observed): Step[] {
    const final = volume.attachedTo === undefined ? latest(observed, volume.id, "final") : undefined;
    return [
        ...(volume.attachedTo === undefined ? [] : offTheServer(copy, volume.id, volume.attachedTo, observed)),
        ...taken(copy, volume.id, "final", final),
        made(desired, copy, volume.id, final?.id ?? "snap-…"),
    ];
}

/** Attached once more, the volume may have been written to, and the snapshot is not the last word any more. */
function isTrue(desired: DriveConfig, copy: Copy, volume: VolumeView, observed: Observed): boolean {
    if (isCopyMade(observed, copy)) return true; // what is on the server says whether it may take the place
    const { from } = desired.slots[copy.to]!;
    return volume.attachedTo === undefined && observed.ec2.snapshots.some(({ id }) => id === from);
}

function again(desired: DriveConfig, { slot, to }: Copy): Step {
    const { from: _from, fromVolume: _fromVolume, ...rest } = desired.slots[to]!;
    const next = { ...desired, revision: desired.revision + 1, slots: { ...desired.slots, [to]: rest } };
    return { kind: "configure", desired: next, why: `slot ${slot} has to be snapshotted once more` };
}

/** A stopped server is started first, a silent one waited for: only the server itself can say that nothing is used. */
function offTheServer({ slot }: Copy, volumeId: string, serverId: string, observed: Observed): Step[] {
    const detach: Step = { kind: "detach", slot, volumeId, serverId };
    const { guest } = observed;
    if (knownServer(observed)?.state !== "running" || guest === undefined || isAside(guest)) return [detach];
    if (!guest.reachable) return [{ kind: "waitGuest", serverId }, detach];
    return [{ kind: "quiesce", serverId, aside: slot }, detach];
}

function taken({ slot }: Copy, volumeId: string, stage: "ahead" | "final", seen: SnapshotView | undefined): Step[] {
    const wait: Step = { kind: "waitSnapshot", slot, volumeId, stage };
    if (seen === undefined) return [{ kind: "snapshot", slot, volumeId, stage }, wait];
    return seen.state === "completed" ? [] : [wait];
}

function made(desired: DriveConfig, { slot, to }: Copy, fromVolume: string, from: string): Step {
    const slots = { ...desired.slots, [to]: { ...desired.slots[to]!, from, fromVolume } };
    return {
        kind: "configure",
        desired: { ...desired, revision: desired.revision + 1, slots },
        why: `slot ${to} is made from the snapshot of slot ${slot}`,
    };
}

/** The first by id, should there be two: a reply that was lost, and a look that came too early. */
const latest = (observed: Observed, volumeId: string, stage: "ahead" | "final"): SnapshotView | undefined =>
    observed.ec2.snapshots.find((one) => one.volumeId === volumeId && one.stage === stage && one.state !== "error");

/**
 * Snapshots that no copy waits for. They go before anything else is done: one that is left when its volume is attached again
 * would be taken for the last word.
 */
export function unneededSnapshots(desired: DriveConfig, observed: Observed): Step[] {
    const copy = copyUnderWay(desired);
    const volume = copy === undefined ? undefined : knownVolume(observed, copy.slot);
    const needed = (snapshot: SnapshotView): boolean => {
        if (copy === undefined || volume === undefined || snapshot.volumeId !== volume.id) return false;
        if (copy.stage === "taken" && isTrue(desired, copy, volume, observed) && snapshot.stage === "final")
            return snapshot.id === desired.slots[copy.to]!.from;
        const isFree = copy.stage !== "wished" && volume.attachedTo === undefined;
        const final = isFree ? latest(observed, volume.id, "final") : undefined;
        if (snapshot.stage === "final") return snapshot.id === final?.id;
        return snapshot.id === latest(observed, volume.id, "ahead")?.id; // kept: in the downtime every call counts
    };
    return observed.ec2.snapshots
        .filter((snapshot) => !needed(snapshot))
        .map(({ id }): Step => ({ kind: "deleteSnapshot", snapshotId: id }));
}

/** The copy is a member of the whole, mounted drive: nothing needs what it was made from. */
export function isCopyInPlace(desired: DriveConfig, observed: Observed): boolean {
    const copy = copyUnderWay(desired);
    const { guest } = observed;
    if (copy?.stage !== "taken" || guest?.reachable !== true || !guest.mounted || guest.missing.length > 0)
        return false;
    return memberOf(observed, copy.to) !== undefined && memberOf(observed, copy.slot) === undefined;
}

/**
 * By what the group's other volumes say. A copy of what was there before must not come beside them: nothing keeps the server from
 * mounting a group that is whole and not put aside, before anyone asks what is on it.
 */
function isMountedSince(copy: Copy, observed: Observed): boolean {
    const { guest } = observed;
    if (copy.stage === "wished" || isCopyMade(observed, copy)) return false;
    if (knownVolume(observed, copy.slot)?.attachedTo !== undefined) return false; // it is put aside once more
    return guest?.reachable === true && guest.members.length > 0 && guest.asideSince === undefined;
}

/** Two disks of one physical volume never lie on one server, and a copy goes into a slot that has never had a volume. */
export function copyFaults(desired: DriveConfig, observed: Observed): Refusal[] {
    const wish = copyUnderWay(desired);
    const other = wish === undefined || wish.stage === "taken" ? undefined : volumeIn(observed, wish.to);
    if (wish !== undefined && other !== undefined) {
        return [
            {
                code: "SlotTaken",
                message: `slot ${wish.to} has volume ${other} already, so no copy of slot ${wish.slot} can go there`,
                hint: `elastic-drive cancel; then look what ${other} is, and let another slot take the copy`,
            },
        ];
    }
    if (wish !== undefined && isMountedSince(wish, observed)) {
        return [
            {
                code: "CopyStale",
                message: `slot ${wish.slot} is being copied, and the drive was mounted with its old volume since it was put aside`,
                hint: "elastic-drive cancel: the old volume takes its place again",
            },
        ];
    }
    return Object.entries(observed.stack.volumes).flatMap(([slot, id]): Refusal[] => {
        const copy = observed.ec2.volumes.find((volume) => volume.fromVolume === id);
        const wanted = desired.slots[slot];
        if (copy === undefined || wanted === undefined) return [];
        const isPutAside = wanted.state === "copying" || wanted.state === "released";
        if (isPutAside && knownVolume(observed, slot)?.attachedTo !== undefined) {
            return [
                {
                    code: "VolumeAttachedAgain",
                    message: `volume ${id} of slot ${slot} is attached, and volume ${copy.id} is its copy`,
                    hint: "detach it where nothing uses it; elastic-drive up goes on with the copy then",
                },
            ];
        }
        // One that the state does not know was never attached: attachments come after it.
        if (isPutAside || !isKnown(observed, copy.id)) return [];
        return [
            {
                code: "CopyInPlace",
                message: `slots.${slot}.state is ${wanted.state}, but volume ${copy.id} of slot ${copy.slot} has taken its place`,
                hint: `set slots.${slot}.state back to copying: elastic-drive up ends the copy`,
            },
        ];
    });
}
