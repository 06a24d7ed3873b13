import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { VolumeType } from "../../infra/model/limits";
import { PRICES_AS_OF } from "../../infra/model/prices";
import { budgetOf } from "../budget";
import type { Observed } from "../observed";
import { knownVolume } from "../observed";
import type { GrowthWish, SlotBudget } from "./case";
import { choose } from "./choose";
import { slotsGoing } from "./ending";
import { factsOf, settledSlots, sizeOf, type Facts } from "./facts";
import { unfinished } from "./slots";
import type { How, Way } from "./ways";
import { growthWays } from "./ways";

/** `to` or `by`, in GiB. `by` is turned into a target before anything else, so that a repeated command grows once. */
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
    const targetGiB = targetOf(desired, input);
    const budget = budgets(desired, observed);
    const ways = growthWays(desired, { ...input, targetGiB }, budget);
    const choice = choose(ways);
    return {
        drive: desired.name,
        targetGiB,
        type: input.type,
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
export function isAskedFor(
    desired: DriveConfig,
    observed: Observed,
    { to, by }: Pick<GrowthInput, "to" | "by">,
): boolean {
    if (to === undefined || by !== undefined) return false;
    const wanted = sizeOf(settledSlots(desired));
    const isEnding = slotsGoing(desired, observed).length > 0;
    if (isEnding || unfinished(desired.slots) !== undefined) return to <= wanted;
    const { stack } = observed;
    const applied = stack.desired === undefined ? wanted : sizeOf(stack.desired.slots);
    return to === wanted || (to < wanted && to > applied);
}

export function targetOf(desired: DriveConfig, { to, by }: Pick<GrowthInput, "to" | "by">): number {
    const now = sizeOf(desired.slots);
    if ((to === undefined) === (by === undefined)) {
        throw new DriveError("NoTarget", "one of --to and --by is needed", { hint: "elastic-drive plan --to 4TiB" });
    }
    const target = to ?? now + by!;
    if (target <= now) {
        throw new DriveError(
            "TargetTooSmall",
            `the drive has ${now} GiB, ${target} GiB is not more: neither EBS nor XFS shrinks`,
            {
                hint: `name a size above ${now}GiB`,
            },
        );
    }
    return target;
}
