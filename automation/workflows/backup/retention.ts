import { ageHours, KEEP_LEVELS, type Keep, type KeepLevel } from "../../../infra/model/backup";
import { TAG } from "../../../infra/model/names";
import { groupOf, instant, newestFirst, type BackupSet } from "./sets";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Hours in which nothing of a set is judged: EC2's lists lag, and a set that is being taken looks like a part of one. */
export const YOUNG_HOURS = 1;
/** Hours for which a failed set is shown before it goes. */
export const FAILED_HOURS = 24;
/** Days for which a part of a set stays at least: what somebody deleted can come back from the Recycle Bin. */
export const PART_DAYS = 7;

export interface Verdict {
    readonly set: BackupSet;
    readonly fate: "kept" | "expired";
    /** Why, all of it. */
    readonly reasons: readonly string[];
}

export interface Rules {
    readonly keep: Keep;
    /** The stack's. Without it no part of a set is ever deleted: who takes it has only the drive's name. */
    readonly nonce?: string | undefined;
    /** EC2's time in milliseconds of the epoch. */
    readonly now: number;
}

/**
 * Which sets of a drive stay, and which go, the newest first. After restic's `forget --keep-within…`: natural periods (UTC), of which
 * only those with a set count; the last set of each stays; one level that keeps a set is enough. Ages are counted from the newest
 * good set, not from now: when backups stop, nothing expires. What cannot be proven to be a whole set of the drive stays, but for
 * parts that the drive's own nonce and their age prove.
 */
export function judgeSets(sets: readonly BackupSet[], rules: Rules): Verdict[] {
    const drive = new Drive(sets, rules);
    return [...sets].sort(newestFirst).map((set) => ({ set, ...drive.judge(set) }));
}

type Judgement = Omit<Verdict, "set">;
const kept = (...reasons: string[]): Judgement => ({ fate: "kept", reasons });
const expired = (...reasons: string[]): Judgement => ({ fate: "expired", reasons });

class Drive {
    /** Good ones that are not of the future, the newest first: what keeps, and what replaces. */
    private readonly good: readonly BackupSet[];
    private readonly keptBy: ReadonlyMap<BackupSet, readonly string[]>;

    constructor(
        sets: readonly BackupSet[],
        private readonly rules: Rules,
    ) {
        this.good = sets.filter((set) => set.state === "good" && instant(set) <= rules.now).sort(newestFirst);
        this.keptBy = keptByLevel(this.good, rules.keep);
    }

    judge(set: BackupSet): Judgement {
        const age = this.rules.now - instant(set);
        if (Number.isNaN(age)) return kept("EC2 does not say when it was taken");
        if (set.inUseBy !== undefined) return kept(`in use by ${set.inUseBy}`);
        if (age < 0) return kept("its time is in the future");
        if (set.state === "expiring") return this.ofMarked(set);
        if (age < YOUNG_HOURS * HOUR) return kept(`younger than ${YOUNG_HOURS} h`, ...this.reasons(set));
        switch (set.state) {
            case "good":
                return this.ofGood(set);
            case "pending":
                return kept("EC2 has not completed it");
            case "error":
                if (age < FAILED_HOURS * HOUR) return kept(`failed, shown for ${FAILED_HOURS} h`);
                return this.mayGo(set) ? expired("failed: it can never be restored") : kept(this.last(set));
            case "incomplete":
                return this.ofPart(set);
        }
    }

    private reasons = (set: BackupSet): readonly string[] => [
        ...(this.keptBy.get(set) ?? []),
        ...(this.isNewest(set) ? ["newest good of its group"] : []),
        ...(this.isNewestVerified(set) ? ["newest verified of its group"] : []),
    ];

    private ofGood(set: BackupSet): Judgement {
        const reasons = this.reasons(set);
        return reasons.length > 0 ? kept(...reasons) : expired("no level of backup.keep holds it");
    }

    /** A mark is written only on a set that may go; one that somebody else wrote must not take the last good set away. */
    private ofMarked(set: BackupSet): Judgement {
        if (set.defect?.kind === "foreign") return this.ofPart(set);
        const hasAllMarks = set.snapshots.every(isMarked);
        // While we mark it a set is whole: a part of which some are not marked is somebody else's doing.
        if (set.defect !== undefined && !hasAllMarks) return this.ofPart(set);
        if (this.mayGo(set)) return expired("marked to be deleted: it is finished");
        return kept(`${this.last(set)}; if the mark is not meant, remove the tag ${TAG.expiring}`);
    }

    /** Nonce and age are its proof: it has no other. What would be kept if it were whole may be made whole again. */
    private ofPart(set: BackupSet): Judgement {
        const why = `no whole set (${set.reason ?? "EC2 shows no more"})`;
        const { nonce } = this.rules;
        if (nonce === undefined || set.snapshots.some(({ tags }) => tags[TAG.nonce] !== nonce))
            return kept(`${why}, and not proven to be this stack's: look at it and delete it by hand`);
        const days = Math.max(PART_DAYS, ...levels(this.rules.keep).map(({ hours }) => hours / 24));
        if (this.rules.now - instant(set) < days * DAY) return kept(`${why}: a part stays for ${days} d`);
        return this.mayGo(set) ? expired(`${why}, older than ${days} d`) : kept(this.last(set));
    }

    /** Nothing is lost with it: every group that it is of has a newer good set, and a newer verified one if it is verified. */
    private mayGo(set: BackupSet): boolean {
        if (set.defect === undefined && set.snapshots.every(({ state }) => state === "error")) return true;
        if (set.groups.length === 0) return false;
        return set.groups.every((group) =>
            this.good.some(
                (other) =>
                    groupOf(other) === group &&
                    newestFirst(other, set) < 0 &&
                    (set.verifiedAt === undefined || set.defect !== undefined || other.verifiedAt !== undefined),
            ),
        );
    }

    private last = ({ verifiedAt }: BackupSet): string =>
        `no newer good${verifiedAt === undefined ? "" : " and verified"} set of its group is there`;

    private isNewest = (set: BackupSet): boolean => set === this.good.find((other) => groupOf(other) === groupOf(set));

    private isNewestVerified = (set: BackupSet): boolean =>
        set.verifiedAt !== undefined &&
        set === this.good.find((other) => other.verifiedAt !== undefined && groupOf(other) === groupOf(set));
}

export const isMarked = ({ tags }: { readonly tags: Readonly<Record<string, string>> }): boolean =>
    tags[TAG.expiring] !== undefined;

/** By group: of two that a drive's name has had, one must not push the other's sets out. */
function keptByLevel(good: readonly BackupSet[], keep: Keep): Map<BackupSet, string[]> {
    const reasons = new Map<BackupSet, string[]>();
    const [newest] = good;
    if (newest === undefined) return reasons;
    for (const { level, hours, text } of levels(keep)) {
        const taken = new Set<string>();
        for (const set of good) {
            const period = periodOf(level, instant(set));
            const place = `${groupOf(set) ?? ""} ${period ?? set.id}`;
            if (taken.has(place)) continue;
            taken.add(place);
            if (instant(newest) - instant(set) > hours * HOUR) continue;
            const reason = period === undefined ? `within ${text} of the newest` : `${level} ${period}`;
            reasons.set(set, [...(reasons.get(set) ?? []), reason]);
        }
    }
    return reasons;
}

const levels = (keep: Keep): { level: KeepLevel; text: string; hours: number }[] =>
    KEEP_LEVELS.map((level) => ({ level, text: keep[level], hours: ageHours(keep[level]) ?? 0 })).filter(
        ({ hours }) => hours > 0,
    );

/** `2026-11-27`, `2026-W48` (ISO 8601: weeks begin on Monday, and are of the year of their Thursday), `2026-11`, by UTC. */
export function periodOf(level: KeepLevel, at: number): string | undefined {
    if (level === "all") return undefined;
    const day = new Date(at).toISOString().slice(0, 10);
    if (level === "daily") return day;
    if (level === "monthly") return day.slice(0, 7);
    // 1970-01-01, day 0, was a Thursday.
    const monday = Math.floor((Math.floor(at / DAY) + 3) / 7) * 7 - 3;
    const thursday = new Date((monday + 3) * DAY);
    const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
    const week = Math.floor((thursday.getTime() - first) / (7 * DAY)) + 1;
    return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, "0")}`;
}
