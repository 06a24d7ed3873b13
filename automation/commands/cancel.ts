import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { copyUnderWay, isCopyMade, type Copy } from "../workflows/copy/plan";
import { MSG } from "../io/messages";
import { unkept } from "../workflows/keep/plan";
import { memberOf, type Observed } from "../model/observed";
import { uncopied } from "../workflows/copy/edits";
import { cancelled } from "../workflows/move/edits";
import { takerStages, type TakerStage } from "../workflows/move/stages";
import { leavingSlot, takersOf } from "../workflows/move/plan";
import type { Configured, Session } from "../world/session";
import { applyDesired } from "./apply-desired";
import type { UpResult } from "./up";

/**
 * A slot that is leaving stays; what was moved off it comes back where that is possible, and the volume made for it goes, whether or
 * not it has joined. A driver that watches the move ends with LeaseLost.
 */
export async function cancel(session: Session): Promise<UpResult> {
    session.lease.overrules = true;
    const found = await session.configured();
    const { config, desired } = found;
    const copy = copyUnderWay(desired);
    if (copy !== undefined) return cancelCopy(session, found, copy);
    cancelled(desired); // throws where nothing moves, before anything is looked at
    const slot = leavingSlot(desired)!;
    const observed = await session.world(desired, config).observe({ preview: false });
    const stages = stagesOf(desired, slot, observed);
    const slots = cancelled({ ...desired, slots: unkept(desired.slots) }, stages);
    session.host.emit(
        MSG.WHEREABOUTS(whereabouts(slot, { desired, slots, stages }, observed), {
            slot,
            ...bytes(desired, slot, observed),
        }),
    );
    return applyDesired(session, { config, desired, observed }, { ...desired, slots }, "cancel", {
        question: `end the move of slot ${slot}?`,
        underWay: true,
    });
}

/** Throws NotYetMoving. */
function stagesOf(desired: DriveConfig, slot: string, observed: Observed): Stages {
    const seen = Object.entries(takerStages(desired, observed));
    return Object.fromEntries(
        seen.map(([taker, stage]) => {
            if (stage !== undefined) return [taker, stage];
            throw new DriveError(
                "NotYetMoving",
                `slot ${slot} is to leave, and whether slot ${taker} has joined cannot be seen: the drive is not mounted and whole`,
                { hint: "elastic-drive up brings the drive back; elastic-drive status says what is in its way" },
            );
        }),
    );
}
type Stages = Readonly<Record<string, TakerStage>>;

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
    const text = `all that slot ${copy.slot} holds is on its own volume, which takes its place again; its snapshots go`;
    session.host.emit(MSG.WHEREABOUTS(text, { slot: copy.slot, ...bytes(desired, copy.slot, observed) }));
    return applyDesired(session, { config, desired, observed }, wanted, "cancel", {
        question: `end the copy of slot ${copy.slot}?`,
        underWay: true,
    });
}

interface Ended {
    readonly desired: DriveConfig;
    readonly slots: DriveConfig["slots"];
    readonly stages: Stages;
}

/** Where the data is now, and what becomes of it. */
function whereabouts(slot: string, { desired, slots, stages }: Ended, observed: Observed): string {
    const { slots: held } = bytes(desired, slot, observed);
    const gib = (name: string): string => {
        const used = held[name];
        return used === undefined ? "what cannot be seen now" : `${(used / 1024 ** 3).toFixed(1)} GiB`;
    };
    const back = Object.keys(slots).filter(
        (name) => slots[name]!.state === "leaving" || slots[name]!.takes?.[0] === slot,
    );
    if (back.length > 0) {
        const on = back.map((name) => `on slot ${name}: ${gib(name)}`);
        return `on slot ${slot}: ${gib(slot)}; ${on.join(", ")}: this goes back`;
    }
    const blank = Object.keys(stages).filter((name) => stages[name] !== "joined");
    if (blank.length === 0 || blank.length < Object.keys(stages).length)
        return `slots that were emptied are gone, so nothing goes back and the drive becomes larger by slot ${slot}`;
    const isMade = blank.some((name) => stages[name] !== "nothing");
    const volumes = isMade ? "; what was made for it is kept for a week (elastic-drive gc)" : "";
    return `nothing has moved: all that slot ${slot} holds is on it, and slot ${blank.join(", ")} has taken nothing and goes${volumes}`;
}

/** Bytes of the drive on the slot and on those that take its data, as far as the server tells. */
function bytes(desired: DriveConfig, slot: string, observed: Observed): { readonly slots: Record<string, number> } {
    const names = observed.guest?.reachable === true ? [slot, ...takersOf(desired, slot)] : [];
    return { slots: Object.fromEntries(names.map((name) => [name, memberOf(observed, name)?.usedBytes ?? 0])) };
}
