import { MSG } from "../io/messages";
import type { Change } from "../model/observed";
import { stepsOrThrow } from "../reconcile/loop";
import type { Session } from "../world/session";
import type { Step } from "../model/steps";
import { refuseWrongPlace } from "./place";
import { refuseInDestruction, show } from "./up";

export interface PreviewResult {
    readonly steps: readonly Step[];
    readonly changes: readonly Change[];
}

/** What `up` would do; changes nothing. */
export async function preview(session: Session): Promise<PreviewResult> {
    const began = session.clock.now();
    const { config, desired } = await session.configured();
    refuseInDestruction(config);
    const observed = await session.world(desired, config).observe({ preview: true, beside: true });
    await refuseWrongPlace(session.ec2(config.region), desired, observed);
    const steps = stepsOrThrow(desired, observed);
    if (steps.length === 0) {
        session.host.emit(
            MSG.NOTHING_TO_DO("nothing to do: the drive is as configured", {
                seconds: (session.clock.now() - began) / 1000,
            }),
        );
    } else {
        show(session, steps, observed.changes);
    }
    return { steps, changes: observed.changes ?? [] };
}
