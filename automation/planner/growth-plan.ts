import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { PRICES_AS_OF } from "../../infra/model/prices";
import type { Observed } from "../observed";
import { knownVolume } from "../observed";
import type { Facts, GrowthWish, How, Way } from "./ways";
import { choose, factsOf, growthWays, sizeOf } from "./ways";

/** `to` or `by`, in GiB. `by` is turned into a target before anything else, so that a repeated command grows once. */
export interface GrowthInput extends Omit<GrowthWish, "targetGiB"> {
    readonly to?: number | undefined;
    readonly by?: number | undefined;
}

export interface GrowthPlan {
    readonly drive: string;
    readonly targetGiB: number;
    readonly before: Facts;
    readonly ways: readonly Way[];
    readonly chosen?: How | undefined;
    readonly why?: string | undefined;
    readonly pricesAsOf: typeof PRICES_AS_OF;
}

export function planFor(desired: DriveConfig, observed: Observed, input: GrowthInput): GrowthPlan {
    const targetGiB = targetOf(desired, input);
    const moving = Object.keys(desired.slots).filter((slot) => knownVolume(observed, slot)?.modification !== undefined);
    const ways = growthWays(desired, { ...input, targetGiB }, moving);
    const choice = choose(ways);
    return {
        drive: desired.name,
        targetGiB,
        before: factsOf(desired.slots, input.prices),
        ways,
        chosen: choice?.way.how,
        why: choice?.why,
        pricesAsOf: PRICES_AS_OF,
    };
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
