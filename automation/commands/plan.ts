import { MSG } from "../io/messages";
import type { GrowthInput, GrowthPlan } from "../growth/growth-plan";
import { planFor } from "../growth/growth-plan";
import { renderPlan } from "../growth/screen";
import type { Session } from "../world/session";

/** Every way to a larger drive, with what it costs and risks; changes nothing. */
export async function plan(session: Session, input: GrowthInput): Promise<GrowthPlan> {
    const { config, desired } = await session.configured();
    const observed = await session.world(desired, config).observe({ preview: false, tolerant: true });
    const planned = planFor(desired, observed, input);
    session.host.emit(MSG.GROWTH_PLAN(renderPlan(planned), planned));
    return planned;
}
