import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { volumeFaults, type VolumeType } from "../../infra/model/limits";
import type { PriceList } from "../../infra/model/prices";
import type { Copy } from "../copying";
import { existingSlot, performanceFor } from "./slots";
import { asSlot, factsOf, freeNames, sizeOf } from "./ways";

/** The volume that takes a slot's place as a copy of it; what is not named is as before. */
export interface CopyInput {
    readonly slot: string;
    readonly sizeGiB: number;
    readonly type?: VolumeType | undefined;
    readonly iops?: number | undefined;
    readonly throughput?: number | undefined;
}

/**
 * The offline way (S13): the slot's volume is detached and snapshotted, and a volume made from the snapshot takes its place, with
 * downtime. Throws NoSuchSlot, TargetTooSmall, VolumeNotLegal.
 */
export function copied(desired: DriveConfig, { slot, ...wish }: CopyInput): DriveConfig["slots"] {
    const old = existingSlot(desired, slot);
    if (wish.sizeGiB < old.sizeGiB) {
        throw new DriveError(
            "TargetTooSmall",
            `slot ${slot} has ${old.sizeGiB} GiB, and a copy of ${wish.sizeGiB} GiB would be smaller: EC2 makes none`,
            { hint: `name ${old.sizeGiB}GiB or more` },
        );
    }
    const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
    const shape = { sizeGiB: wish.sizeGiB, type: old.type, ...performanceFor(old, wish.type), ...given };
    const faults = volumeFaults(shape, desired.limits).map(({ field, reason }) => `${field}: ${reason}`);
    if (faults.length > 0) {
        throw new DriveError("VolumeNotLegal", `the copy of slot ${slot} is not possible: ${faults.join("; ")}`, {
            hint: "another size or type; IOPS of a type belong to it",
        });
    }
    const [name] = freeNames(desired.slots);
    return {
        ...desired.slots,
        [name!]: { ...asSlot(shape), copies: slot },
    };
}

/** The slot stays with the volume it has, and the copy is forgotten. Only while the copy has no volume. */
export function uncopied(desired: DriveConfig, { slot, to }: Copy): DriveConfig["slots"] {
    const { [to]: _copy, ...slots } = desired.slots;
    const old: SlotConfig = { ...slots[slot]!, state: "member" };
    return { ...slots, [slot]: old };
}

/** Of all slots that can take the growth alone, the one that makes the drive cheapest, then the largest. Throws NoWayToGrow. */
export function copiedTo(
    desired: DriveConfig,
    { targetGiB, type, prices }: { targetGiB: number; type?: VolumeType | undefined; prices?: PriceList | undefined },
): DriveConfig["slots"] {
    const more = targetGiB - sizeOf(desired.slots);
    const why: string[] = [];
    const ways = Object.entries(desired.slots).flatMap(([slot, { sizeGiB }]) => {
        try {
            return [{ slot, sizeGiB, slots: copied(desired, { slot, sizeGiB: sizeGiB + more, type }) }];
        } catch (error) {
            if (!(error instanceof DriveError)) throw error;
            why.push(error.message);
            return [];
        }
    });
    const price = (one: { slot: string; slots: DriveConfig["slots"] }): number => {
        const { [one.slot]: _gone, ...slots } = one.slots;
        return factsOf(slots, prices).monthly;
    };
    const [first] = ways.sort((a, b) => price(a) - price(b) || b.sizeGiB - a.sizeGiB);
    if (first !== undefined) return first.slots;
    throw new DriveError("NoWayToGrow", `one volume is copied at a time, and none can take it all: ${why.join("; ")}`, {
        hint: "a smaller --to, another --type, or elastic-drive plan for another way",
    });
}

/** GiB of all members once what is copied is gone. */
export function sizeOnceCopied({ slots }: DriveConfig): number {
    const copied = Object.values(slots).map(({ copies }) => copies);
    return sizeOf(Object.fromEntries(Object.entries(slots).filter(([name]) => !copied.includes(name))));
}
