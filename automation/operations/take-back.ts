import { DriveError } from "../../infra/model/errors";
import { copyUnderWay, isCopyMade } from "../copying";
import { MSG } from "../io/messages";
import { unkept } from "../keeping";
import { uncopied } from "../planner/copies";
import { reconcile } from "../reconcile";
import type { Session } from "../session";
import { Interrupted } from "../wait";
import { isOthersWork } from "./others";

/** Whoever was stopped, or overtaken by another driver, leaves things as they are: `up` goes on, `cancel` goes back. */
const leaves = (error: unknown): boolean =>
    error instanceof Interrupted ||
    isOthersWork(error) ||
    (error instanceof DriveError && ["ChangedMeanwhile", "StaleCheckout", "LookAgain"].includes(error.code));

/**
 * After a failure in the middle of a copy: what was before comes back at once, since the drive may be away. Not once the copy was made:
 * then `up` goes on. Returns when there is nothing to bring back, or all is back; the failure is still the caller's to throw.
 */
export async function takeBack(session: Session, failure: unknown): Promise<void> {
    if (leaves(failure) || session.options.signal?.aborted === true) return;
    const { config, desired } = await session.configured();
    const copy = copyUnderWay(desired);
    if (copy === undefined) return;
    const said = failure instanceof Error ? failure.message : String(failure);
    try {
        const before = await session.world(desired, config).observe({ preview: false });
        if (isCopyMade(before, copy)) return;
        session.host.emit(
            MSG.TAKEN_BACK(`the copy of slot ${copy.slot} failed: ${said}; the drive comes back as it was`, {
                code: failure instanceof DriveError ? failure.code : undefined,
            }),
        );
        const next = { ...desired, revision: desired.revision + 1, slots: unkept(uncopied(desired, copy)) };
        await session.engine.editConfig({ drive: next });
        await session.log.append("take-back", "started", `slot ${copy.slot}: ${said}`);
        const world = session.world(next, config);
        await reconcile(next, await world.observe({ preview: false }), session.loop(world, "take-back"));
        await session.log.append("take-back", "done", `slot ${copy.slot} is as it was`);
    } catch (error) {
        const then = error instanceof Error ? error.message : String(error);
        throw new DriveError("TakeBackFailed", `${said}; and the drive could not be brought back: ${then}`, {
            hint: "elastic-drive up goes on with it; elastic-drive status shows how far it is",
            cause: failure,
        });
    }
}
