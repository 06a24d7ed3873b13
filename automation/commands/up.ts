import type { DriveConfig } from "../../infra/model/config";
import { Declined, DriveError } from "../../infra/model/errors";
import { refuseOtherAccount } from "../ec2/account";
import type { StackConfig } from "../engine/config";
import { identified, isIdentified } from "../reconcile/identity";
import { MSG } from "../io/messages";
import type { Change, Observed } from "../model/observed";
import { reconcile, Refused, refuseMoved, stepsOrThrow, type Loop } from "../reconcile/loop";
import { staleCheckout } from "../reconcile/refusals";
import { sameDesired } from "../model/same";
import type { Session } from "../world/session";
import { takeBack } from "./take-back";
import { withLease } from "./with-lease";
import type { Step } from "../model/steps";
import { describe } from "../model/steps";
import { refuseWrongPlace } from "./place";

export interface UpResult {
    /** Steps carried out; 0 = the world was as desired. */
    readonly steps: number;
    readonly seconds: number;
    readonly observed: Observed;
}

/** Makes the world as the configuration says. Also what goes on after any interruption. */
export async function up(session: Session): Promise<UpResult> {
    const began = session.clock.now();
    const { config, desired: found } = await session.configured();
    refuseInDestruction(config);
    const desired = await identify(session, config, found);
    let first: Observed;
    try {
        first = await session.world(desired, config).observe({ preview: true });
        await refuseWrongPlace(session.ec2(config.region), desired, first);
        const forecast = stepsOrThrow(desired, first);
        if (forecast.length === 0) {
            session.host.emit(
                MSG.NOTHING_TO_DO("nothing to do: the drive is as configured", {
                    seconds: (session.clock.now() - began) / 1000,
                }),
            );
            return { steps: 0, seconds: (session.clock.now() - began) / 1000, observed: first };
        }
        show(session, forecast, first.changes);
        if (!(await session.host.confirm({ text: "do this?" }))) throw new Declined("up");
    } catch (error) {
        if (desired !== found) await asItWas(session, config, found);
        throw error;
    }
    return converge(session, config, await revised(session, desired, first), first, "up", began);
}

/**
 * A drive of an older version gets its account and its nonce: the configuration first, then the `up` that follows tags everything.
 * Killed between the two, the next `up` goes on with it.
 */
async function identify(session: Session, config: StackConfig, found: DriveConfig): Promise<DriveConfig> {
    if (isIdentified(found)) return found;
    const observed = await session.world(found, config).observe({ preview: false });
    const stale = staleCheckout(found, observed); // by the revision that was found
    if (stale.length > 0) throw new Refused(stale);
    const caller = await session.account(config.region);
    refuseOtherAccount(found.name, observed.stack.desired?.account, caller);
    const desired = identified(found, observed, caller);
    stepsOrThrow(desired, observed); // what is refused anyway is refused with the configuration as it was
    const account = config.allowsAccounts === true ? undefined : desired.account;
    await session.engine.editConfig({ drive: desired, ...(account === undefined ? {} : { account }) });
    return desired;
}

async function asItWas(session: Session, config: StackConfig, found: DriveConfig): Promise<void> {
    await session.engine.editConfig({ drive: found, ...(config.allowsAccounts === true ? {} : { account: null }) });
}

export async function converge(
    session: Session,
    config: StackConfig,
    desired: DriveConfig,
    first: Observed,
    operation: string,
    began: number,
): Promise<UpResult> {
    const world = session.world(desired, config);
    return withLease(session, world, operation, first, async (held) => {
        refuseMoved(desired, first, (await session.engine.state()).desired); // an answer may take its time
        return looped(session, desired, held, session.loop(world, operation), operation, began);
    });
}

async function looped(
    session: Session,
    desired: DriveConfig,
    first: Observed,
    loop: Loop,
    operation: string,
    began: number,
): Promise<UpResult> {
    await session.log.append(operation, "started", `revision ${desired.revision}`);
    const { steps, observed } = await reconcile(desired, first, loop).catch(async (error: unknown) => {
        await takeBack(session, error);
        throw error;
    });
    if (desired.made === undefined) await noteMade(session, observed);
    const seconds = (session.clock.now() - began) / 1000;
    await session.log.append(operation, "done", `${steps} steps`, seconds);
    session.host.emit(
        MSG.DONE(`done: ${steps} ${steps === 1 ? "step" : "steps"} in ${seconds.toFixed(1)} s`, { steps, seconds }),
    );
    return { steps, seconds, observed };
}

/** What was seen once is known from then on, whatever becomes of the stack's state. No change of the drive, so it counts no revision. */
async function noteMade(session: Session, { guest }: Observed): Promise<void> {
    const made = guest?.reachable === true && guest.mounted ? guest.group : undefined;
    if (made === undefined) return;
    const { desired } = await session.configured(); // the loop may have written a later one
    await session.engine.editConfig({ drive: { ...desired, made } });
}

/** A change by hand counts too: older checkouts are recognised by it. */
async function revised(session: Session, desired: DriveConfig, { stack }: Observed): Promise<DriveConfig> {
    if (stack.desired === undefined || stack.revision !== desired.revision || sameDesired(stack.desired, desired))
        return desired;
    const next = { ...desired, revision: desired.revision + 1 };
    await session.engine.editConfig({ drive: next });
    return next;
}

export const DESTROYING = "elastic-drive destroy finishes it; pulumi config rm elastic-drive:destroyData calls it off";

export function refuseInDestruction(config: StackConfig): void {
    if (config.destroyData === undefined) return;
    throw new DriveError("DestroyUnderWay", `the configuration says destroyData: ${config.destroyData}`, {
        hint: DESTROYING,
    });
}

export function show(session: Session, steps: readonly Step[], changes: readonly Change[] | undefined): void {
    session.host.emit(
        MSG.PLANNED(["planned:", ...steps.map((step, i) => `  ${i + 1}. ${describe(step)}`)].join("\n"), { steps }),
    );
    if (changes === undefined) return;
    const real = changes.filter(({ inner }) => inner !== true);
    if (real.length === 0) return; // another version of a plugin is noted: nothing of the drive
    const lines = real.map((change) => `  ${change.operation.padEnd(18)} ${change.type.padEnd(26)} ${change.name}`);
    session.host.emit(MSG.CHANGES(["the engine would:", ...lines].join("\n"), { changes }));
}
