import { z } from "zod";
import type { Fault } from "./errors";

/** Hours of the letters of an age. Months and years have the most days they can have, so that nothing goes before its time. */
const HOURS = { h: 1, d: 24, w: 7 * 24, m: 31 * 24, y: 366 * 24 } as const;
const AGE = /^([1-9]\d{0,3})([hdwmy])$/;

/** A level without an age keeps nothing. */
export const NO_AGE = "none";

/** Levels of keeping, the densest first, and the hours of their natural periods (UTC). */
export const KEEP_PERIODS = { all: 0, daily: HOURS.d, weekly: HOURS.w, monthly: HOURS.m } as const;
export type KeepLevel = keyof typeof KEEP_PERIODS;
export const KEEP_LEVELS = Object.keys(KEEP_PERIODS) as readonly KeepLevel[];

export const FREEZE_WISHES = ["prefer", "required", "never"] as const;

const LEGAL = "an age such as 36h, 2d, 8w, 12m (months of 31 days) or 1y, or none";
const age = z.string(LEGAL).refine((text) => ageHours(text) !== undefined, LEGAL);
const hours = z.int("a whole number of hours").min(1, "at least 1 hour").max(8_760, "at most 8760 hours, a year");

const KEEP = { all: "2d", daily: "14d", weekly: "8w", monthly: "12m" } as const satisfies Record<KeepLevel, string>;
const EVERY_HOURS = 24;
const WARN_AFTER_HOURS = 30;

/** Backup sets: how often one is taken, how long it stays, and when people are warned. Read by the driver alone, seen by policies. */
export const Backup = z.strictObject({
    /** Hours: `backup --due` takes a set when the newest good one is older. */
    everyHours: hours.default(EVERY_HOURS),
    /**
     * Ages up to which sets are kept, counted from the newest good one: all, or the last one of each day, week, month (UTC). One level
     * that keeps a set is enough. The newest good and the newest verified one stay whatever stands here.
     */
    keep: z
        .strictObject({
            all: age.default(KEEP.all),
            daily: age.default(KEEP.daily),
            weekly: age.default(KEEP.weekly),
            monthly: age.default(KEEP.monthly),
        })
        .prefault({}),
    /**
     * Whether the file system is frozen for the moment of a set, so that what was written and not yet synced is in it: if it can be
     * (prefer), else no set (required), or not at all (never).
     */
    freeze: z.enum(FREEZE_WISHES).default("prefer"),
    /** Hours: an older newest good set is a warning. More than `everyHours`, since a set is good only once EC2 has completed it. */
    warnAfterHours: hours.default(WARN_AFTER_HOURS),
});
export type Backup = z.infer<typeof Backup>;
export type Keep = Backup["keep"];
export type FreezeWish = Backup["freeze"];

/** Hours of `2d`, 0 of `none`; undefined: it is no age. */
export function ageHours(text: string): number | undefined {
    if (text === NO_AGE) return 0;
    const [, count, unit] = AGE.exec(text) ?? [];
    return count === undefined ? undefined : Number(count) * HOURS[unit as keyof typeof HOURS];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the fields say together. They are read raw, so that all faults come at once; what has the wrong type is the schema's to
 * refuse. Judged with the defaults in place: the driver writes them out, and what was legal stays so.
 */
export function backupFaults(value: Fields, path: string): Fault[] {
    const { everyHours = EVERY_HOURS, warnAfterHours = WARN_AFTER_HOURS, keep = {} } = value;
    const faults: Fault[] = [];
    if (isHours(everyHours) && isHours(warnAfterHours) && warnAfterHours <= everyHours)
        faults.push({
            path: `${path}warnAfterHours`,
            reason: `got ${warnAfterHours}; more than everyHours, which is ${everyHours}`,
        });
    if (typeof keep !== "object" || keep === null || Array.isArray(keep)) return faults;
    const given: Fields = { ...KEEP, ...keep };
    const ages = KEEP_LEVELS.map((level) => ({ level, text: given[level], hours: readAge(given[level]) }));
    for (const { level, text, hours: kept } of ages)
        if (kept !== undefined && kept > 0 && kept < KEEP_PERIODS[level])
            faults.push({
                path: `${path}keep.${level}`,
                reason: `got '${String(text)}'; at least one period, ${KEEP_PERIODS[level] / 24} d, or none`,
            });
    if (!isHours(everyHours) || ages.some(({ hours: kept }) => kept === undefined)) return faults;
    const longest = Math.max(...ages.map(({ hours: kept }) => kept!));
    if (longest < everyHours)
        faults.push({
            path: `${path}keep`,
            reason: `keeps for ${longest} h at most; at least everyHours, ${everyHours} h: else a set goes when the next is taken`,
        });
    return faults;
}

const readAge = (value: unknown): number | undefined => (typeof value === "string" ? ageHours(value) : undefined);
const isHours = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1;
