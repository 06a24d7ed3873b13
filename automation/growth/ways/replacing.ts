import { limitsOf, volumeFaults } from "../../../infra/model/limits";
import type { GrowthCase } from "../case";
import { replaced } from "../../workflows/move/edits";
import { cheapestCopy, openWay, USUAL_SECONDS } from "./open-way";
import { copyTime } from "../rate";
import { illegal } from "../../model/slots";
import type { OpenWay, Way } from "./way";

/** S14: one volume leaves for one that is as large as it and the growth together; of those, the cheapest with the least to move. */
export function replacing(growth: GrowthCase): Way {
    const crowded = growth.crowded(1, { spare: 0, going: 1 });
    if (crowded !== undefined) return { how: "replace", impossible: crowded };
    const why = new Set<string>();
    const best = cheapestCopy(growth.members.flatMap(([slot]) => replacementOf(growth, slot, why)));
    if (best !== undefined) return best;
    const [other] = why;
    if (other !== undefined) return { how: "replace", impossible: other };
    const types = growth.wish.type ?? [...new Set(growth.members.map(([, { type }]) => type))].sort().join(" or ");
    return { how: "replace", impossible: `no one ${types} holds what a volume of today and the growth have together` };
}

/** `why`: what forbids it besides the size. */
function replacementOf(growth: GrowthCase, slot: string, why: Set<string>): OpenWay[] {
    const { drive, wish, deltaGiB } = growth;
    const old = drive.slots[slot]!;
    const type = wish.type ?? old.type;
    const sizeGiB = Math.max(old.sizeGiB + deltaGiB, limitsOf(type, drive.limits).sizeGiB.min);
    const slots = replaced(drive, { slot, sizeGiB, type, iops: wish.iops, throughput: wish.throughput });
    const joining = Object.values(slots).find(({ takes }) => takes !== undefined)!;
    const faults = volumeFaults(joining, drive.limits);
    if (faults.some(({ field }) => field === "sizeGiB")) return [];
    if (faults.length > 0) {
        why.add(illegal(joining, drive.limits)!);
        return [];
    }
    const copy = copyTime([old], joining, { server: drive.server.instanceType, given: wish.rate });
    const seconds = USUAL_SECONDS.add + copy.seconds + USUAL_SECONDS.retire;
    return [openWay(growth, "replace", slots, { seconds, copy })];
}
