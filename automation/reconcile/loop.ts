import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { Downtime } from "../workflows/copy/downtime";
import type { IoHost } from "../io/host";
import { MSG } from "../io/messages";
import type { Observed } from "../model/observed";
import { nextSteps } from "./next-steps";
import type { Ports } from "./ports";
import { LookAgain } from "../model/look-again";
import type { Refusal } from "../model/refusal";
import { canonical, sameDesired } from "../model/same";
import { type Step, describe } from "../model/steps";
import { type Clock, throwIfAborted } from "../io/wait";

export interface Loop {
    readonly ports: Ports;
    readonly host: IoHost;
    readonly clock: Clock;
    readonly signal?: AbortSignal | undefined;
    /** For people; the loop never reads it. */
    note(event: "step" | "failed" | "downtime", text: string, seconds?: number): Promise<void>;
}

/** One refusal is thrown as itself, several as one error that lists them all. */
export class Refused extends DriveError {
    constructor(readonly refused: readonly Refusal[]) {
        const [first] = refused;
        super(refused.length === 1 ? first!.code : "Refused", refused.map((refusal) => refusal.message).join("; "), {
            hint: [...new Set(refused.map((refusal) => refusal.hint))].join("; "),
        });
    }
}

export function stepsOrThrow(desired: DriveConfig, observed: Observed): readonly Step[] {
    const plan = nextSteps(desired, observed);
    if ("refused" in plan) throw new Refused(plan.refused);
    return plan.steps;
}

/**
 * Observe, plan, do the first step, observe again, until nothing is left. Stops at the first failure. That a step
 * did its work is seen in the next look: if the very same step is still the first one, it did not (design §3.8).
 */
export async function reconcile(
    wanted: DriveConfig,
    first: Observed,
    loop: Loop,
): Promise<{ steps: number; observed: Observed }> {
    let desired = wanted;
    let observed = first;
    let last: Step | undefined;
    const downtime = new Downtime({ ...loop, now: Date.now, note: (...of) => loop.note(...of) });
    for (let number = 1; ; number++) {
        await downtime.sees(observed);
        const [step] = stepsOrThrow(desired, observed);
        if (step === undefined) return { steps: number - 1, observed };
        if (last !== undefined && canonical(step) === canonical(last)) throw notVerified(step);
        throwIfAborted(loop.signal);
        const before = observed;
        downtime.begins(step);
        last = (await perform(step, number, loop)) ? step : undefined;
        if (last?.kind === "configure") desired = last.desired;
        observed = await loop.ports.observe({ preview: false });
        refuseMoved(desired, before, observed.stack.desired);
    }
}

/**
 * Another driver's `up` that ended meanwhile may have been of another desired state, which this one's would undo. Both may
 * have counted on from the same revision, so the states themselves are compared.
 */
export function refuseMoved(desired: DriveConfig, before: Observed, now: DriveConfig | undefined): void {
    if (sameDesired(before.stack.desired, now) || sameDesired(now, desired)) return;
    throw new DriveError("ChangedMeanwhile", "another up has changed the drive meanwhile: nothing of it is undone", {
        hint: "elastic-drive pull brings its configuration; then make your change again",
    });
}

/** False: nothing was done, since another driver was at work. */
async function perform(step: Step, number: number, loop: Loop): Promise<boolean> {
    const began = loop.clock.now();
    const seconds = (): number => (loop.clock.now() - began) / 1000;
    loop.host.emit(MSG.STEP_STARTED(`${number}. ${describe(step)}`, { step, number }));
    try {
        await loop.ports.apply(step);
    } catch (error) {
        if (error instanceof LookAgain) return false;
        await loop.note(
            "failed",
            `${describe(step)}: ${error instanceof Error ? error.message : String(error)}`,
            seconds(),
        );
        throw error;
    }
    await loop.note("step", describe(step), seconds());
    loop.host.emit(MSG.STEP_DONE(`   done in ${seconds().toFixed(1)} s`, { step, seconds: seconds() }));
    return true;
}

function notVerified(step: Step): DriveError {
    return new DriveError(
        "StepNotVerified",
        `'${describe(step)}' ended without an error, but its effect is not visible`,
        {
            hint: "elastic-drive status shows what is there; elastic-drive log what was done",
        },
    );
}
