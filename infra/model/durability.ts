import type { VolumeType } from "./volume-types";

/** Share of volumes that fail in a year, from and to, as AWS states it. */
export interface FailureRate {
    readonly low: number;
    readonly high: number;
}

export const FAILURE_RATES_AS_OF = {
    date: "2026-10-01",
    source: "EC2 user guide, Amazon EBS volume types (durability)",
} as const;

const USUAL: FailureRate = { low: 0.001, high: 0.002 };

export const FAILURE_RATES: Readonly<Record<VolumeType, FailureRate>> = {
    gp3: USUAL,
    gp2: USUAL,
    io2: { low: 0.00001, high: 0.00001 },
    io1: USUAL,
    st1: USUAL,
    sc1: USUAL,
};

/** Chance in a year that at least one fails: what a linear file system over all of them is lost by. */
export function yearlyLoss(types: readonly VolumeType[]): FailureRate {
    const lost = (bound: keyof FailureRate) =>
        1 - types.reduce((kept, type) => kept * (1 - FAILURE_RATES[type][bound]), 1);
    return { low: lost("low"), high: lost("high") };
}
