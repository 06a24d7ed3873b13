import type { DriveConfig } from "../../infra/model/config";
import { takersOf } from "../workflows/move/plan";
import type { Session } from "../world/session";
import { kept } from "../workflows/keep/plan";
import { copied } from "../workflows/copy/edits";
import { slotsGoing } from "../reconcile/ending";
import type { REPLACE_HOWS, ReplaceInput as Replacement } from "../workflows/move/edits";
import { replaced } from "../workflows/move/edits";
import { existingSlot } from "../model/slots";
import { copy } from "./copy";
import { applyDesired, refuseUnmade } from "./apply-desired";
import type { UpResult } from "./up";
import { up } from "./up";

export interface ReplaceInput extends Replacement {
    /** Undefined: move. */
    readonly how?: (typeof REPLACE_HOWS)[number] | undefined;
    /** So long the old volume is kept, for `gc` to delete; undefined: it is deleted at once. */
    readonly keepHours?: number | undefined;
}

/**
 * Another volume takes a slot's place while the drive is used: it joins, the data moves onto it, the old one goes. The same
 * slot again goes on with what was interrupted.
 */
export async function replace(session: Session, { how, keepHours, ...input }: ReplaceInput): Promise<UpResult> {
    const { config, desired } = await session.configured();
    if (isUnderWay(desired, input)) return up(session);
    const observed = await session.world(desired, config).observe({ preview: false });
    if (slotsGoing(desired, observed).includes(input.slot)) return up(session);
    const sizeGiB = input.sizeGiB ?? existingSlot(desired, input.slot).sizeGiB;
    const wish = how === "snapshot" ? copied(desired, { ...input, sizeGiB }) : replaced(desired, input);
    const slots = kept(wish, keepHours);
    const current = { config, desired, observed };
    if (how === "snapshot") return copy(session, current, slots, "replace");
    refuseUnmade([input.slot], desired, observed);
    return applyDesired(session, current, { ...desired, slots }, "replace", { effect: true });
}

/** The slot is on its way out, to a volume such as is asked for. */
function isUnderWay(desired: DriveConfig, { slot, ...wish }: Replacement): boolean {
    const copies = Object.keys(desired.slots).filter((name) => desired.slots[name]!.copies === slot);
    if ((desired.slots[slot]?.state ?? "member") === "member" && copies.length === 0) return false;
    const takers = (copies.length > 0 ? copies : takersOf(desired, slot)).map(
        (taker): Partial<Replacement> => desired.slots[taker]!,
    );
    return takers.some((taker) =>
        (Object.keys(wish) as (keyof typeof wish)[]).every(
            (key) => wish[key] === undefined || wish[key] === taker[key],
        ),
    );
}
