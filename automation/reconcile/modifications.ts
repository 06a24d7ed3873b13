import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { MODIFICATIONS_PER_DAY } from "../../infra/model/limits";
import { differsFrom, knownVolume, type Observed } from "../model/observed";
import type { Step } from "../model/steps";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Budget {
    /** Modifications that EC2 still takes of the slot's volume, at the most. */
    readonly left: number;
    /** When the next is possible, where none is left (ISO 8601). */
    readonly nextAt?: string | undefined;
}

/**
 * EC2 takes four modifications of a volume in 24 hours and shows the last one only. Those before it are noted in the slot, by the
 * driver, before the next one hides them (`notes`); what a hand does between two commands counts as one.
 */
export function budgetOf(desired: DriveConfig, slot: string, observed: Observed): Budget {
    const times = modifiedAt(desired.slots[slot], slot, observed);
    const left = Math.max(0, MODIFICATIONS_PER_DAY - times.length);
    const oldest = times.at(-MODIFICATIONS_PER_DAY);
    if (left > 0 || oldest === undefined) return { left };
    return { left, nextAt: new Date(Date.parse(oldest) + DAY_MS).toISOString() };
}

/** Before an `up` that modifies a volume again: what would not be seen any more is written down first. */
export function notes(desired: DriveConfig, observed: Observed): Extract<Step, { kind: "configure" }>[] {
    const hidden = Object.entries(desired.slots).filter(([slot, wanted]) => {
        const volume = knownVolume(observed, slot);
        if (volume === undefined || !differsFrom(wanted, volume)) return false;
        return modifiedAt(wanted, slot, observed).some((time) => wanted.modified?.includes(time) !== true);
    });
    if (hidden.length === 0) return [];
    const noted = hidden.map(([slot, wanted]) => [slot, { ...wanted, modified: modifiedAt(wanted, slot, observed) }]);
    const slots = { ...desired.slots, ...(Object.fromEntries(noted) as DriveConfig["slots"]) };
    const why = `when slot ${hidden.map(([slot]) => slot).join(", ")} was modified is noted`;
    return [{ kind: "configure", desired: { ...desired, revision: desired.revision + 1, slots }, why }];
}

/** Of the last 24 hours, oldest first. */
function modifiedAt(wanted: SlotConfig | undefined, slot: string, observed: Observed): string[] {
    const last = knownVolume(observed, slot)?.modifiedAt;
    const now = observed.ec2.readAt ?? 0;
    // Also from what was applied: a slot that was written anew by hand has lost its own.
    const noted = [...(wanted?.modified ?? []), ...(observed.stack.desired?.slots[slot]?.modified ?? [])];
    const times = [...noted, ...(last === undefined ? [] : [last])];
    return [...new Set(times)].filter((time) => now - Date.parse(time) < DAY_MS).sort();
}
