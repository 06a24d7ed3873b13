import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { VolumeType } from "../../infra/model/limits";

/** IOPS and throughput belong to a type: what was set for another says nothing. */
export function performanceFor(old: SlotConfig, type: VolumeType | undefined): Pick<SlotConfig, "iops" | "throughput"> {
    return type === undefined || type === old.type ? { iops: old.iops, throughput: old.throughput } : {};
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
