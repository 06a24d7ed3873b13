import type { DriveConfig, SlotConfig } from "../../../infra/model/config";
import { PRICES } from "../../../infra/model/prices";
import type { GrowthCase, GrowthWish } from "../case";
import { cents, factsOf, priceOf, settledSlots } from "../facts";
import type { CopyTime } from "../rate";
import type { How, OpenWay } from "./way";

/**
 * What is not copying, in seconds: previews, `up`s, attachments of 1 to 4 s, a modification until `optimizing` (facts §1). Orders
 * of magnitude, for a plan.
 */
export const USUAL_SECONDS = { modify: 60, add: 90, retire: 180, offline: 300 } as const;

const SECONDS_A_MONTH = 730 * 3600;

interface Taken {
    readonly seconds: number;
    readonly downtimeSeconds?: number;
    readonly copy?: CopyTime;
    /** GiB of snapshots that are kept meanwhile. */
    readonly snapshotGiB?: number;
}

/** Of ways that copy one volume each: the cheapest, and of those the one with the least to copy. */
export const cheapestCopy = (ways: readonly OpenWay[]): OpenWay | undefined =>
    [...ways].sort((a, b) => cents(a.after) - cents(b.after) || a.passage.copy!.gib - b.passage.copy!.gib)[0];

/** The way with all that is to be known of it. */
export function openWay(
    { drive, wish: { prices } }: Pick<GrowthCase, "drive"> & { readonly wish: Pick<GrowthWish, "prices"> },
    how: How,
    slots: DriveConfig["slots"],
    { seconds, downtimeSeconds = 0, copy, snapshotGiB = 0 }: Taken,
): OpenWay {
    const after = factsOf(settledSlots({ ...drive, slots }), prices);
    const snapshots = snapshotGiB * (prices ?? PRICES).snapshotPerGiB;
    const monthly = Math.max(priceOf(slots, prices) + snapshots, after.monthly);
    const kept = Object.entries(slots).filter(([name]) => drive.slots[name] !== undefined);
    return {
        how,
        slots,
        changes: Object.entries(slots).flatMap(([name, slot]) => change(name, drive.slots[name], slot)),
        after,
        passage: {
            seconds,
            downtimeSeconds,
            copy,
            during: {
                monthly,
                extra: ((monthly - after.monthly) * seconds) / SECONDS_A_MONTH,
                slots: Object.keys(slots).length,
            },
            modifies: kept.filter(([name, slot]) => differ(drive.slots[name]!, slot)).map(([name]) => name),
        },
    };
}

const SHAPE = ["sizeGiB", "type", "iops", "throughput"] as const;
const differ = (a: SlotConfig, b: SlotConfig): boolean => SHAPE.some((key) => a[key] !== b[key]);

function change(name: string, old: SlotConfig | undefined, { sizeGiB, type, takes, copies }: SlotConfig): string[] {
    if (old === undefined)
        return [
            `slot ${name} is added: ${sizeGiB} GiB ${type}`,
            ...(copies === undefined ? [] : [`it is a copy of slot ${copies}, whose volume goes`]),
            ...(takes === undefined
                ? []
                : [
                      `the data of ${takes.join(", ")} moves onto it, and ${takes.length === 1 ? "its volume goes" : "their volumes go"}`,
                  ]),
        ];
    const becomes = old.type === type ? "" : ` and becomes ${type}`;
    return old.sizeGiB === sizeGiB && becomes === ""
        ? []
        : [`slot ${name} grows from ${old.sizeGiB} to ${sizeGiB} GiB${becomes}`];
}
