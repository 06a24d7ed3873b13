import { createHash } from "node:crypto";
import { TAG } from "../../../infra/model/names";
import { pvUuid } from "../../../infra/guest/identity";
import type { SetMember, SetOrder, SetSnapshot } from "./set";
import { setTags } from "./tags";

export const GROUP = "aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa";
export const OTHER_GROUP = "bbbbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbbbb";
export const NONCE = "a123456789abcdef";
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** ba …, each with a volume of its own. */
export const members = (count: number): SetMember[] => MEMBERS.slice(0, count);
const MEMBERS = Array.from({ length: 41 }, (_, at) => {
    const volumeId = `vol-${String(at + 1).padStart(17, "0")}`;
    const slot = `${"bcd"[Math.floor(at / 26)]!}${String.fromCharCode(97 + (at % 26))}`;
    return { slot, volumeId, pvUuid: pvUuid(volumeId), sizeGiB: 8, type: "gp3", iops: 3_000, throughput: 125 };
});

export const order = (more: Partial<SetOrder> = {}): SetOrder => ({
    id: "20261127T104000Z-3f9a",
    drive: "content",
    stack: "prod",
    group: GROUP,
    nonce: NONCE,
    members: members(2),
    by: "timer-1",
    ...more,
});

export interface Taken extends Partial<Omit<SetOrder, "members">> {
    readonly members?: number;
    readonly state?: string;
    /** Tags that were written later. */
    readonly tags?: Readonly<Record<string, string>>;
}

/** What EC2 shows of a set that was taken at that time. */
export function taken(at: number, given: Taken = {}): SetSnapshot[] {
    const { members: count = 2, state = "completed", tags = {}, ...more } = given;
    const id = more.id ?? idAt(at);
    const whole = order({ ...more, id, members: members(count) });
    return whole.members.map(({ slot, volumeId, sizeGiB }) => ({
        id: snapshotId(id, slot),
        volumeId,
        state,
        progress: state === "completed" ? 100 : 40,
        startedAt: new Date(at).toISOString(),
        sizeGiB,
        encrypted: true,
        tags: { ...setTags(whole), ...tags },
    }));
}

const snapshotId = (set: string, slot: string): string =>
    `snap-${createHash("sha256").update(`${set}/${slot}`).digest("hex").slice(0, 17)}`;

/** Times that differ in their milliseconds only have ids of their own too. */
const idAt = (at: number): string =>
    `${new Date(at)
        .toISOString()
        .replace(/\.\d+Z$/, "Z")
        .replace(/[-:]/g, "")}-${(at % 1_000).toString(16).padStart(4, "0")}`;

export const tagged = (snapshots: readonly SetSnapshot[], tags: Readonly<Record<string, string>>): SetSnapshot[] =>
    snapshots.map((one) => ({ ...one, tags: { ...one.tags, ...tags } }));

export const FROZEN = { [TAG.consistency]: "frozen" };
export const EXPIRING = { [TAG.expiring]: "2026-11-27T10:00:00.000Z" };
export const VERIFIED = { [TAG.verified]: "2026-11-27T10:00:00.000Z" };
