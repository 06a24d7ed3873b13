import { DriveError } from "../../../infra/model/errors";
import { GROUP_UUID, TAG } from "../../../infra/model/names";
import { SET_ID, type SetMember, type SetOrder } from "./set";

/** Of one tag's value and of a snapshot's description, in characters (EC2 API reference, Tag, CreateSnapshots; 2026-11). */
export const MAX_VALUE = 256;
export const MAX_DESCRIPTION = 255;
/** Tags of one resource (EC2 user guide, Tag restrictions; 2026-11), and those that we leave to marks and to people. */
export const MAX_TAGS = 50;
export const SPARE_TAGS = 15;
/** What one CreateSnapshots call can take (EC2 user guide, Create Amazon EBS snapshots; 2026-11); a drive has at most 21. */
export const MAX_SET_MEMBERS = 40;

/** AWS takes these in a tag's value everywhere (EC2 user guide, Tag restrictions; 2026-11); a host's name may have others. */
const NOT_IN_A_TAG = /[^A-Za-z0-9 +\-=._:/@]/g;

/** `ba:0123456789abcdef0:<PV UUID>:8/gp3/3000/125`; what is not provisioned is left empty. */
const ENTRY = /^([b-d][a-z]):([0-9a-f]{8,17}):([0-9A-Za-z-]{38}):([1-9]\d{0,6})\/([a-z]+\d?)(?:\/(\d*)(?:\/(\d+))?)?$/;

/**
 * Of every member, the same on all: from any of them alone the whole set is known. Never the tag of a copy's snapshot, which
 * drivers delete that know nothing of sets. Throws SetUnreadable where the order would not be read back as it is.
 */
export function setTags(order: SetOrder): Record<string, string> {
    const tags: Record<string, string> = {
        Name: `${order.drive}-${order.id}`,
        [TAG.drive]: order.drive,
        ...(order.nonce !== undefined && { [TAG.nonce]: order.nonce }),
        [TAG.set]: order.id,
        [TAG.members]: String(order.members.length),
        [TAG.group]: order.group,
        ...(order.epoch !== undefined && { [TAG.epoch]: order.epoch }),
        [TAG.stack]: order.stack,
        [TAG.by]: order.by.replace(NOT_IN_A_TAG, "_").slice(0, MAX_VALUE),
    };
    packed(order.members.map(entryOf)).forEach((value, at) => (tags[`${TAG.map}${at + 1}`] = value));
    const fault = faultOf(order, tags);
    if (fault === undefined) return tags;
    throw new DriveError("SetUnreadable", `set ${order.id} of drive ${order.drive}: ${fault}`, {
        hint: "no set was taken; this is a fault of elastic-drive: please report it with elastic-drive status --json",
    });
}

/** On every member: all that another account sees of a snapshot that is shared with it. */
export const setDescription = ({ id, drive, group, members }: SetOrder): string =>
    `elastic-drive ${drive} set=${id} members=${members.length} group=${group}`;

/** What all members' tags say of the set; undefined where it is not the whole. */
export function readMap(tags: Readonly<Record<string, string>>): SetMember[] | undefined {
    const map = examineMap(tags);
    return "fault" in map ? undefined : map.members;
}

export type ReadMap = { readonly members: SetMember[] } | { readonly fault: string };

/** The same, with what is wrong in plain words. Never throws: anybody may write a tag. */
export function examineMap(tags: Readonly<Record<string, string>>): ReadMap {
    const expected = countOf(tags);
    if (expected === undefined) return { fault: "its tags do not say how many members it has" };
    const entries: string[] = [];
    for (let at = 1; tags[`${TAG.map}${at}`] !== undefined; at++) entries.push(...tags[`${TAG.map}${at}`]!.split(" "));
    const members: SetMember[] = [];
    for (const entry of entries) {
        const member = memberOf(entry);
        if (member === undefined) return { fault: `its map has an entry that cannot be read: '${entry.slice(0, 60)}'` };
        members.push(member);
    }
    if (members.length !== expected) return { fault: `its map names ${members.length} of ${expected} members` };
    for (const [what, values] of [
        ["slot", members.map(({ slot }) => slot)],
        ["volume", members.map(({ volumeId }) => volumeId)],
        ["physical volume", members.map(({ pvUuid }) => pvUuid)],
    ] as const) {
        const twice = values.find((value, at) => values.indexOf(value) < at);
        if (twice !== undefined) return { fault: `its map names ${what} ${twice} twice` };
    }
    return { members };
}

/** How many members the tags say the set has; undefined: no legal number. */
export function countOf(tags: Readonly<Record<string, string>>): number | undefined {
    const text = tags[TAG.members] ?? "";
    const count = /^[1-9]\d?$/.test(text) ? Number(text) : undefined;
    return count !== undefined && count <= MAX_SET_MEMBERS ? count : undefined;
}

function entryOf({ slot, volumeId, pvUuid, sizeGiB, type, iops, throughput }: SetMember): string {
    const shape = [sizeGiB, type, iops ?? "", throughput ?? ""].join("/").replace(/\/+$/, "");
    return `${slot}:${volumeId.replace(/^vol-/, "")}:${pvUuid}:${shape}`;
}

function memberOf(entry: string): SetMember | undefined {
    const [, slot, volume, pvUuid, size, type, iops, throughput] = ENTRY.exec(entry) ?? [];
    if (slot === undefined || !GROUP_UUID.test(pvUuid!)) return undefined;
    return {
        slot,
        volumeId: `vol-${volume}`,
        pvUuid: pvUuid!,
        sizeGiB: Number(size),
        type: type!,
        ...(iops !== undefined && iops !== "" && { iops: Number(iops) }),
        ...(throughput !== undefined && { throughput: Number(throughput) }),
    };
}

/** As many entries in one value as it takes. */
function packed(entries: readonly string[]): string[] {
    const values: string[] = [];
    for (const entry of entries) {
        const last = values.at(-1);
        if (last !== undefined && last.length + 1 + entry.length <= MAX_VALUE)
            values[values.length - 1] = `${last} ${entry}`;
        else values.push(entry);
    }
    return values;
}

/** Read back before anything is asked of EC2 (design §3.8): a set that says something else than it is would be found out at its restore. */
function faultOf(order: SetOrder, tags: Readonly<Record<string, string>>): string | undefined {
    if (!SET_ID.test(order.id)) return `'${order.id}' is no set's id`;
    if (!GROUP_UUID.test(order.group)) return `'${order.group}' is no volume group's UUID`;
    const map = examineMap(tags);
    if ("fault" in map) return map.fault;
    if (!map.members.every((read, at) => entryOf(read) === entryOf(order.members[at]!)))
        return "its map would not be read back as it is";
    if (order.members.some(({ volumeId }) => !volumeId.startsWith("vol-"))) return "a member's volume has no id";
    const long = Object.entries(tags).find(([, value]) => value.length > MAX_VALUE);
    if (long !== undefined) return `tag ${long[0]} is longer than ${MAX_VALUE} characters`;
    if (Object.keys(tags).length > MAX_TAGS - SPARE_TAGS) return `it would have ${Object.keys(tags).length} tags`;
    if (setDescription(order).length > MAX_DESCRIPTION)
        return `its description is longer than ${MAX_DESCRIPTION} characters`;
    return undefined;
}
