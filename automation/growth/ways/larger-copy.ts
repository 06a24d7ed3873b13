import { limitsOf } from "../../../infra/model/limits";
import { DriveError } from "../../../infra/model/errors";
import type { GrowthCase } from "../case";
import { copied } from "../../workflows/copy/edits";
import { cheapestCopy, openWay, USUAL_SECONDS } from "./open-way";
import { copyTime } from "../rate";
import type { OpenWay, Way } from "./way";

/**
 * S13: a copy of one volume, larger by the whole growth, takes its place; of those, the cheapest with the least to copy. Most of it is
 * copied by a snapshot ahead, while people work; files are away from the unmount until the copy is in place.
 */
export function largerCopy(growth: GrowthCase): Way {
    // On the server there is only ever one of them: the copy has the place of what it copies.
    const crowded = growth.crowded(1, { spare: -1, going: 1 });
    if (crowded !== undefined) return { how: "snapshot", impossible: crowded };
    const why = new Set<string>();
    const open = growth.members.flatMap(([slot]) => copyOf(growth, slot, why));
    return cheapestCopy(open) ?? { how: "snapshot", impossible: `one volume is copied at a time: ${[...why][0]}` };
}

function copyOf(growth: GrowthCase, slot: string, why: Set<string>): OpenWay[] {
    const { drive, wish, deltaGiB } = growth;
    const old = drive.slots[slot]!;
    const type = wish.type ?? old.type;
    const sizeGiB = Math.max(old.sizeGiB + deltaGiB, limitsOf(type, drive.limits).sizeGiB.min);
    try {
        const slots = copied(drive, { slot, sizeGiB, type, iops: wish.iops, throughput: wish.throughput });
        const joining = Object.values(slots).find(({ copies }) => copies === slot)!;
        // A snapshot does not go through the server; its rate is nowhere stated, the volumes' own is counted.
        const copy = copyTime([old], joining, { given: wish.rate });
        const downtimeSeconds = USUAL_SECONDS.offline;
        const seconds = copy.seconds + downtimeSeconds + USUAL_SECONDS.retire;
        return [openWay(growth, "snapshot", slots, { seconds, downtimeSeconds, copy, snapshotGiB: old.sizeGiB })];
    } catch (error) {
        if (!(error instanceof DriveError)) throw error;
        why.add(error.message);
        return [];
    }
}
