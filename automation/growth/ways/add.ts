import { limitsOf } from "../../../infra/model/limits";
import type { GrowthCase } from "../case";
import { openWay, USUAL_SECONDS } from "./open-way";
import { asSlot, freeNames, illegal, likeVolume } from "../../model/slots";
import type { Way } from "./way";

/** S12: as few volumes as the type allows, all of one size. */
export function added(growth: GrowthCase): Way {
    const { drive, members, deltaGiB, wish } = growth;
    const impossible = (why: string): Way => ({ how: "add", impossible: why });
    const largest = members.reduce((most, one) => (one[1].sizeGiB > most[1].sizeGiB ? one : most))[1];
    const type = wish.type ?? largest.type;
    const { min, max } = limitsOf(type, drive.limits).sizeGiB;
    const count = Math.ceil(deltaGiB / max);
    // One attachment is kept for a replacement in flight (policy slot-budget).
    const crowded = growth.crowded(count, { spare: 1, going: 0 });
    if (crowded !== undefined) return impossible(crowded);
    const sizeGiB = Math.max(min, Math.ceil(deltaGiB / count));
    const { iops, throughput } = wish;
    const shape = likeVolume(largest, { sizeGiB, type, iops, throughput }, drive.limits);
    const why = illegal(shape, drive.limits);
    if (why !== undefined) return impossible(why);
    const joining = freeNames(drive.slots)
        .slice(0, count)
        .map((name) => [name, asSlot(shape)]);
    const slots = { ...drive.slots, ...(Object.fromEntries(joining) as typeof drive.slots) };
    return openWay(growth, "add", slots, { seconds: USUAL_SECONDS.add });
}
