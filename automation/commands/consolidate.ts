import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { Session } from "../world/session";
import { kept } from "../workflows/keep/plan";
import { GrowthCase } from "../growth/case";
import { slotsGoing } from "../reconcile/ending";
import { consolidated, type ConsolidateInput as Consolidation } from "../workflows/move/edits";
import { applyDesired, refuseUnmade } from "./apply-desired";
import type { UpResult } from "./up";
import { up } from "./up";

export interface ConsolidateInput extends Consolidation {
    /** So long the old volumes are kept, for `gc` to delete; undefined: they are deleted at once. */
    readonly keepHours?: number | undefined;
}

/**
 * Few volumes in place of many, while the drive is used: the new ones join, and the old ones are emptied and go one by one. Said
 * again it goes on with what was interrupted.
 */
export async function consolidate(session: Session, { keepHours, ...input }: ConsolidateInput): Promise<UpResult> {
    const { config, desired } = await session.configured();
    if (isUnderWay(desired, input)) return up(session);
    const observed = await session.world(desired, config).observe({ preview: false });
    const isLeft = Object.keys(desired.slots).length === input.into && slotsGoing(desired, observed).length > 0;
    if (isLeft) return up(session);
    const slots = kept(consolidated(desired, input), keepHours);
    refuseUnmade(Object.keys(desired.slots), desired, observed);
    const crowded = new GrowthCase(desired, { targetGiB: 0 }).crowded(1, { spare: 0, going: 1 });
    if (crowded !== undefined)
        throw new DriveError("NoPlaceToJoin", `no volume can join before one has gone: ${crowded}`, {
            hint: "a larger server.instanceType carries more volumes: elastic-drive rehost, then this command again",
        });
    const wanted = { ...desired, slots };
    return applyDesired(session, { config, desired, observed }, wanted, "consolidate", { effect: true });
}

/** Every slot takes or is taken, and as many take as were asked for. */
function isUnderWay(desired: DriveConfig, { into }: Consolidation): boolean {
    const takers = Object.values(desired.slots).filter(({ takes }) => takes !== undefined);
    const old = Object.keys(desired.slots).filter((slot) => desired.slots[slot]!.takes === undefined);
    const taken = old.every((slot) => takers.every(({ takes }) => takes!.includes(slot)));
    const isGoing = Object.values(desired.slots).some(({ state }) => state === "leaving" || state === "released");
    return isGoing && takers.length === into && taken;
}
