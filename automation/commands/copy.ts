import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { copyUnderWay } from "../workflows/copy/plan";
import type { Session } from "../world/session";
import { applyDesired, refuseUnmade, type Current } from "./apply-desired";
import type { UpResult } from "./up";

/**
 * The offline way (S13): the drive is put aside, a slot's volume is snapshotted, and a volume made from the snapshot takes its place.
 * Clients wait meanwhile. Fails: what was before comes back (`takeBack`), unless the copy was made already.
 */
export async function copy(
    session: Session,
    current: Current,
    slots: DriveConfig["slots"],
    operation: string,
): Promise<UpResult> {
    refuseUnmade([copyUnderWay({ ...current.desired, slots })!.slot], current.desired, current.observed);
    const { guest } = current.observed;
    if (guest?.reachable !== true || !guest.mounted || guest.missing.length > 0) {
        throw new DriveError("DriveNotMounted", "the drive is not mounted and whole: nothing of it can be copied", {
            hint: "elastic-drive status says why; elastic-drive up brings it back first",
        });
    }
    const wanted = { ...current.desired, slots };
    const { slot, to } = copyUnderWay(wanted)!;
    return applyDesired(session, current, wanted, operation, {
        effect: operation === "replace", // a growth's plan has said it
        question: `copy slot ${slot} to ${to}? clients wait from its unmount until the copy is in place, uploads are refused`,
    });
}
