import { formatGib } from "../../infra/model/units";
import type { Facts } from "./facts";
import type { CopyTime } from "./rate";

export const dollars = (amount: number): string => amount.toFixed(2);
export const rate = (mibPerSecond: number): string => `${Number(mibPerSecond.toPrecision(3))}`;

export const copyText = ({ gib, mibPerSecond }: CopyTime, extra: number): string =>
    `${formatGib(gib)} copied at ${rate(mibPerSecond)} MiB/s; what is there twice meanwhile costs $${extra.toFixed(2)}`;

export function loss({ yearlyLoss: { low, high } }: Facts): string {
    const [a, b] = [low, high].map((share) => `${Number((share * 100).toPrecision(2))}`);
    return a === b ? `${a} %` : `${a} to ${b} %`;
}

export function duration(seconds: number): string {
    if (seconds < 120) return `${Math.round(seconds)} s`;
    if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
    return seconds < 172_800 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}

/** Where the volumes together do less than before; undefined: they do not. */
export function slower(before: Facts, after: Facts): string | undefined {
    const less = [
        ...(after.throughput < before.throughput
            ? [`${whole(after.throughput)} MiB/s for ${whole(before.throughput)}`]
            : []),
        ...(after.iops < before.iops ? [`${whole(after.iops)} IOPS for ${whole(before.iops)}`] : []),
    ];
    return less.length === 0 ? undefined : `all volumes together do less: ${less.join(", ")} (--throughput, --iops)`;
}

const whole = (count: number): string => count.toFixed(0);
