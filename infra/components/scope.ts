import type { DriveConfig } from "../model/config";
import { TAG, type Part } from "../model/names";

/** What every component of one drive is made from. */
export interface Scope {
    readonly config: DriveConfig;
    /** Lifts the protection of everything that holds data or its address: the drive is about to be destroyed. */
    readonly destroyData: boolean;
}

/** The name people see, and whose it is; set in the call that creates (design §3.9). */
export function partTags(scope: Scope, part: Part): Record<string, string> {
    return { Name: `${scope.config.name}-${part}`, [TAG.drive]: scope.config.name, [TAG.part]: part };
}

/** With what it was made from (design §3.10). */
export function slotTags({ config }: Scope, slot: string): Record<string, string> {
    const { from, fromVolume, keepHours, state } = config.slots[slot]!;
    return {
        Name: `${config.name}-${slot}`,
        [TAG.drive]: config.name,
        [TAG.slot]: slot,
        ...(from !== undefined && { [TAG.from]: from }),
        ...(fromVolume !== undefined && { [TAG.fromVolume]: fromVolume }),
        ...(state === "released" && keepHours !== undefined && { [TAG.keepHours]: String(keepHours) }),
    };
}
