import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { VolumeType } from "../../infra/model/volume-types";
import { PRICES_AS_OF } from "../../infra/model/prices";
import { budgetOf } from "../reconcile/modifications";
import { type Observed, knownVolume } from "../model/observed";
import type { GrowthWish, SlotBudget } from "./case";
import { choose } from "./choose";
import { slotsGoing } from "../reconcile/ending";
import { sizeBefore } from "./size-before";
import { factsOf, settledSlots, type Facts } from "./facts";
import { sizeOf } from "../model/sizes";
import { unfinished } from "../model/slots";
import type { How, Way } from "./ways/way";
import { growthWays } from "./ways/ways";

/**
 * `to` or `by`, in GiB. `by` counts from what was there before a growth that has not ended, and is turned into a target before
 * anything else: repeated after a kill it grows once, repeated after its end once more.
 */
export interface GrowthInput extends Omit<GrowthWish, "targetGiB"> {
    readonly to?: number | undefined;
    readonly by?: number | undefined;
    /** Where `prices` are from. */
    readonly pricesFrom?: string | undefined;
}

export interface GrowthPlan {
    readonly drive: string;
    readonly targetGiB: number;
    /** As it was asked for. */
    readonly type?: VolumeType | undefined;
    readonly iops?: number | undefined;
    readonly throughput?: number | undefined;
    readonly before: Facts;
    readonly ways: readonly Way[];
    /** What EC2 still lets be modified today, by slot. */
    readonly budget: readonly SlotBudget[];
    readonly chosen?: How | undefined;
    readonly why?: string | undefined;
    /** What another way would be worth, in one line. */
    readonly also?: string | undefined;
    readonly pricesAsOf: { readonly source: string; readonly region?: string; readonly date?: string };
}

/** Pure: the world as it was seen, and what is wished. */
export function planFor(desired: DriveConfig, observed: Observed, input: GrowthInput): GrowthPlan {
    const targetGiB = targetOf(desired, observed, input);
    refuseSmall(desired, observed, targetGiB);
    const budget = budgets(desired, observed);
    const ways = growthWays(desired, { ...input, targetGiB }, budget);
    const choice = choose(ways);
    return {
        drive: desired.name,
        targetGiB,
        type: input.type,
        iops: input.iops,
        throughput: input.throughput,
        before: factsOf(desired.slots, input.prices),
        ways,
        budget,
        chosen: choice?.way.how,
        why: choice?.why,
        also: choice?.also,
        pricesAsOf: input.prices === undefined ? PRICES_AS_OF : { source: input.pricesFrom ?? "the caller" },
    };
}

function budgets(desired: DriveConfig, observed: Observed): SlotBudget[] {
    return Object.keys(desired.slots)
        .sort()
        .map((slot) => {
            const underWay = knownVolume(observed, slot)?.modification !== undefined;
            return { slot, ...budgetOf(desired, slot, observed), underWay };
        });
}

/**
 * The configuration says that size already, or more of it than was there when it was written (a type's least size, whole GiB of
 * each volume): the same target again goes on with what was interrupted.
 */
export function isAskedFor(desired: DriveConfig, observed: Observed, targetGiB: number): boolean {
    const wanted = sizeOf(settledSlots(desired));
    const isEnding = slotsGoing(desired, observed).length > 0;
    if (isEnding || unfinished(desired.slots) !== undefined) return targetGiB <= wanted;
    const before = sizeBefore(desired, observed.stack.desired) ?? wanted;
    return targetGiB === wanted || (targetGiB < wanted && targetGiB > before);
}

/** Throws NoTarget, OperationUnderWay. */
export function targetOf(
    desired: DriveConfig,
    { stack }: Observed,
    { to, by }: Pick<GrowthInput, "to" | "by">,
): number {
    if ((to === undefined) === (by === undefined)) {
        throw new DriveError("NoTarget", "one of --to and --by is needed", { hint: "elastic-drive plan --to 4TiB" });
    }
    if (to !== undefined) return to;
    const before = sizeBefore(desired, stack.desired);
    if (before !== undefined) return before + by!;
    throw new DriveError("OperationUnderWay", "volumes are being consolidated: --by has nothing sure to count from", {
        hint: "elastic-drive up goes on with it; --to names a size",
    });
}

function refuseSmall(desired: DriveConfig, observed: Observed, targetGiB: number): void {
    const now = sizeOf(desired.slots);
    if (targetGiB > now) return;
    if (isAskedFor(desired, observed, targetGiB) && sizeBefore(desired, observed.stack.desired) !== now) {
        throw new DriveError(
            "TargetTooSmall",
            `a growth to ${sizeOf(settledSlots(desired))} GiB has begun and not ended`,
            {
                hint: "elastic-drive up goes on with it, and so does the same grow; name a larger size for more",
            },
        );
    }
    throw new DriveError(
        "TargetTooSmall",
        `the drive has ${now} GiB, ${targetGiB} GiB is not more: neither EBS nor XFS shrinks`,
        { hint: `name a size above ${now}GiB` },
    );
}
