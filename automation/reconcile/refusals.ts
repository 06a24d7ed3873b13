import type { Refusal } from "../model/refusal";
import { COMES_BACK, comesBack } from "../../infra/model/access";
import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { placeOf } from "../../infra/model/slots";
import { modificationsSpent, modifiedByHand, strangers, wrongDisks } from "./by-hand";
import { copyFaults } from "../workflows/copy/plan";
import { lookFirst } from "./look-first";
import { gone } from "./made-once";
import { driveUnknown, leaks, leftovers, unproven } from "./leftovers";
import { takerStage } from "../workflows/move/stages";
import { roomFaults } from "../workflows/move/plan";
import { isKnown, knownServer, knownVolume, type Observed } from "../model/observed";

/** Everything that speaks against going on, all at once; empty = nothing does. Nothing has been touched by then. */
export function refusals(desired: DriveConfig, observed: Observed): Refusal[] {
    const stale = [...staleCheckout(desired, observed), ...accessBack(desired, observed)];
    if (stale.length > 0) return stale; // what an old checkout asks for is not worth judging
    const unknown = driveUnknown(observed);
    if (unknown.length > 0) return unknown; // nor what a stack wants that knows nothing of the drive
    return [
        ...identity(desired, observed),
        ...server(desired, observed),
        ...Object.keys(observed.stack.volumes).flatMap((slot) => vanished(slot, desired, observed)),
        ...Object.entries(desired.slots).flatMap(([slot, wanted]) => changed(slot, wanted, desired, observed)),
        ...roomFaults(desired, observed),
        ...copyFaults(desired, observed),
        ...leaks(observed),
        ...unproven(desired, observed),
        ...leftovers(desired, observed),
        ...inside(observed),
        ...wrongDisks(observed),
        ...gone(desired, observed),
        ...strangers(observed),
    ];
}

/** Apart from the others: an operation asks it of the configuration that it found, and the rest of the one it makes. */
export function staleCheckout(desired: DriveConfig, { stack }: Observed): Refusal[] {
    if (stack.revision === undefined || desired.revision >= stack.revision) return [];
    return [
        {
            code: "StaleCheckout",
            message: `this checkout's configuration is revision ${desired.revision}, the drive is at revision ${stack.revision}`,
            hint: "elastic-drive pull brings the configuration up to date",
        },
    ];
}

/** Two checkouts share a revision after a plain `pulumi up` of a change by hand: what it took away tells the older one. */
function accessBack(desired: DriveConfig, { stack }: Observed): Refusal[] {
    const back = comesBack(stack.removed ?? [], desired);
    return back.length === 0 ? [] : [{ ...COMES_BACK, message: COMES_BACK.message(back) }];
}

function identity(desired: DriveConfig, { stack }: Observed): Refusal[] {
    const applied = stack.desired;
    if (applied === undefined) return [];
    const found: Refusal[] = [];
    const cannot = (code: string, key: string, from: string, to: string, why: string, hint: string): void => {
        if (from !== to) found.push({ code, message: `${key} changed from ${from} to ${to}: ${why}`, hint });
    };
    const back = (key: string, value: string): string => `set ${key} back to ${value}`;
    cannot(
        "NameChanged",
        "name",
        applied.name,
        desired.name,
        "the name is the drive's identity and on every tag",
        back("name", applied.name),
    );
    cannot(
        "ZoneChanged",
        "zone",
        applied.zone,
        desired.zone,
        "volumes cannot leave their zone",
        back("zone", applied.zone),
    );
    cannot(
        "SubnetChanged",
        "network.subnetId",
        applied.network.subnetId,
        desired.network.subnetId,
        "the drive's address would change under its clients",
        back("network.subnetId", applied.network.subnetId),
    );
    for (const key of ["account", "nonce"] as const) {
        const [from, to = "nothing"] = [applied[key], desired[key]];
        const why = "the drive's things are known by it";
        if (from !== undefined) cannot("IdentityChanged", key, from, to, why, back(key, from));
    }
    return found;
}

/** Replacing a live server is an order in time; after its death a new one may be anything. */
function server(desired: DriveConfig, observed: Observed): Refusal[] {
    const live = knownServer(observed);
    if (live === undefined || live.leaving || live.state === "shutting-down") return [];
    const found: Refusal[] = [];
    const hint = "elastic-drive rehost does it: exports stop, the drive is unmounted, a new server takes over";
    if (live.imageId !== desired.server.imageId) {
        const message = `server.imageId is ${desired.server.imageId}, server ${live.id} runs ${live.imageId}: this means a new server`;
        found.push({ code: "RehostNeeded", message, hint });
    }
    if (live.instanceType !== desired.server.instanceType) {
        const message = `server.instanceType is ${desired.server.instanceType}, server ${live.id} is an ${live.instanceType}: this means a new server`;
        found.push({ code: "RehostNeeded", message, hint });
    }
    return found;
}

/**
 * A slot may vanish from the configuration only after an `up` of it as released (design §1, a slot's life). The outputs of the `up` that
 * takes it away are there before the engine deletes: killed in between, the state has a volume of a slot that was released before.
 */
function vanished(slot: string, desired: DriveConfig, observed: Observed): Refusal[] {
    const applied = observed.stack.desired?.slots;
    if (desired.slots[slot] !== undefined || applied?.[slot]?.state === "released") return [];
    const { unprotected = [], volumes } = observed.stack;
    const isCalledOff = unprotected.length === Object.keys(volumes).length; // a destroy unprotects all; of a move something stays
    const wasReleased = applied !== undefined && unprotected.includes(slot) && !isCalledOff;
    if (wasReleased && isMember(observed.stack.volumes[slot]!, observed) !== true) return [];
    if (knownVolume(observed, slot) === undefined) {
        return [
            {
                code: "VolumeLost",
                message: `slot ${slot} is not in the configuration, and EC2 shows no volume ${observed.stack.volumes[slot]} of this drive any more`,
                hint: lookFirst(observed.stack.volumes[slot]!),
            },
        ];
    }
    return [
        {
            code: "SlotHoldsData",
            message: `slot ${slot} still holds data (${observed.stack.volumes[slot]}), but is gone from the configuration`,
            hint: `put slots.${slot} back; elastic-drive replace ${slot} moves its data first`,
        },
    ];
}

function changed(slot: string, wanted: SlotConfig, desired: DriveConfig, observed: Observed): Refusal[] {
    const slots = observed.stack.desired?.slots ?? {};
    const applied = slots[slot];
    if (placeOf(slots, slot) === "nothing" && !mayBe(slot, wanted, observed)) {
        return [
            {
                code: "SlotNeverJoined",
                message: `slots.${slot}.state is ${wanted.state}, but the slot never was a member`,
                hint: `set slots.${slot}.state to member, or take the slot out`,
            },
        ];
    }
    if (observed.stack.volumes[slot] === undefined) return [];
    const volume = knownVolume(observed, slot);
    if (volume === undefined) {
        return [
            {
                code: "VolumeLost",
                message: `EC2 shows no volume ${observed.stack.volumes[slot]} (slot ${slot}) of this drive any more`,
                hint: lookFirst(observed.stack.volumes[slot]),
            },
        ];
    }
    const found = [...modifiedByHand(slot, wanted, observed), ...modificationsSpent(slot, desired, observed)];
    if (wanted.sizeGiB < volume.sizeGiB && wanted.sizeGiB !== applied?.sizeGiB) {
        found.push({
            code: "ShrinkRefused",
            message: `slots.${slot}.sizeGiB is ${wanted.sizeGiB}, volume ${volume.id} has ${volume.sizeGiB} GiB: volumes and XFS never shrink`,
            hint: `set it to ${volume.sizeGiB} or more`,
        });
    }
    if (volume.zone !== desired.zone) {
        found.push({
            code: "ZoneChanged",
            message: `volume ${volume.id} of slot ${slot} is in ${volume.zone}, the drive is to be in ${desired.zone}`,
            hint: `set zone back to ${volume.zone}`,
        });
    }
    if (wanted.from !== undefined && wanted.from !== volume.snapshotId) {
        found.push({
            code: "LineageChanged",
            message: `slots.${slot}.from is ${wanted.from}, volume ${volume.id} came from ${volume.snapshotId ?? "no snapshot"}: this would replace it`,
            hint: "a copy of a snapshot goes into a new slot",
        });
    }
    if (volume.attachedTo !== undefined && !isKnown(observed, volume.attachedTo)) {
        found.push({
            code: "VolumeElsewhere",
            message: `volume ${volume.id} of slot ${slot} is attached to ${volume.attachedTo}, which is not this drive's server`,
            hint: "find out what uses it, and detach it there",
        });
    }
    return [
        ...found,
        ...released(slot, wanted, applied, volume.id, observed),
        ...emptied(slot, wanted, applied, volume.id, observed),
    ];
}

/**
 * A slot of which no `up` has ended is a member. But a move may have ended before such an `up` did: then its slot leaves if it has
 * joined, and goes if it is seen that it has not.
 */
function mayBe(slot: string, { state }: SlotConfig, observed: Observed): boolean {
    if (state === "member" || state === "coming") return true; // coming: see retirement.ts
    const stage = takerStage(slot, observed);
    if (state === "leaving") return stage === "joined" || stage === undefined;
    return state === "released" && stage !== "nothing"; // whether it is a member is judged with all that are released
}

/** `released` lifts the protection: only once LVM has really let go (design §3.6), read and not believed. */
function released(
    slot: string,
    wanted: SlotConfig,
    applied: SlotConfig | undefined,
    volumeId: string,
    observed: Observed,
): Refusal[] {
    if (wanted.state !== "released" || applied?.state === "released") return [];
    const isIn = isMember(volumeId, observed);
    if (isIn === false) return [];
    const seen =
        isIn === true
            ? "is still in the volume group"
            : "cannot be shown to be empty: the drive is not mounted and whole";
    return [
        {
            code: "SlotHoldsData",
            message: `slots.${slot}.state is released, but volume ${volumeId} ${seen}`,
            hint: `released is written by the driver: set it back to ${applied?.state ?? "member"}; elastic-drive replace ${slot} moves its data first`,
        },
    ];
}

/** Only a mounted, whole drive tells: a new server that has no disk yet knows of no member at all. */
function isMember(volumeId: string, { guest }: Observed): boolean | undefined {
    if (guest?.reachable !== true || !guest.mounted || guest.missing.length > 0) return undefined;
    return guest.members.some((member) => member.volumeId === volumeId);
}

/** What came from a snapshot is never made a physical volume anew (design §3.2): emptied and let go, it cannot stay. */
function emptied(
    slot: string,
    wanted: SlotConfig,
    applied: SlotConfig | undefined,
    volumeId: string,
    observed: Observed,
): Refusal[] {
    if (wanted.state !== "member" || wanted.from === undefined) return [];
    if (applied?.state !== "leaving" && applied?.state !== "released") return [];
    if (isMember(volumeId, observed) !== false) return [];
    return [
        {
            code: "SlotEmptied",
            message: `slots.${slot}.state is member, but volume ${volumeId} is empty, LVM has let it go, and it was made from a snapshot`,
            hint: `it is too late to cancel: with slots.${slot}.state ${applied.state}, elastic-drive up ends the move`,
        },
    ];
}

/** A group with a missing PV takes no join, no extend, no mount (design §3.2). */
function inside({ guest, ec2, stack }: Observed): Refusal[] {
    if (guest?.reachable !== true || guest.missing.length === 0) return [];
    const detached = ec2.volumes.filter((volume) => stack.ids.includes(volume.id) && volume.attachedTo === undefined);
    if (detached.length > 0) return []; // attaching them again is what `up` is for
    return [
        {
            code: "GroupIncomplete",
            message: `the volume group misses ${guest.missing.join(", ")}, though every volume of the drive is attached`,
            hint: 'elastic-drive status names the disks; lsblk -o NAME,SIZE,SERIAL on the server tells which is there (a serial is a volume\'s id without its dash). Remove nothing from the group: docs/guide.md ("A volume is lost")',
        },
    ];
}
