import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { MSG } from "../io/messages";
import type { Observed } from "../observed";
import { settledSlots, sizeOf } from "../planner/facts";
import type { GrowthInput } from "../planner/growth-plan";
import { planFor } from "../planner/growth-plan";
import { renderPlan } from "../planner/screen";
import type { How, Way } from "../planner/ways";
import type { Session } from "../session";
import { applyDesired, refuseUnderWay } from "./desired";
import type { UpResult } from "./up";
import { up } from "./up";

export interface GrowInput extends GrowthInput {
    /** Undefined: the planner's choice. */
    readonly how?: How | undefined;
}

/**
 * A larger drive: the chosen way becomes the desired state, and the loop makes it so. The same target again goes on with what
 * was interrupted.
 */
export async function grow(session: Session, input: GrowInput): Promise<UpResult> {
    const { config, desired } = await session.configured();
    const observed = await session.world(desired, config).observe({ preview: false });
    if (isAskedFor(desired, observed, input)) return up(session);
    refuseUnderWay(desired);
    const planned = planFor(desired, observed, input);
    session.host.emit(MSG.GROWTH_PLAN(renderPlan(planned), planned));
    const how = input.how ?? planned.chosen;
    const way = planned.ways.find((candidate) => candidate.how === how);
    if (way === undefined || "impossible" in way) throw closed(how, planned.ways);
    return applyDesired(session, { config, desired, observed }, { ...desired, slots: way.slots }, "grow");
}

/** The configuration says that size already, or more of it than was there when it was written: a least size, a whole GiB a volume. */
function isAskedFor(desired: DriveConfig, { stack }: Observed, { to, by }: GrowInput): boolean {
    if (to === undefined || by !== undefined) return false;
    const wanted = sizeOf(settledSlots(desired));
    if (Object.values(desired.slots).some(({ state }) => state !== "member")) return to <= wanted;
    const applied = stack.desired === undefined ? wanted : sizeOf(stack.desired.slots);
    return to === wanted || (to < wanted && to > applied);
}

function closed(how: How | undefined, ways: readonly Way[]): DriveError {
    const why = ways.flatMap((way) =>
        "impossible" in way && (how === undefined || way.how === how) ? [`${way.how}: ${way.impossible}`] : [],
    );
    return new DriveError("NoWayToGrow", `the drive cannot grow so: ${why.join("; ")}`, {
        hint: "elastic-drive plan shows every way; another --type or a smaller --to may open one",
    });
}
