import type { DriveConfig } from "./config";
import { TAG, type Part } from "./names";

type Tags = Record<string, string>;

/** Whose it is: the drive's name is a word that anybody may write on a thing, its nonce is one that only its stack knows. */
function driveTags({ name, nonce }: DriveConfig): Tags {
    return { [TAG.drive]: name, ...(nonce !== undefined && { [TAG.nonce]: nonce }) };
}

/** The name people see, and whose it is; set in the call that creates (design §3.9). */
export function partTags(config: DriveConfig, part: Part): Tags {
    return { Name: `${config.name}-${part}`, ...driveTags(config), [TAG.part]: part };
}

/** With what it was made from (design §3.10). */
export function slotTags(config: DriveConfig, slot: string): Tags {
    const { from, fromVolume, keepHours, state } = config.slots[slot]!;
    return {
        Name: `${config.name}-${slot}`,
        ...driveTags(config),
        [TAG.slot]: slot,
        ...(from !== undefined && { [TAG.from]: from }),
        ...(fromVolume !== undefined && { [TAG.fromVolume]: fromVolume }),
        ...(state === "released" && keepHours !== undefined && { [TAG.keepHours]: String(keepHours) }),
    };
}

/** Of a snapshot that is taken to copy the slot's volume. */
export function copyTags(config: DriveConfig, slot: string, stage: string): Tags {
    return { Name: `${config.name}-${slot}`, ...driveTags(config), [TAG.slot]: slot, [TAG.copy]: stage };
}
