import type { SlotConfig } from "../../infra/model/config";
import { limitsOf, volumeFaults, type VolumeType } from "../../infra/model/limits";
import { monthlyPrice } from "../../infra/model/prices";
import type { GrowthCase } from "./case";
import { openWay, USUAL_SECONDS } from "./open-way";
import { performanceFor } from "./slots";
import type { Way } from "./ways";

/** Data lives on these: a live volume never becomes one by a wish for more room alone. */
const MAGNETIC: readonly VolumeType[] = ["st1", "sc1"];

/**
 * B1: the cheapest volume that takes all of it, else as few as can. Where no volume of the type that is asked for takes it, one of
 * another type becomes of it in the same modification.
 */
export function inPlace(growth: GrowthCase): Way {
    const { drive, deltaGiB, wish } = growth;
    const free = growth.members.filter(([name]) => growth.unmodifiable(name) === undefined);
    const ofType = free.filter(([, { type }]) => wish.type === undefined || type === wish.type);
    const open = (slots: Record<string, SlotConfig>): Way =>
        openWay(growth, "in-place", { ...drive.slots, ...slots }, { seconds: USUAL_SECONDS.modify });

    const whole = cheapest(growth, ofType) ?? cheapest(growth, MAGNETIC.includes(wish.type!) ? [] : free);
    if (whole !== undefined) return open({ [whole.name]: whole.next });

    const slots: Record<string, SlotConfig> = {};
    let left = deltaGiB;
    const rooms = ofType
        .map(([name, slot]) => ({ name, slot, room: limitsOf(slot.type, drive.limits).sizeGiB.max - slot.sizeGiB }))
        .sort((a, b) => b.room - a.room);
    for (const { name, slot, room } of rooms) {
        const more = Math.min(room, left);
        if (more > 0) slots[name] = { ...slot, sizeGiB: slot.sizeGiB + more };
        left -= more;
    }
    return left > 0 ? { how: "in-place", impossible: whyFull(growth, left) } : open(slots);
}

interface Grown {
    readonly name: string;
    readonly next: SlotConfig;
    /** Dollars a month more. */
    readonly more: number;
}

function cheapest(growth: GrowthCase, members: GrowthCase["members"]): Grown | undefined {
    const { drive, deltaGiB, wish } = growth;
    const grown = members.flatMap(([name, slot]): Grown[] => {
        const type = wish.type ?? slot.type;
        const { iops: _iops, throughput: _throughput, ...rest } = slot;
        const sizeGiB = slot.sizeGiB + deltaGiB;
        const next = { ...rest, ...defined(performanceFor(slot, type)), sizeGiB, type };
        if (volumeFaults(next, drive.limits).length > 0) return [];
        return [{ name, next, more: monthlyPrice(next, wish.prices) - monthlyPrice(slot, wish.prices) }];
    });
    // To the cent: what differs by less is the rounding of sums.
    const cents = ({ more }: Grown): number => Math.round(more * 100);
    return grown.sort((a, b) => cents(a) - cents(b) || b.next.sizeGiB - a.next.sizeGiB)[0];
}

const defined = (found: object): object =>
    Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));

function whyFull(growth: GrowthCase, left: number): string {
    const { members, wish } = growth;
    if (wish.type !== undefined && !members.some(([, { type }]) => type === wish.type))
        return `no volume is a ${wish.type}, and none can become one of that size`;
    const held = members.flatMap(([name]) => growth.unmodifiable(name) ?? []);
    const because = held.length > 0 ? `; ${held.join("; ")}` : "";
    return `the volumes take ${left} GiB too little before the limits of their types${because}`;
}
