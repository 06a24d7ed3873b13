import { TAG } from "../../../infra/model/names";
import { SET_ID, type Consistency, type SetMember, type SetSnapshot } from "./set";
import { countOf, examineMap } from "./tags";

/** Only what is good is ever offered. expiring: it is being deleted, and may be a part already. */
export type SetState = "pending" | "good" | "error" | "incomplete" | "expiring";

/** Why it is no whole set. missing: what is there belongs together, but it is not all. foreign: it does not belong together. */
export interface Defect {
    readonly kind: "missing" | "foreign";
    readonly reason: string;
}

export interface BackupSet {
    readonly id: string;
    readonly drive: string;
    readonly state: SetState;
    /** In plain words, where the state is not good. */
    readonly reason?: string;
    readonly defect?: Defect;
    /** What is not marked is taken for the weakest. */
    readonly mark: Consistency;
    /** The set's instant by EC2's clock (ISO 8601): of its youngest member, which of a whole set is every one. Undefined: no member says. */
    readonly startedAt?: string;
    /** Seconds, by EC2's clock; negative: of the future. */
    readonly ageSeconds?: number;
    /** What its members say: one value each in a whole set. */
    readonly groups: readonly string[];
    readonly stack?: string;
    readonly by?: string;
    readonly epoch?: string;
    /** Of the whole set, by its tags. */
    readonly expected?: number;
    readonly snapshots: readonly SetSnapshot[];
    /** Slot, volume, physical volume and shape of all members; empty where the tags do not say. */
    readonly map: readonly SetMember[];
    /** When a drill has read it, if every member says so (ISO 8601). */
    readonly verifiedAt?: string;
    /** Who restores it, by any member: it stays until that is done, when the tag's value becomes empty. */
    readonly inUseBy?: string;
}

/** The group of a set that has one. */
export const groupOf = ({ groups }: BackupSet): string | undefined => (groups.length === 1 ? groups[0] : undefined);

/** Of one drive, the newest first. `now`: EC2's time in milliseconds of the epoch. */
export function setsOf(drive: string, snapshots: readonly SetSnapshot[], now: number): BackupSet[] {
    const byId = new Map<string, SetSnapshot[]>();
    for (const snapshot of snapshots) {
        const id = snapshot.tags[TAG.set];
        if (id === undefined || snapshot.tags[TAG.drive] !== drive) continue;
        const sisters = byId.get(id);
        if (sisters) sisters.push(snapshot);
        else byId.set(id, [snapshot]);
    }
    return [...byId].flatMap(([id, members]) => ofOneId(id, drive, members, now)).sort(newestFirst);
}

/**
 * Whoever may take sets may give a new one an old one's id. What was whole before stays what it is; what came later under its name is
 * none.
 */
function ofOneId(id: string, drive: string, found: readonly SetSnapshot[], now: number): BackupSet[] {
    const first = Math.min(...found.map(({ startedAt }) => Date.parse(startedAt)));
    const later = found.filter(({ startedAt }) => Date.parse(startedAt) !== first);
    if (later.length === 0 || Number.isNaN(first)) return [setOf(id, drive, found, now)];
    const older = found.filter((one) => !later.includes(one));
    const set = setOf(id, drive, older, now);
    if (set.defect !== undefined) return [setOf(id, drive, found, now)];
    return [set, setOf(id, drive, later, now, foreign("its id is that of an older set"))];
}

/** The newest good set of a group; a set that is going, or is not whole, is none. */
export const latest = (sets: readonly BackupSet[], group: string): BackupSet | undefined =>
    sets.filter((set) => set.state === "good" && groupOf(set) === group).sort(newestFirst)[0];

/** Those of a stack's own group. */
export const ofGroup = (sets: readonly BackupSet[], group: string): BackupSet[] =>
    sets.filter(({ groups }) => groups.includes(group));

export const instant = ({ startedAt }: BackupSet): number => (startedAt === undefined ? NaN : Date.parse(startedAt));

/** A time that nobody knows is the oldest; two of one instant go by their ids, so that the order is always the same. */
export function newestFirst(a: BackupSet, b: BackupSet): number {
    const [first, second] = [a, b].map((set) => (Number.isNaN(instant(set)) ? -Infinity : instant(set))) as [
        number,
        number,
    ];
    if (first !== second) return first > second ? -1 : 1;
    return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}

function setOf(id: string, drive: string, found: readonly SetSnapshot[], now: number, given?: Defect): BackupSet {
    const snapshots = [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
    const { tags } = snapshots[0]!;
    const map = examineMap(tags);
    const members = "fault" in map ? [] : map.members;
    const defect =
        given ?? differenceIn(id, snapshots) ?? ("fault" in map ? foreign(map.fault) : defectOf(snapshots, members));
    const times = snapshots.map(({ startedAt }) => Date.parse(startedAt)).filter((time) => !Number.isNaN(time));
    const youngest = times.length === 0 ? undefined : Math.max(...times);
    const verified = every(snapshots, TAG.verified);
    const isVerified = verified.length > 0 && verified.every((text) => !Number.isNaN(Date.parse(text)));
    const [stack, by, epoch, expected] = [tags[TAG.stack], tags[TAG.by], tags[TAG.epoch], countOf(tags)];
    const inUseBy = snapshots.map((one) => one.tags[TAG.inUse]).find((user) => user !== undefined && user !== "");
    return {
        id,
        drive,
        ...stateOf(snapshots, defect),
        ...(defect !== undefined && { defect }),
        mark: markOf(snapshots),
        ...(youngest !== undefined && {
            startedAt: new Date(youngest).toISOString(),
            ageSeconds: Math.floor((now - youngest) / 1_000),
        }),
        groups: [...new Set(snapshots.flatMap((one) => one.tags[TAG.group] ?? []))],
        ...(stack !== undefined && { stack }),
        ...(by !== undefined && { by }),
        ...(epoch !== undefined && { epoch }),
        ...(expected !== undefined && { expected }),
        snapshots,
        map: members,
        ...(isVerified && {
            verifiedAt: new Date(Math.min(...verified.map((text) => Date.parse(text)))).toISOString(),
        }),
        ...(inUseBy !== undefined && { inUseBy }),
    };
}

/** What every member says; nothing where one does not: such a mark is only half written. */
function every(snapshots: readonly SetSnapshot[], tag: string): string[] {
    const values = snapshots.flatMap(({ tags }) => tags[tag] ?? []);
    return values.length === snapshots.length ? values : [];
}

function markOf(snapshots: readonly SetSnapshot[]): Consistency {
    const [first, ...others] = new Set(every(snapshots, TAG.consistency));
    return others.length === 0 && (first === "frozen" || first === "cold") ? first : "crash";
}

/** Tags that one call wrote on all its snapshots. */
const SAME = [
    { tag: TAG.group, what: "volume group" },
    { tag: TAG.nonce, what: "nonce" },
    { tag: TAG.members, what: "number of members" },
    { tag: TAG.epoch, what: "epoch" },
    { tag: TAG.stack, what: "stack" },
];

function differenceIn(id: string, snapshots: readonly SetSnapshot[]): Defect | undefined {
    if (!SET_ID.test(id)) return foreign(`'${id}' is no set's id`);
    for (const { tag, what } of SAME)
        if (new Set(snapshots.map(({ tags }) => tags[tag])).size > 1) return foreign(`its members differ in ${what}`);
    if (snapshots[0]!.tags[TAG.group] === undefined) return foreign("its members name no volume group");
    if (new Set(snapshots.map(mapText)).size > 1) return foreign("its members have different maps");
    const instants = new Set(snapshots.map(({ startedAt }) => Date.parse(startedAt)));
    if (instants.has(NaN)) return foreign("EC2 does not say when a member was taken");
    return instants.size > 1 ? foreign("its members are not of one instant") : undefined;
}

function defectOf(snapshots: readonly SetSnapshot[], map: readonly SetMember[]): Defect | undefined {
    for (const [at, { id: snapshot, volumeId }] of snapshots.entries()) {
        if (!map.some((member) => member.volumeId === volumeId))
            return foreign(`snapshot ${snapshot} is of ${volumeId}, which its map does not name`);
        if (snapshots.findIndex((other) => other.volumeId === volumeId) < at)
            return foreign(`it has two snapshots of ${volumeId}`);
    }
    const gone = map.filter(({ volumeId }) => !snapshots.some((one) => one.volumeId === volumeId));
    if (gone.length === 0) return undefined;
    const slots = gone.map(({ slot, volumeId }) => `${slot} (${volumeId})`).join(", ");
    return { kind: "missing", reason: `${gone.length} of ${map.length} members are missing: ${slots}` };
}

const foreign = (reason: string): Defect => ({ kind: "foreign", reason });

const mapText = ({ tags }: SetSnapshot): string =>
    Object.keys(tags)
        .filter((key) => key.startsWith(TAG.map))
        .sort()
        .map((key) => `${key}=${tags[key]}`)
        .join(" ");

/** What is marked is never offered, whatever else it is; EC2's own states count only of what is a whole set. */
function stateOf(snapshots: readonly SetSnapshot[], defect?: Defect): Pick<BackupSet, "state" | "reason"> {
    const marked = snapshots.filter(({ tags }) => tags[TAG.expiring] !== undefined).length;
    if (marked > 0)
        return { state: "expiring", reason: `${marked} of ${snapshots.length} members are marked to be deleted` };
    if (defect !== undefined) return { state: "incomplete", reason: defect.reason };
    const failed = snapshots.find(({ state }) => state === "error");
    if (failed !== undefined)
        return { state: "error", reason: `snapshot ${failed.id} failed: ${failed.message ?? "EC2 does not say why"}` };
    const odd = snapshots.find(({ state }) => state !== "pending" && state !== "completed");
    if (odd !== undefined) return { state: "incomplete", reason: `snapshot ${odd.id} is ${odd.state}` };
    const pending = snapshots.filter(({ state }) => state === "pending");
    if (pending.length === 0) return { state: "good" };
    const least = Math.min(...pending.map(({ progress }) => progress));
    return {
        state: "pending",
        reason: `${snapshots.length - pending.length} of ${snapshots.length} members are completed, the slowest is at ${least} %`,
    };
}
