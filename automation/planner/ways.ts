import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { yearlyLoss } from "../../infra/model/durability";
import { instanceLimits, UNLISTED_ATTACHMENTS } from "../../infra/model/instances";
import { limitsOf, MAX_MEMBERS, volumeFaults, type VolumeShape, type VolumeType } from "../../infra/model/limits";
import { monthlyPrice, type PriceList } from "../../infra/model/prices";

export const HOWS = ["in-place", "add"] as const;
export type How = (typeof HOWS)[number];

export interface GrowthWish {
    /** GiB of all members together. */
    readonly targetGiB: number;
    /** Of what is added; only volumes of it grow in place. */
    readonly type?: VolumeType | undefined;
    readonly prices?: PriceList | undefined;
}

/** What a set of slots costs and risks. */
export interface Facts {
    readonly sizeGiB: number;
    readonly members: number;
    /** US dollars a month, list price. */
    readonly monthly: number;
    /** Chance in a year that a volume fails, and the linear drive with it. */
    readonly yearlyLoss: { readonly low: number; readonly high: number };
}

/** One way to the size that was asked for, or why it is none. */
export type Way =
    | {
          readonly how: How;
          readonly slots: DriveConfig["slots"];
          readonly changes: readonly string[];
          readonly after: Facts;
      }
    | { readonly how: How; readonly impossible: string };
export type OpenWay = Extract<Way, { slots: unknown }>;

type Members = readonly (readonly [slot: string, config: SlotConfig])[];

/** Both ways, in the order of HOWS. `moving`: slots whose volume EC2 is still modifying. Pure and total. */
export function growthWays(drive: DriveConfig, wish: GrowthWish, moving: readonly string[] = []): Way[] {
    const members = membersOf(drive.slots);
    const delta = wish.targetGiB - sizeOf(drive.slots);
    return [inPlace(drive, members, delta, wish, moving), added(drive, members, delta, wish)];
}

export const sizeOf = (slots: DriveConfig["slots"]): number =>
    membersOf(slots).reduce((sum, [, { sizeGiB }]) => sum + sizeGiB, 0);

export function factsOf(slots: DriveConfig["slots"], prices?: PriceList): Facts {
    const members = membersOf(slots).map(([, slot]) => slot);
    return {
        sizeGiB: sizeOf(slots),
        members: members.length,
        monthly: members.reduce((sum, slot) => sum + monthlyPrice(slot, prices), 0),
        yearlyLoss: yearlyLoss(members.map(({ type }) => type)),
    };
}

/** The cheapest; at the same price the one with fewer volumes, each of which may be the one that fails. */
export function choose(ways: readonly Way[]): { readonly way: OpenWay; readonly why: string } | undefined {
    const open = ways.filter((way): way is OpenWay => "slots" in way);
    const [way, other] = open.sort((a, b) => cents(a) - cents(b) || a.after.members - b.after.members);
    if (way === undefined) return undefined;
    if (other === undefined) return { way, why: "the only way there is" };
    const saved = (cents(other) - cents(way)) / 100;
    if (saved > 0) return { way, why: `$${saved.toFixed(2)} a month less` };
    return {
        way,
        why:
            way.after.members < other.after.members
                ? "the same price, and no further volume that may fail"
                : "the same price",
    };
}

const cents = ({ after }: OpenWay): number => Math.round(after.monthly * 100);
const membersOf = (slots: DriveConfig["slots"]): Members =>
    Object.entries(slots).filter(([, { state }]) => state === "member");

/** The cheapest volume that takes all of it, else as few as can. */
function inPlace(
    drive: DriveConfig,
    members: Members,
    delta: number,
    wish: GrowthWish,
    moving: readonly string[],
): Way {
    const { type: wanted, prices } = wish;
    const free = members.filter(
        ([name, { type }]) => !moving.includes(name) && (wanted === undefined || type === wanted),
    );
    const rooms = free
        .map(([name, slot]) => ({ name, slot, room: limitsOf(slot.type, drive.limits).sizeGiB.max - slot.sizeGiB }))
        .filter(({ room }) => room > 0);
    const whole = rooms
        .filter(({ room }) => room >= delta)
        .sort((a, b) => perGiB(a.slot, prices) - perGiB(b.slot, prices) || b.slot.sizeGiB - a.slot.sizeGiB);
    const slots = { ...drive.slots };
    let left = delta;
    for (const { name, slot, room } of whole.length > 0 ? whole : rooms.sort((a, b) => b.room - a.room)) {
        const more = Math.min(room, left);
        if (more > 0) slots[name] = { ...slot, sizeGiB: slot.sizeGiB + more };
        left -= more;
    }
    if (left > 0) return { how: "in-place", impossible: whyFull(members, free, moving, left, wanted) };
    return way("in-place", drive, slots, prices);
}

function whyFull(
    members: Members,
    free: Members,
    moving: readonly string[],
    left: number,
    wanted?: VolumeType,
): string {
    if (free.length === 0 && wanted !== undefined && !members.some(([, { type }]) => type === wanted))
        return `no volume is a ${wanted}`;
    const busy = members.filter(([name]) => moving.includes(name)).map(([name]) => name);
    const because = busy.length > 0 ? `; EC2 is still modifying ${busy.join(", ")}` : "";
    return `the volumes take ${left} GiB too little before the limits of their types${because}`;
}

/** As few volumes as the type allows, all of one size. */
function added(drive: DriveConfig, members: Members, delta: number, { type: wanted, prices }: GrowthWish): Way {
    const last = members.reduce(
        (most, member) => (member[1].sizeGiB > most[1].sizeGiB ? member : most),
        members[0]!,
    )[1];
    const type = wanted ?? last.type;
    const { min, max } = limitsOf(type, drive.limits).sizeGiB;
    const count = Math.ceil(delta / max);
    const impossible = (why: string): Way => ({ how: "add", impossible: why });
    if (members.length + count > MAX_MEMBERS)
        return impossible(`${members.length} volumes and ${count} more are over ${MAX_MEMBERS}, the most of one drive`);
    const attachments = instanceLimits(drive.server.instanceType)?.attachments ?? UNLISTED_ATTACHMENTS;
    // The root volume takes one, and one is kept for a replacement in flight (policy slot-budget).
    const places = attachments - 2 - Object.keys(drive.slots).length;
    if (count > places)
        return impossible(
            `${drive.server.instanceType} has attachments for ${Math.max(0, places)} more volumes, not for ${count}`,
        );
    const sizeGiB = Math.max(min, Math.ceil(delta / count));
    const like = { sizeGiB, type, iops: last.iops, throughput: last.throughput };
    const shape = type === last.type && volumeFaults(like, drive.limits).length === 0 ? like : { sizeGiB, type };
    if (volumeFaults(shape, drive.limits).length > 0)
        return impossible(`a ${type} of ${sizeGiB} GiB needs IOPS of its own: write the slot into the configuration`);
    const slots = { ...drive.slots };
    for (const name of freeNames(drive.slots).slice(0, count)) slots[name] = asSlot(shape);
    return way("add", drive, slots, prices);
}

export function asSlot({ sizeGiB, type, iops, throughput }: VolumeShape): SlotConfig {
    return {
        sizeGiB,
        type,
        state: "member",
        ...(iops === undefined ? {} : { iops }),
        ...(throughput === undefined ? {} : { throughput }),
    };
}

/**
 * ba, bb … dz, on from the last that is taken and round: the device name of a slot that has just gone can be stuck for a
 * while (facts §1), so it comes last.
 */
export function freeNames(slots: DriveConfig["slots"]): string[] {
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    const names = ["b", "c", "d"].flatMap((first) => letters.map((second) => first + second));
    const next = names.findLastIndex((name) => name in slots) + 1;
    return [...names.slice(next), ...names.slice(0, next)].filter((name) => !(name in slots));
}

function way(how: How, drive: DriveConfig, slots: DriveConfig["slots"], prices?: PriceList): OpenWay {
    const changes = Object.entries(slots).flatMap(([name, { sizeGiB, type }]) => {
        const old = drive.slots[name];
        if (old === undefined) return [`slot ${name} is added: ${sizeGiB} GiB ${type}`];
        return old.sizeGiB === sizeGiB ? [] : [`slot ${name} grows from ${old.sizeGiB} to ${sizeGiB} GiB`];
    });
    return { how, slots, changes, after: factsOf(slots, prices) };
}

const perGiB = (slot: SlotConfig, prices?: PriceList): number =>
    monthlyPrice({ ...slot, sizeGiB: slot.sizeGiB + 1 }, prices) - monthlyPrice(slot, prices);
