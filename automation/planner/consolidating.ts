import { volumeFaults } from "../../infra/model/limits";
import type { GrowthCase } from "./case";
import { consolidated } from "./moves";
import { openWay, USUAL_SECONDS } from "./open-way";
import { copyTime } from "./rate";
import type { Way } from "./ways";

/** B4: all volumes leave for as few as hold the whole target. */
export function consolidating(growth: GrowthCase): Way {
    const { drive, members, wish } = growth;
    const impossible = (why: string): Way => ({ how: "consolidate", impossible: why });
    if (members.length < 2) return impossible("there is one volume already");
    const tries = Array.from({ length: members.length - 1 }, (_, at) =>
        consolidated(drive, { into: at + 1, type: wish.type, totalGiB: wish.targetGiB }),
    );
    const slots = tries.find((candidate) =>
        Object.values(candidate).every((slot) => volumeFaults(slot, drive.limits).length === 0),
    );
    if (slots === undefined) return impossible(`it would take ${members.length} volumes or more of one size`);
    const joining = Object.values(slots).filter(({ takes }) => takes !== undefined);
    const crowded = growth.crowded(joining.length, { spare: 0, going: 1 });
    if (crowded !== undefined) return impossible(crowded);
    const copy = copyTime(
        members.map(([, slot]) => slot),
        joining[0]!,
        { server: drive.server.instanceType, given: wish.rate },
    );
    const seconds = USUAL_SECONDS.add + copy.seconds + members.length * USUAL_SECONDS.retire;
    return openWay(growth, "consolidate", slots, { seconds, copy });
}
