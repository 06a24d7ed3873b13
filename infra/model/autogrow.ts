import { z } from "zod";
import type { Fault } from "./errors";

const percent = z.int("a whole percentage").min(1, "at least 1 %").max(99, "at most 99 %");

/** Growth by itself: when, how far, and what it may never go beyond. Read by `elastic-drive autogrow` alone. */
export const Autogrow = z.strictObject({
    /** Percent of the file system in use at which people are warned. */
    warnAt: percent.default(75),
    /** Percent in use at which the drive grows. */
    growAt: percent.default(85),
    /** Percent in use after it has grown. The target follows from what is in use, so that one fill level asks for one size. */
    growTo: percent.default(70),
    /** GiB of all volumes together, never exceeded. No default: growth costs money. */
    maxGiB: z.int("a whole number of GiB, the size the drive may grow to").min(1, "at least 1 GiB"),
    /** US$ a month of all volumes together at list price, never exceeded. Whole, as the engine keeps numbers of a configuration. */
    maxMonthly: z.int("a whole number of US$, what its volumes may cost a month").min(1, "at least 1 US$"),
});
export type Autogrow = z.infer<typeof Autogrow>;

/** The levels in their order; they are read raw, so that all faults come at once. */
export function autogrowFaults(value: Readonly<Record<string, unknown>>, path: string): Fault[] {
    const { warnAt = 75, growAt = 85, growTo = 70 } = value;
    if (![warnAt, growAt, growTo].every((level) => Number.isInteger(level))) return [];
    const below = (name: string, level: unknown): Fault => ({
        path: `${path}${name}`,
        reason: `got ${String(level)}; less than growAt, which is ${String(growAt)}`,
    });
    return [
        ...((warnAt as number) < (growAt as number) ? [] : [below("warnAt", warnAt)]),
        ...((growTo as number) < (growAt as number) ? [] : [below("growTo", growTo)]),
    ];
}
