import type { DriveConfig, SlotConfig } from "../../../infra/model/config";
import { volumeFaults } from "../../../infra/model/limits";
import type { GrowthCase } from "../case";
import { consolidated } from "../../workflows/move/edits";
import { openWay, USUAL_SECONDS } from "./open-way";
import { copyTime } from "../rate";
import { illegal } from "../../model/slots";
import type { Way } from "./way";

/** B4: all volumes leave for as few as hold the whole target. */
export function consolidating(growth: GrowthCase): Way {
    const { drive, members, wish } = growth;
    const impossible = (why: string): Way => ({ how: "consolidate", impossible: why });
    if (members.length < 2) return impossible("there is one volume already");
    const { type, iops, throughput, targetGiB: totalGiB } = wish;
    const tries = Array.from({ length: members.length - 1 }, (_, at) =>
        consolidated(drive, { into: at + 1, type, iops, throughput, totalGiB }),
    );
    const slots = tries.find((candidate) =>
        Object.values(candidate).every((slot) => volumeFaults(slot, drive.limits).length === 0),
    );
    if (slots === undefined) return impossible(whyNone(growth, tries));
    const joining = joiningOf(slots);
    const crowded = growth.crowded(1, { spare: 0, going: 1 }); // the others join as the old ones go
    if (crowded !== undefined) return impossible(crowded);
    const copy = copyTime(
        members.map(([, slot]) => slot),
        joining[0]!,
        { server: drive.server.instanceType, given: wish.rate },
    );
    const seconds = USUAL_SECONDS.add + copy.seconds + members.length * USUAL_SECONDS.retire;
    return openWay(growth, "consolidate", slots, { seconds, copy });
}

const joiningOf = (slots: DriveConfig["slots"]): SlotConfig[] =>
    Object.values(slots).filter(({ takes }) => takes !== undefined);

/** Of as few as are no longer too large. */
function whyNone({ drive, members }: GrowthCase, tries: readonly DriveConfig["slots"][]): string {
    const shapes = tries.map((slots) => joiningOf(slots)[0]!);
    const fits = shapes.find((shape) => volumeFaults(shape, drive.limits).every(({ field }) => field !== "sizeGiB"));
    const why = fits === undefined ? undefined : illegal(fits, drive.limits);
    return why ?? `it would take ${members.length} volumes or more of one size`;
}
