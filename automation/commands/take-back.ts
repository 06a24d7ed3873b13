import { DriveError } from "../../infra/model/errors";
import { copyUnderWay, isCopyMade } from "../workflows/copy/plan";
import { MSG } from "../io/messages";
import { unkept } from "../workflows/keep/plan";
import { uncopied } from "../workflows/copy/edits";
import { reconcile } from "../reconcile/loop";
import type { Session } from "../world/session";
import { Interrupted } from "../io/wait";
import { isOthersWork } from "../guest/others";

/** Whoever was overtaken by another driver leaves things as they are. */
const isOvertaken = (error: unknown): boolean =>
    isOthersWork(error) ||
    (error instanceof DriveError && ["ChangedMeanwhile", "StaleCheckout", "LookAgain"].includes(error.code));

/**
 * After a failure in the middle of a copy: what was before comes back at once, since the drive may be away. Not once the copy was made:
 * then `up` goes on. Nor where it was stopped on request: `up` goes on, `cancel` goes back, and that is said. Returns when there is
 * nothing to bring back, or all is back; the failure is still the caller's to throw.
 */
export async function takeBack(session: Session, failure: unknown): Promise<void> {
    if (isOvertaken(failure)) return;
    if (failure instanceof Interrupted || session.signal?.aborted === true) return sayLeft(session);
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

/** Nobody learns otherwise that clients wait. What cannot be seen any more is taken for the worse; that it was stopped is the failure. */
async function sayLeft(session: Session): Promise<void> {
    const copy = await session.configured().then(
        ({ config, desired }) => ({ of: copyUnderWay(desired), world: session.world(desired, config) }),
        () => undefined,
    );
    if (copy?.of === undefined) return;
    const { slot, to } = copy.of;
    const seen = await copy.world.observe({ preview: false, tolerant: true, beside: true }).catch(() => undefined);
    const isAway = seen?.guest?.reachable === true ? !seen.guest.mounted : undefined;
    const drive = isAway === undefined ? "the drive may be away" : isAway ? "the drive is away" : "the drive is in use";
    const back =
        seen !== undefined && isCopyMade(seen, copy.of) ? "" : ", elastic-drive cancel brings it back as it was";
    const text = `${drive}, and the copy of slot ${slot} to ${to} has not ended: elastic-drive up goes on${back}`;
    session.host.emit(MSG.COPY_LEFT(text, { slot, to, isAway }));
}
