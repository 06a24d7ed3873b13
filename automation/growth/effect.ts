import type { DriveConfig } from "../../infra/model/config";
import { PRICES_AS_OF } from "../../infra/model/prices";
import { factsOf, type Facts } from "./facts";
import { openWay, USUAL_SECONDS } from "./ways/open-way";
import { copyTime } from "./rate";
import type { OpenWay, Passage } from "./ways/way";
import { copyText, dollars, duration, loss, slower } from "./words";

/** What a change of one or more volumes costs, takes and risks: the figures of a plan, for a change that is named by hand. */
export interface Effect {
    readonly before: Facts;
    /** Once it has ended. */
    readonly after: Facts;
    readonly passage: Passage;
}

/** From the volumes of today to those that are asked for; both are legal. Pure. */
export function effectOf(drive: DriveConfig, slots: DriveConfig["slots"]): Effect {
    const { after, passage } = wayTo(drive, slots);
    return { before: factsOf(drive.slots), after, passage };
}

function wayTo(drive: DriveConfig, slots: DriveConfig["slots"]): OpenWay {
    const growth = { drive, wish: {} };
    const joining = Object.keys(slots).filter((slot) => drive.slots[slot] === undefined);
    const [first] = joining.map((slot) => slots[slot]!);
    if (first === undefined) return openWay(growth, "in-place", slots, { seconds: USUAL_SECONDS.modify });
    const isCopied = first.copies !== undefined;
    const old = (isCopied ? [first.copies!] : (first.takes ?? [])).map((slot) => drive.slots[slot]!);
    const copy = copyTime(old, first, isCopied ? {} : { server: drive.server.instanceType });
    const retired = copy.seconds + old.length * USUAL_SECONDS.retire;
    if (!isCopied) return openWay(growth, "replace", slots, { seconds: USUAL_SECONDS.add + retired, copy });
    const downtimeSeconds = USUAL_SECONDS.offline;
    const snapshotGiB = old[0]!.sizeGiB;
    return openWay(growth, "snapshot", slots, {
        seconds: downtimeSeconds + retired,
        downtimeSeconds,
        copy,
        snapshotGiB,
    });
}

export function effectText({ before, after, passage }: Effect): string {
    const { copy, during, seconds, downtimeSeconds } = passage;
    const less = slower(before, after);
    const twice = during.monthly > after.monthly ? `, ${dollars(during.monthly)} meanwhile` : "";
    const risk = [loss(before), loss(after)];
    return [
        `$ a month: ${dollars(before.monthly)} before, ${dollars(after.monthly)} after${twice} (list of ${PRICES_AS_OF.region}, ${PRICES_AS_OF.date})`,
        `takes ${duration(seconds)} or so, ${downtimeSeconds === 0 ? "no downtime" : `${duration(downtimeSeconds)} of downtime`}`,
        ...(copy === undefined ? [] : [copyText(copy, during.extra)]),
        ...(risk[0] === risk[1] ? [] : [`lost in a year: ${risk[0]} before, ${risk[1]} after`]),
        ...(less === undefined ? [] : [less]),
    ]
        .map((line) => `  ${line}`)
        .join("\n");
}
