import type { Backup } from "../../../infra/model/backup";
import type { FreezeWish } from "./set";
import { instant, newestFirst, type BackupSet } from "./sets";
import { ageText, counted } from "./words";

const HOUR = 3_600_000;
/** EC2 says its time in whole seconds, and two of its machines may differ a little. */
const CLOCK_MS = 5 * 60_000;

export interface Due {
    readonly due: boolean;
    /** In plain words. */
    readonly why: string;
    /** Until it is due; absent where it is now, or where that is not a matter of time. */
    readonly nextInSeconds?: number;
    /** The set that EC2 has not completed: no other is taken before. */
    readonly pending?: BackupSet;
}

/**
 * Whether a set is to be taken. `sets`: of the stack's own group (`ofGroup`); `now`: EC2's time in milliseconds of the epoch. A timer
 * that runs as often as sets are due would find each of them a moment too young, so a twentieth of `everyHours`, an hour at
 * most, is let off. A good set of the future does not count: it would hold backups up for as long as its time is wrong.
 */
export function isDue(sets: readonly BackupSet[], everyHours: number, now: number): Due {
    const pending = newest(sets, "pending", now);
    const good = newestGood(sets, now);
    if (pending !== undefined && (good === undefined || newestFirst(pending, good) < 0)) {
        const age = ageText((now - instant(pending)) / 1_000);
        return { due: false, why: `set ${pending.id} is pending since ${age}: ${pending.reason ?? ""}`, pending };
    }
    if (good === undefined) return { due: true, why: "there is no good set" };
    const age = Math.max(0, now - instant(good));
    const every = everyHours * HOUR;
    const left = every - Math.min(every / 20, HOUR) - age;
    const why = `the newest good set is ${ageText(age / 1_000)} old, one is due every ${everyHours} h`;
    return left <= 0 ? { due: true, why } : { due: false, why, nextInSeconds: Math.ceil(left / 1_000) };
}

export interface Check {
    /** As autogrow has them. 3: older than `warnAfterHours`, or weaker than asked; 4: twice as old, or none at all. */
    readonly exit: 0 | 3 | 4;
    readonly text: string;
    readonly newest?: BackupSet;
}

/** How old the newest good set is, for who watches. `sets` and `now` as above. */
export function checkSets(
    sets: readonly BackupSet[],
    { warnAfterHours, freeze }: { readonly warnAfterHours: number; readonly freeze: FreezeWish },
    now: number,
): Check {
    const good = newestGood(sets, now);
    const later = sets.filter((set) => good === undefined || newestFirst(set, good) < 0);
    const since = later.length === 0 ? "" : `; since then ${states(later)}`;
    if (good === undefined) return { exit: 4, text: `there is no good set${since}` };
    const age = Math.max(0, now - instant(good));
    const text = `the newest good set is ${ageText(age / 1_000)} old (${good.id}, ${good.mark})${since}`;
    if (age > 2 * warnAfterHours * HOUR)
        return { exit: 4, text: `${text}; warned of after ${warnAfterHours} h`, newest: good };
    if (age > warnAfterHours * HOUR)
        return { exit: 3, text: `${text}; warned of after ${warnAfterHours} h`, newest: good };
    if (freeze === "required" && good.mark === "crash")
        return { exit: 3, text: `${text}; backup.freeze is required`, newest: good };
    return { exit: 0, text, newest: good };
}

/** The line of `status`, without its label: `newest 3 h (frozen, 4 of 4), verified 6 d, next in 21 h, 61 sets`. */
export function backupLine(sets: readonly BackupSet[], backup: Backup | undefined, now: number): string {
    const good = newestGood(sets, now);
    const verified = newestGood(
        sets.filter(({ verifiedAt }) => verifiedAt !== undefined),
        now,
    )?.verifiedAt;
    const parts = [
        ...(backup === undefined ? ["none declared"] : []),
        good === undefined
            ? "no good set"
            : `newest ${ageText(Math.max(0, now - instant(good)) / 1_000)} (${good.mark}, ${good.snapshots.length} of ${good.expected ?? "?"})`,
        ...(good === undefined ? [] : [verified === undefined ? "none verified" : `verified ${since(verified, now)}`]),
        ...(backup === undefined ? [] : [next(isDue(sets, backup.everyHours, now))]),
        ...(sets.length === 0 ? [] : [counted(sets.length, "set")]),
        ...(sets.some(({ state }) => state !== "good") ? [states(sets.filter(({ state }) => state !== "good"))] : []),
    ];
    return backup === undefined && sets.length === 0 ? "none declared" : parts.join(", ");
}

function next({ due, nextInSeconds }: Due): string {
    if (due) return "due now";
    return nextInSeconds === undefined ? "next when that is completed" : `next in ${ageText(nextInSeconds)}`;
}

const since = (iso: string, now: number): string => ageText(Math.max(0, now - Date.parse(iso)) / 1_000);

/** `1 pending, 2 incomplete` */
export function states(sets: readonly BackupSet[]): string {
    const counts = new Map<string, number>();
    for (const { state } of sets) counts.set(state, (counts.get(state) ?? 0) + 1);
    return [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
}

const newestGood = (sets: readonly BackupSet[], now: number): BackupSet | undefined => newest(sets, "good", now);

const newest = (sets: readonly BackupSet[], state: BackupSet["state"], now: number): BackupSet | undefined =>
    sets.filter((set) => set.state === state && instant(set) <= now + CLOCK_MS).sort(newestFirst)[0];
