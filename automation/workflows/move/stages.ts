import type { DriveConfig } from "../../../infra/model/config";
import { knownVolume, type Observed } from "../../model/observed";
import { leavingSlot, takersOf } from "./plan";
import type { Step } from "../../model/steps";

/**
 * How far a slot has come that is to take data: nothing was made of it; its volume was `made` and is on no server; it is
 * `attached` and in no group; or it has `joined`, and data may be on it.
 */
export type TakerStage = "nothing" | "made" | "attached" | "joined";

/** Undefined where it cannot be seen: only a whole, mounted drive proves that a disk is none of its members. Pure. */
export function takerStage(slot: string, observed: Observed): TakerStage | undefined {
    const { stack, guest } = observed;
    const id = stack.volumes[slot];
    if (id === undefined) return "nothing"; // a leaked one stays where it is, for people to look at
    const volume = knownVolume(observed, slot);
    if (volume === undefined) return "joined"; // one that is lost is no cancel's to judge
    if (guest?.reachable !== true || !guest.mounted || guest.missing.length > 0) return undefined;
    if (guest.members.some(({ volumeId }) => volumeId === id)) return "joined";
    return volume.attachedTo === undefined ? "made" : "attached";
}

/**
 * Of all slots that are to take the leaving one's data. Undefined where that decides what becomes of a volume and cannot be seen; once
 * an `up` of the move has ended, what cannot be seen is taken for joined. Pure.
 */
export function takerStages(desired: DriveConfig, observed: Observed): Record<string, TakerStage | undefined> {
    const slot = leavingSlot(desired);
    const isBegun = slot !== undefined && observed.stack.desired?.slots[slot]?.state === "leaving";
    const isTaker = (one: string): boolean => slot !== undefined && desired.slots[one]!.takes?.includes(slot) === true;
    const takers = slot === undefined ? [] : takersOf(desired, slot).filter(isTaker);
    return Object.fromEntries(
        takers.map((taker) => [taker, takerStage(taker, observed) ?? (isBegun ? "joined" : undefined)]),
    );
}

/** A volume that was seen on no server, and was attached after all: by a call whose answer was lost, and that the state does not know. */
export const strays = (desired: DriveConfig, observed: Observed): Step[] =>
    Object.keys(desired.slots).flatMap((slot): Step[] => {
        const volume = knownVolume(observed, slot);
        const isStray = desired.slots[slot]!.unattached === true && takerStage(slot, observed) === "attached";
        if (!isStray || volume?.attachedTo !== observed.stack.serverId) return [];
        return [{ kind: "detach", slot, volumeId: volume!.id, serverId: volume!.attachedTo! }];
    });
