import type { DriveConfig } from "../../infra/model/config";
import { parseDriveConfig } from "../../infra/model/config";
import { Declined, DriveError } from "../../infra/model/errors";
import type { StackConfig } from "../engine/config";
import { MSG } from "../io/messages";
import type { Observed } from "../model/observed";
import { effectOf, effectText, type Effect } from "../growth/effect";
import { unfinished } from "../model/slots";
import { Refused, stepsOrThrow } from "../reconcile/loop";
import { staleCheckout } from "../reconcile/refusals";
import type { Session } from "../world/session";
import type { UpResult } from "./up";
import { converge, refuseInDestruction, show } from "./up";

/** What an operation has read of the drive. */
export interface Current {
    readonly config: StackConfig;
    readonly desired: DriveConfig;
    /** Seen before the change was thought of. */
    readonly observed: Observed;
}

export interface HowApplied {
    /** Said when it asks. */
    readonly question?: string;
    /** Price, time and risk are shown before it asks. */
    readonly effect?: boolean;
    /** Also while another operation is under way, which this one ends or lets go on. */
    readonly underWay?: boolean;
}

/**
 * What every operation that changes the drive ends in: the next desired state is checked, written, previewed and asked
 * about, and the loop makes it so. Refused or declined, the old file is back as it was. Killed while it is previewed, the new one
 * stands in the configuration and nothing else has happened: `up` shows it and asks again.
 */
export async function applyDesired(
    session: Session,
    { config, desired, observed }: Current,
    wanted: DriveConfig,
    operation: string,
    { question = "do this?", effect = false, underWay = false }: HowApplied = {},
): Promise<UpResult> {
    const began = session.clock.now();
    refuseInDestruction(config);
    if (!underWay) refuseUnderWay(desired);
    // By its own revision, not by the one it is about to get. What else is wrong may be what the change puts right.
    const stale = staleCheckout(desired, observed);
    if (stale.length > 0) throw new Refused(stale);
    const next = parseDriveConfig({ ...wanted, revision: desired.revision + 1 }, { region: config.region });
    stepsOrThrow(next, observed); // in the drive's own words, before the engine and the policies see it
    const undo = await session.engine.editForNow({ drive: next }, desired);
    let first: Observed;
    try {
        const world = session.world(next, config);
        first = await world.observe({ preview: true });
        show(session, stepsOrThrow(next, first), first.changes);
        if (effect) tell(session, effectOf(desired, next.slots));
        if (!(await session.host.confirm({ text: question }))) throw new Declined(operation);
        session.lease.operation = operation;
        first = await world.held(operation, first); // whoever has come meanwhile is met while the file can still go back
    } catch (error) {
        await undo();
        throw error;
    }
    return converge(session, config, next, first, operation, began);
}

/** Volumes are replaced that have been there. */
export function refuseUnmade(slots: readonly string[], desired: DriveConfig, { stack }: Observed): void {
    refuseUnderWay(desired); // which has slots that are not made yet, and says more
    const unmade = slots.filter((slot) => stack.volumes[slot] === undefined);
    if (unmade.length === 0) return;
    const names = unmade.map((slot) => `'${slot}'`).join(", ");
    const which = unmade.length === 1 ? `slot ${names} has` : `slots ${names} have`;
    throw new DriveError("SlotNeverJoined", `${which} no volume yet`, {
        hint: "elastic-drive up makes what is configured; a slot without a volume may simply be configured otherwise",
    });
}

function tell(session: Session, effect: Effect): void {
    session.host.emit(MSG.EFFECT(["what it means:", effectText(effect)].join("\n"), { ...effect }));
}

export function refuseUnderWay({ slots }: DriveConfig): void {
    const going = unfinished(slots);
    if (going === undefined) return;
    const isOver = Object.values(slots).every(
        // nothing is left to be cancelled
        ({ state, copies }) => copies === undefined && (state === "member" || state === "released"),
    );
    throw new DriveError("OperationUnderWay", `${going}: another operation has not ended`, {
        hint: `elastic-drive status shows it, elastic-drive up ${isOver ? "ends it" : "goes on with it, elastic-drive cancel ends it"}`,
    });
}
