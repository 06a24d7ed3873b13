import { performanceOf, type VolumeShape } from "./limits";
import type { VolumeType } from "./volume-types";

/** List prices in US dollars a month; what a plan is compared by, never a bill. */
export interface TypePrice {
    readonly perGiB: number;
    /** For each IOPS above `freeIops`. io2 is cheaper above its tiers; the list price of the first tier overstates it. */
    readonly perIops?: number;
    readonly freeIops?: number;
    /** For each MiB/s above `freeThroughput`. */
    readonly perThroughput?: number;
    readonly freeThroughput?: number;
}
export type PriceList = Readonly<Record<VolumeType, TypePrice>> & { readonly snapshotPerGiB: number };

export const PRICES_AS_OF = { date: "2026-10-01", region: "us-east-1", source: "aws.amazon.com/ebs/pricing" } as const;

export const PRICES: PriceList = {
    gp3: { perGiB: 0.08, perIops: 0.005, freeIops: 3_000, perThroughput: 0.04, freeThroughput: 125 },
    gp2: { perGiB: 0.1 },
    io2: { perGiB: 0.125, perIops: 0.065 },
    io1: { perGiB: 0.125, perIops: 0.065 },
    st1: { perGiB: 0.045 },
    sc1: { perGiB: 0.015 },
    snapshotPerGiB: 0.05,
};

/** Dollars a month of one volume. `prices` overrides the list (another region, a contract). */
export function monthlyPrice(shape: VolumeShape, prices: PriceList = PRICES): number {
    const price = prices[shape.type];
    const { iops = 0, throughput = 0 } = performanceOf(shape);
    return (
        shape.sizeGiB * price.perGiB +
        Math.max(0, iops - (price.freeIops ?? 0)) * (price.perIops ?? 0) +
        Math.max(0, throughput - (price.freeThroughput ?? 0)) * (price.perThroughput ?? 0)
    );
}
