import { membersOf, sizeOf } from "../model/sizes";
import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { yearlyLoss, type FailureRate } from "../../infra/model/durability";
import { monthlyPrice, type PriceList } from "../../infra/model/prices";
import { volumeIops, volumeThroughput } from "../../infra/model/throughput";
import { leavingSlot, takersOf } from "../workflows/move/plan";

type Slots = DriveConfig["slots"];

/** What a set of slots costs and risks. */
export interface Facts {
    readonly sizeGiB: number;
    readonly members: number;
    /** US dollars a month, list price. */
    readonly monthly: number;
    /** MiB/s and operations a second of all volumes together, as EC2 states them; one stream has those of one volume. */
    readonly throughput: number;
    readonly iops: number;
    /** Chance in a year that a volume fails, and the linear drive with it. */
    readonly yearlyLoss: FailureRate;
}

/** Every volume there is of these slots, whatever its state. */
export const priceOf = (slots: Slots, prices?: PriceList): number =>
    Object.values(slots).reduce((sum, slot) => sum + monthlyPrice(slot, prices), 0);

export function factsOf(slots: Slots, prices?: PriceList): Facts {
    const members = membersOf(slots).map(([, slot]) => slot);
    const sum = (of: (slot: SlotConfig) => number): number => members.reduce((all, slot) => all + of(slot), 0);
    return {
        sizeGiB: sizeOf(slots),
        members: members.length,
        monthly: sum((slot) => monthlyPrice(slot, prices)),
        throughput: sum(volumeThroughput),
        iops: sum(volumeIops),
        yearlyLoss: yearlyLoss(members.map(({ type }) => type)),
    };
}

/** What differs by less is the rounding of sums. */
export const cents = ({ monthly }: Pick<Facts, "monthly">): number => Math.round(monthly * 100);

/** What is left once every move that the configuration asks for has ended. */
export function settledSlots(desired: DriveConfig): Slots {
    const leaving = leavingSlot(desired);
    const takers = leaving === undefined ? [] : takersOf(desired, leaving);
    const taken = takers.flatMap((taker) => desired.slots[taker]!.takes ?? []);
    const copied = Object.values(desired.slots).map(({ copies }) => copies);
    const stays = ([name, { state }]: readonly [string, SlotConfig]): boolean =>
        (state === "member" || state === "coming") && !taken.includes(name) && !copied.includes(name);
    const settled = Object.entries(desired.slots)
        .filter(stays)
        .map(
            ([name, { takes: _takes, copies: _copies, ...slot }]) =>
                [name, { ...slot, state: "member" as const }] as const,
        );
    return Object.fromEntries(settled);
}
