import type { DriveConfig, SlotConfig } from "../../../infra/model/config";
import { DriveError } from "../../../infra/model/errors";
import type { VolumeType } from "../../../infra/model/volume-types";
import type { Copy } from "./plan";
import { asSlot, existingSlot, freeNames, given, illegal, performanceFor } from "../../model/slots";

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
    const shape = { type: old.type, ...performanceFor(old, wish.type), ...given(wish), sizeGiB: wish.sizeGiB };
    const why = illegal(shape, desired.limits);
    if (why !== undefined) {
        throw new DriveError("VolumeNotLegal", `the copy of slot ${slot} is not possible: ${why}`, {
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
