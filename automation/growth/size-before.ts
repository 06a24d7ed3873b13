import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { sizeOf } from "../model/sizes";

type Slots = DriveConfig["slots"];

/** A slot is on its way out or comes as another's place: the sizes alone do not say what was there before. */
const isMoving = (slots: Slots): boolean =>
    Object.values(slots).some(
        ({ state, takes, copies }) => state !== "member" || takes !== undefined || copies !== undefined,
    );

/**
 * GiB that the drive had before the growth that is configured and has not ended, else what it has: what `--by` counts from, so
 * that the same command grows once. `applied` is what the last ended `up` wanted. Undefined: volumes of before have gone
 * already, in the middle of a consolidation.
 */
export function sizeBefore(desired: DriveConfig, applied: DriveConfig | undefined): number | undefined {
    if (applied === undefined) return sizeOf(desired.slots);
    // The last `up` of a move has yet to end when the configuration is settled already: both are looked at.
    const sides = [applied.slots, desired.slots];
    if (!sides.some(isMoving)) return Math.min(sizeOf(applied.slots), sizeOf(desired.slots));
    const entries = sides.flatMap((slots): [string, SlotConfig][] => Object.entries(slots));
    const joining = entries.filter(([, { takes, copies }]) => takes !== undefined || copies !== undefined);
    const names = joining.map(([name]) => name);
    const replaced = joining.flatMap(([, { takes = [], copies }]) => [
        ...takes,
        ...(copies === undefined ? [] : [copies]),
    ]);
    const before = new Map(entries.filter(([name]) => !names.includes(name)));
    if (replaced.some((name) => !before.has(name))) return undefined;
    return [...before.values()].reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
}
