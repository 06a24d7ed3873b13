import type { SlotConfig } from "../../../infra/model/config";
import { limitsOf, volumeFaults } from "../../../infra/model/limits";
import type { VolumeType } from "../../../infra/model/volume-types";
import { monthlyPrice } from "../../../infra/model/prices";
import type { GrowthCase } from "../case";
import { openWay, USUAL_SECONDS } from "./open-way";
import { given, illegal, performanceFor } from "../../model/slots";
import type { Way } from "./way";

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

    const types = MAGNETIC.includes(wish.type!) ? [] : free;
    const whole = cheapest(growth, ofType) ?? cheapest(growth, types);
    if (whole !== undefined) return open({ [whole.name]: whole.next });

    const slots: Record<string, SlotConfig> = {};
    let left = deltaGiB;
    const rooms = ofType
        .map(([name, slot]) => ({ name, slot, room: limitsOf(slot.type, drive.limits).sizeGiB.max - slot.sizeGiB }))
        .sort((a, b) => b.room - a.room);
    for (const { name, slot, room } of rooms) {
        const more = Math.min(room, left);
        if (more > 0) slots[name] = grown(growth, slot, slot.type, slot.sizeGiB + more);
        left -= Math.max(0, more);
    }
    const impossible = (why: string): Way => ({ how: "in-place", impossible: why });
    if (ofType.length === 0 && wish.type !== undefined) return impossible(whyNone(growth, wish.type, types));
    const why = Object.values(slots).flatMap((slot) => illegal(slot, drive.limits) ?? [])[0];
    if (why !== undefined) return impossible(why);
    return left > 0 ? impossible(whyFull(growth, left)) : open(slots);
}

function grown({ wish }: GrowthCase, old: SlotConfig, type: VolumeType, sizeGiB: number): SlotConfig {
    const { iops: _iops, throughput: _throughput, ...rest } = old;
    const { iops, throughput } = wish;
    return { ...rest, ...given(performanceFor(old, type)), ...given({ iops, throughput }), sizeGiB, type };
}

/** That volume with all of the growth in it, be it legal or not. */
function withAll(growth: GrowthCase, slot: SlotConfig): SlotConfig {
    const type = growth.wish.type ?? slot.type;
    const { min } = limitsOf(type, growth.drive.limits).sizeGiB;
    return grown(growth, slot, type, Math.max(slot.sizeGiB + growth.deltaGiB, min));
}

interface Grown {
    readonly name: string;
    readonly next: SlotConfig;
    /** Dollars a month more. */
    readonly more: number;
}

function cheapest(growth: GrowthCase, members: GrowthCase["members"]): Grown | undefined {
    const { drive, wish } = growth;
    const grown = members.flatMap(([name, slot]): Grown[] => {
        const next = withAll(growth, slot);
        if (volumeFaults(next, drive.limits).length > 0) return [];
        return [{ name, next, more: monthlyPrice(next, wish.prices) - monthlyPrice(slot, wish.prices) }];
    });
    // To the cent: what differs by less is the rounding of sums.
    const cents = ({ more }: Grown): number => Math.round(more * 100);
    return grown.sort((a, b) => cents(a) - cents(b) || b.next.sizeGiB - a.next.sizeGiB)[0];
}

/** Of the type that is asked for no volume may be modified; `others` could become one. */
function whyNone(growth: GrowthCase, type: VolumeType, others: GrowthCase["members"]): string {
    const isThere = growth.members.some(([, slot]) => slot.type === type);
    const held = growth.members.flatMap(([name]) => growth.unmodifiable(name) ?? []);
    const why = others.flatMap(([, slot]) => illegal(withAll(growth, slot), growth.drive.limits) ?? []);
    const what = isThere ? `no ${type} may be modified now` : `no volume is a ${type}`;
    const become = MAGNETIC.includes(type) ? ["a volume in use never becomes one"] : [...new Set(why)].slice(0, 1);
    return [what, ...become, ...held].join("; ");
}

function whyFull(growth: GrowthCase, left: number): string {
    const held = growth.members.flatMap(([name]) => growth.unmodifiable(name) ?? []);
    const because = held.length > 0 ? `; ${held.join("; ")}` : "";
    return `the volumes take ${left} GiB too little before the limits of their types${because}`;
}
