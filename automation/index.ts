/** The library's public face: what internal tooling imports. It never prints and never ends the process. */
import type { AutogrowInput, AutogrowResult } from "./operations/autogrow";
import { autogrow } from "./operations/autogrow";
import { isProject, noProject } from "./engine/project";
import { checkInput, checkStack } from "./inputs";
import { cancel } from "./operations/cancel";
import type { ChangeInput } from "./operations/change";
import { change } from "./operations/change";
import type { ConsolidateInput } from "./operations/consolidate";
import { consolidate } from "./operations/consolidate";
import { destroy } from "./operations/destroy";
import type { GcInput, GcResult } from "./operations/gc";
import { gc } from "./operations/gc";
import type { GrowInput } from "./operations/grow";
import { grow } from "./operations/grow";
import type { InitInput } from "./operations/init";
import { init } from "./operations/init";
import { log } from "./operations/log";
import type { PaceInput } from "./operations/pace";
import { pace } from "./operations/pace";
import { plan } from "./operations/plan";
import type { PreviewResult } from "./operations/preview";
import { preview } from "./operations/preview";
import type { PullResult } from "./operations/pull";
import { pull } from "./operations/pull";
import { rehost } from "./operations/rehost";
import type { ReplaceInput } from "./operations/replace";
import { replace } from "./operations/replace";
import type { Status } from "./operations/status";
import { status } from "./operations/status";
import type { UpResult } from "./operations/up";
import { up } from "./operations/up";
import type { DriveConfig } from "../infra/model/config";
import type { GrowthInput, GrowthPlan } from "./planner/growth-plan";
import type { Answer } from "./io/caller";
import type { LogEntry } from "./io/log";
import { Operation } from "./operation";
import type { CallOptions, DriveOptions, OnAbort, UpCallOptions } from "./session";
import { Session } from "./session";
import { throwIfAborted } from "./wait";

/**
 * One drive, known by its project folder and stack. Every operation is a promise of its result and an async iterable of
 * what it says, in coded messages (docs/messages.md); it asks before it changes anything, stops at the next safe point when
 * a signal aborts, and fails with a DriveError.
 * @example
 * const drive = new Drive({ projectDir, stack: "content", answer: ({ expected }) => expected === undefined });
 * const run = drive.up({ signal });
 * for await (const { code, text } of run) log(code, text);
 * const { steps } = await run;
 */
export class Drive {
    constructor(private readonly options: DriveOptions) {}

    init(input: InitInput, call?: CallOptions): Operation<{ stack: string; file: string; desired: DriveConfig }> {
        return this.start((session) => init(session, input), call, { isNew: true });
    }
    preview(call?: UpCallOptions): Operation<PreviewResult> {
        return this.start((session) => preview(session), call, { options: { readmit: call?.readmit } });
    }
    /** Makes the world as configured, and goes on with what was interrupted. */
    up(call?: UpCallOptions): Operation<UpResult> {
        return this.start((session) => up(session), call, { options: { readmit: call?.readmit } });
    }
    status(call?: CallOptions): Operation<Status> {
        return this.start((session) => status(session), call);
    }
    /** Every way to a larger drive, with price, risk and what is not possible; changes nothing. */
    plan(input: GrowthInput, call?: CallOptions): Operation<GrowthPlan> {
        return this.start((session) => plan(session, input), call, { check: () => checkInput("grow", input) });
    }
    /** Makes the drive larger while it is used. */
    grow(input: GrowInput, call?: CallOptions): Operation<UpResult> {
        return this.start((session) => grow(session, input), call, { check: () => checkInput("grow", input) });
    }
    /**
     * For a timer: looks how full the drive is, and grows it at the level that the configuration says, never beyond its
     * ceilings. Asks nobody: what it may do stands in the configuration.
     */
    autogrow(input: AutogrowInput = {}, call?: CallOptions): Operation<AutogrowResult> {
        const answer: Answer = ({ expected }) => expected === undefined;
        return this.start((session) => autogrow(session, input), call, {
            options: { answer },
            check: () => checkInput("autogrow", input),
        });
    }
    /** Size, type, IOPS, throughput of one slot's volume, in one modification. */
    change(input: ChangeInput, call?: CallOptions): Operation<UpResult> {
        return this.start((session) => change(session, input), call, { check: () => checkInput("change", input) });
    }
    /** Another volume in place of a slot's: its data moves while the drive is used, or a copy of it takes its place, with downtime. */
    replace(input: ReplaceInput, call?: CallOptions): Operation<UpResult> {
        return this.start((session) => replace(session, input), call, { check: () => checkInput("replace", input) });
    }
    /** Few volumes in place of all there are, while the drive is used. */
    consolidate(input: ConsolidateInput, call?: CallOptions): Operation<UpResult> {
        return this.start((session) => consolidate(session, input), call, {
            check: () => checkInput("consolidate", input),
        });
    }
    /** Ends a move; what was moved goes back where that is possible. */
    cancel(call?: CallOptions): Operation<UpResult> {
        return this.start((session) => cancel(session), call);
    }
    /** Deletes kept volumes that are due. */
    gc(input: GcInput = {}, call?: CallOptions): Operation<GcResult> {
        return this.start((session) => gc(session, input), call);
    }
    /** Slows a running move, lets it rest (0), frees it (undefined), or lets it go on (resume). */
    pace(input: PaceInput, call?: CallOptions): Operation<void> {
        return this.start((session) => pace(session, input), call);
    }
    /** Planned replacement of the server. */
    rehost(call?: CallOptions): Operation<UpResult> {
        return this.start((session) => rehost(session), call);
    }
    pull(call?: CallOptions): Operation<PullResult> {
        return this.start((session) => pull(session), call);
    }
    /** Takes the drive and its data away; what is asked wants `stack/name` for an answer. */
    destroy(call?: CallOptions): Operation<{ drive: string }> {
        return this.start((session) => destroy(session), call);
    }
    log(count = 50, call?: CallOptions): Operation<LogEntry[]> {
        return this.start((session) => log(session, count), call, { check: () => checkInput("log", { count }) });
    }

    /** Every operation looks anew: nothing is kept between two of them. */
    private start<T>(
        work: (session: Session) => Promise<T>,
        call: CallOptions = {},
        { check, isNew = false, options: more }: Start = {},
    ): Operation<T> {
        const signals = [this.options.signal, call.signal].filter((signal) => signal !== undefined);
        const options = {
            ...this.options,
            ...more,
            signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
            onAbort: call.onAbort ?? this.options.onAbort,
        };
        return new Operation(async (emit) => {
            checkStack(options.stack);
            check?.();
            if (!isNew && !isProject(options.projectDir)) throw noProject(options.projectDir);
            throwIfAborted(options.signal);
            const session = new Session(options, emit);
            try {
                return await work(session);
            } finally {
                session.close();
            }
        });
    }
}

interface Start {
    /** Throws on what is wrong with the input itself. */
    readonly check?: () => void;
    /** The folder need not be a project yet. */
    readonly isNew?: boolean;
    readonly options?: Partial<DriveOptions>;
}

export type { IoHost, Question } from "./io/host";
export type { Operation } from "./operation";
export { JsonHost } from "./io/json";
export type { Level, Message } from "./io/messages";
export { MSG } from "./io/messages";
export type { OperatorPolicy, OperatorPolicyInput, PolicyStatement } from "./operations/operator-policy";
export { operatorPolicy } from "./operations/operator-policy";
export { RecordingHost } from "./io/recording";
export { TerminalHost } from "./io/terminal";
export type { MoveView, Observed } from "./observed";
export type { Refusal } from "./refusals";
export type { SlotBudget } from "./planner/case";
export type { Facts } from "./planner/facts";
export { planFor } from "./planner/growth-plan";
export type { CopyTime } from "./planner/rate";
export type { How, OpenWay, Passage, Way } from "./planner/ways";
export { HOWS } from "./planner/ways";
export { REPLACE_HOWS } from "./planner/moves";
export type { Step } from "./steps";
export { describe as describeStep } from "./steps";
export type {
    Answer,
    ChangeInput,
    ConsolidateInput,
    GcInput,
    GcResult,
    GrowInput,
    GrowthInput,
    GrowthPlan,
    PaceInput,
    ReplaceInput,
};
export type {
    AutogrowInput,
    AutogrowResult,
    CallOptions,
    UpCallOptions,
    DriveOptions,
    InitInput,
    LogEntry,
    OnAbort,
    PreviewResult,
    PullResult,
    Status,
    UpResult,
};
export type { PriceOverride } from "../infra/model/price-list";
export { parsePrices } from "../infra/model/price-list";
export { Declined, DriveError, InvalidInput } from "../infra/model/errors";
