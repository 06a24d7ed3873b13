import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { kept } from "../workflows/keep/plan";
import { MSG } from "../io/messages";
import type { Observed } from "../model/observed";
import { sizeOf } from "../model/sizes";
import { type GrowthInput, isAskedFor, planFor, targetOf } from "../growth/growth-plan";
import { renderPlan } from "../growth/screen";
import type { How, Way } from "../growth/ways/way";
import type { Session } from "../world/session";
import { copy } from "./copy";
import { applyDesired, refuseUnderWay } from "./apply-desired";
import { type UpResult, up } from "./up";

export interface GrowInput extends GrowthInput {
    /** Undefined: the planner's choice. */
    readonly how?: How | undefined;
    /** So long a volume that is replaced is kept, for `gc` to delete; undefined: it is deleted at once. */
    readonly keepHours?: number | undefined;
}

/**
 * A larger drive: the chosen way becomes the desired state, and the loop makes it so. The same target again goes on with what
 * was interrupted.
 */
export async function grow(session: Session, input: GrowInput): Promise<UpResult> {
    const { config, desired } = await session.configured();
    const observed = await session.world(desired, config).observe({ preview: false });
    refuseUncounted(desired, observed, input);
    const to = targetOf(desired, observed, input);
    if (isAskedFor(desired, observed, to)) return up(session);
    refuseUnderWay(desired);
    const planned = planFor(desired, observed, { ...input, to, by: undefined });
    session.host.emit(MSG.GROWTH_PLAN(renderPlan(planned), planned));
    const how = input.how ?? planned.chosen;
    const way = planned.ways.find((candidate) => candidate.how === how);
    if (way === undefined || "impossible" in way) throw closed(how, planned.ways);
    if (input.keepHours !== undefined && (way.how === "in-place" || way.how === "add")) throw nothingToKeep(way.how);
    const slots = kept(way.slots, input.keepHours);
    const current = { config, desired, observed };
    if (way.how === "snapshot") return copy(session, current, slots, "grow");
    return applyDesired(session, current, { ...desired, slots }, "grow");
}

function nothingToKeep(how: How): DriveError {
    return new DriveError("NothingToKeep", `the drive would grow by ${how}, which replaces no volume`, {
        hint: "leave --keep out, or choose --how replace, consolidate or snapshot",
    });
}

/** What was configured before the first `up` ended and what a killed `--by` has added to it look the same. */
function refuseUncounted(desired: DriveConfig, { stack }: Observed, { by }: GrowInput): void {
    if (by === undefined || stack.desired !== undefined) return;
    throw new DriveError("NoTarget", "no up of this drive has ended whole: --by has nothing sure to count from", {
        hint: `elastic-drive up first, or a size: elastic-drive grow --to ${sizeOf(desired.slots) + by}GiB`,
    });
}

function closed(how: How | undefined, ways: readonly Way[]): DriveError {
    const why = ways.flatMap((way) =>
        "impossible" in way && (how === undefined || way.how === how) ? [`${way.how}: ${way.impossible}`] : [],
    );
    return new DriveError("NoWayToGrow", `the drive cannot grow so: ${why.join("; ")}`, {
        hint: "elastic-drive plan shows every way; another --type or a smaller --to may open one",
    });
}
