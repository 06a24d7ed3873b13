import { DriveError } from "../../infra/model/errors";
import { copyUnderWay, isCopyMade, type Copy } from "../copying";
import { unkept } from "../keeping";
import { memberOf, type Observed } from "../observed";
import { uncopied } from "../planner/copies";
import { cancelled } from "../planner/moves";
import { leavingSlot } from "../retirement";
import type { Configured, Session } from "../session";
import { applyDesired } from "./desired";
import type { UpResult } from "./up";

/**
 * A slot that is leaving stays; what was moved off it comes back where that is possible, and the volume made for it goes. A
 * driver that watches the move ends with LeaseLost.
 */
export async function cancel(session: Session): Promise<UpResult> {
    session.lease.overrules = true;
    const found = await session.configured();
    const { config, desired } = found;
    const copy = copyUnderWay(desired);
    if (copy !== undefined) return cancelCopy(session, found, copy);
    const slots = unkept(cancelled(desired));
    const slot = leavingSlot(desired)!;
    const observed = await session.world(desired, config).observe({ preview: false });
    if (observed.stack.desired?.slots[slot]?.state !== "leaving") {
        throw new DriveError("NotYetMoving", `slot ${slot} is to leave, but the up that begins it has not ended`, {
            hint: "elastic-drive up ends it; then elastic-drive cancel",
        });
    }
    const question = `${whereabouts(slot, slots, observed)}; end the move of slot ${slot}?`;
    return applyDesired(session, { config, desired, observed }, { ...desired, slots }, "cancel", {
        question,
        underWay: true,
    });
}

/** The old volume takes its place again, and the snapshots go. Only as long as nothing was made from them. */
async function cancelCopy(session: Session, { config, desired }: Configured, copy: Copy): Promise<UpResult> {
    const observed = await session.world(desired, config).observe({ preview: false });
    if (isCopyMade(observed, copy)) {
        throw new DriveError(
            "CopyMade",
            `the volume of slot ${copy.to} has been made from the snapshot of slot ${copy.slot}, and may have been written to`,
            { hint: "there is no way back from here; elastic-drive up goes on, and no data is lost" },
        );
    }
    const wanted = { ...desired, slots: unkept(uncopied(desired, copy)) };
    return applyDesired(session, { config, desired, observed }, wanted, "cancel", {
        question: `slot ${copy.slot} stays as it was, its snapshots go; end the copy?`,
        underWay: true,
    });
}

/** Where the data is now, and what becomes of it. */
function whereabouts(slot: string, slots: ReturnType<typeof cancelled>, observed: Observed): string {
    const back = Object.keys(slots).filter((name) => slots[name]!.state === "leaving");
    const gib = (name: string): string => `${((memberOf(observed, name)?.usedBytes ?? 0) / 1024 ** 3).toFixed(1)} GiB`;
    const on = back.map((name) => `${gib(name)} on slot ${name}`);
    return back.length === 0
        ? `slots that were emptied are gone, so nothing goes back and the drive becomes larger by slot ${slot}`
        : `${gib(slot)} are on slot ${slot} and ${on.join(", ")}, which go back`;
}
