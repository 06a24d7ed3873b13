import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { limitsOf, volumeFaults, type LimitOverrides, type VolumeShape } from "../../infra/model/limits";
import type { VolumeType } from "../../infra/model/volume-types";

/** IOPS and throughput belong to a type: what was set for another says nothing. */
export function performanceFor(old: SlotConfig, type: VolumeType | undefined): Pick<SlotConfig, "iops" | "throughput"> {
    return type === undefined || type === old.type ? { iops: old.iops, throughput: old.throughput } : {};
}

/** What was asked for; what was not is left out. */
export function given<T extends object>(wish: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
    return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as never;
}

/** Why EC2 would refuse such a volume, in one line for people; undefined: it would not. */
export function illegal(shape: VolumeShape, overrides: LimitOverrides | undefined): string | undefined {
    const { iops } = limitsOf(shape.type, overrides);
    const faults = volumeFaults(shape, overrides).map(({ field, reason }) => {
        if (field === "iops" && shape.iops === undefined && iops !== undefined)
            return `${shape.type} needs --iops, ${iops.min} to ${iops.max}`;
        return field === "sizeGiB" ? reason : `--${field}: ${reason}`;
    });
    return faults.length === 0 ? undefined : faults.join("; ");
}

/** Throws NoSuchSlot. */
export function existingSlot({ slots }: DriveConfig, slot: string): SlotConfig {
    const found = slots[slot];
    if (found !== undefined) return found;
    throw new DriveError(
        "NoSuchSlot",
        `there is no slot '${slot}'; there are ${Object.keys(slots).sort().join(", ")}`,
        {
            hint: "elastic-drive status shows them",
        },
    );
}

/** What was begun with slots and has not ended, in words: `slot bb is leaving, slot bd copies ba`; undefined: nothing. */
export function unfinished(slots: DriveConfig["slots"]): string | undefined {
    const which = Object.entries(slots)
        .filter(([, { state, copies }]) => state !== "member" || copies !== undefined)
        .map(
            ([slot, { state, copies }]) => `slot ${slot} ${copies === undefined ? `is ${state}` : `copies ${copies}`}`,
        );
    return which.length === 0 ? undefined : which.join(", ");
}

/** As fast as is asked for, else as the old one where type and size allow it. */
export function likeVolume(
    old: SlotConfig,
    { sizeGiB, type, iops, throughput }: VolumeShape,
    limits: LimitOverrides | undefined,
): VolumeShape {
    const asked = { sizeGiB, type, ...given({ iops, throughput }) };
    const like = { ...performanceFor(old, type), ...asked };
    return volumeFaults(like, limits).length === 0 ? like : asked;
}

export function asSlot({ sizeGiB, type, iops, throughput }: VolumeShape): SlotConfig {
    return {
        sizeGiB,
        type,
        state: "member",
        ...(iops === undefined ? {} : { iops }),
        ...(throughput === undefined ? {} : { throughput }),
    };
}

/**
 * ba, bb … dz, on from the last that is taken and round: the device name of a slot that has just gone can be stuck for a
 * while (facts §1), so it comes last.
 */
export function freeNames(slots: DriveConfig["slots"]): string[] {
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    const names = ["b", "c", "d"].flatMap((first) => letters.map((second) => first + second));
    const next = names.findLastIndex((name) => name in slots) + 1;
    return [...names.slice(next), ...names.slice(0, next)].filter((name) => !(name in slots));
}
