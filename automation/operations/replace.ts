import type { DriveConfig } from "../../infra/model/config";
import { takersOf } from "../retirement";
import type { Session } from "../session";
import { replaced, type ReplaceInput } from "../planner/moves";
import { applyDesired } from "./desired";
import type { UpResult } from "./up";
import { up } from "./up";

/**
 * Another volume takes a slot's place while the drive is used: it joins, the data moves onto it, the old one goes. The same
 * slot again goes on with what was interrupted.
 */
export async function replace(session: Session, input: ReplaceInput): Promise<UpResult> {
    const { config, desired } = await session.configured();
    if (isUnderWay(desired, input)) return up(session);
    const slots = replaced(desired, input);
    const observed = await session.world(desired, config).observe({ preview: false });
    return applyDesired(session, { config, desired, observed }, { ...desired, slots }, "replace");
}

/** The slot is on its way out, to a volume such as is asked for. */
function isUnderWay(desired: DriveConfig, { slot, ...wish }: ReplaceInput): boolean {
    if ((desired.slots[slot]?.state ?? "member") === "member") return false;
    const takers = takersOf(desired, slot).map((taker): Partial<ReplaceInput> => desired.slots[taker]!);
    return takers.some((taker) =>
        (Object.keys(wish) as (keyof typeof wish)[]).every(
            (key) => wish[key] === undefined || wish[key] === taker[key],
        ),
    );
}
