/** The library's public face: what internal tooling imports. It never prints and never ends the process. */
import { type AutogrowInput, type AutogrowResult, autogrow } from "./commands/autogrow";
import { isProject, noProject } from "./engine/project";
import { checkInput, checkStack } from "./commands/inputs";
import { type BackupInput, type BackupResult, backup } from "./commands/backup/backup";
import { type BackupsInput, type BackupsResult, backups } from "./commands/backup/backups";
import { cancel } from "./commands/cancel";
import { type ChangeInput, change } from "./commands/change";
import { type ConsolidateInput, consolidate } from "./commands/consolidate";
import { destroy } from "./commands/destroy/destroy";
import { type GcInput, type GcResult, gc } from "./commands/gc";
import { type GrowInput, grow } from "./commands/grow";
import { type InitInput, init } from "./commands/init";
import { log } from "./commands/log";
import { type PaceInput, pace } from "./commands/pace";
import { plan } from "./commands/plan";
import { type PreviewResult, preview } from "./commands/preview";
import { type PullResult, pull } from "./commands/pull";
import { rehost } from "./commands/rehost";
import { type ReplaceInput, replace } from "./commands/replace";
import type { Status } from "./commands/status/types";
import { status } from "./commands/status/status";
import { type UpResult, up } from "./commands/up";
import type { DriveConfig } from "../infra/model/config";
import type { GrowthInput, GrowthPlan } from "./growth/growth-plan";
import type { Answer } from "./io/caller";
import type { LogEntry } from "./io/log";
import { Operation } from "./commands/operation";
import { type CallOptions, type DriveOptions, type OnAbort, type UpCallOptions, Session } from "./world/session";
import { throwIfAborted } from "./io/wait";

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
    /**
     * Takes a backup set: snapshots of all volumes of the drive, of one instant. For a timer, too: `due` does nothing while the newest
     * good set is young enough. Asks nobody: it changes nothing of the drive.
     */
    backup(input: BackupInput = {}, call?: CallOptions): Operation<BackupResult> {
        return this.start((session) => backup(session, input), call, { check: () => checkInput("backup", input) });
    }
    /** The drive's backup sets, from EC2 alone. */
    backups(input: BackupsInput = {}, call?: CallOptions): Operation<BackupsResult> {
        return this.start((session) => backups(session, input), call, { check: () => checkInput("backups", input) });
    }
    /** Deletes kept volumes and backup sets that are due. */
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
export type { Operation } from "./commands/operation";
export { JsonHost } from "./io/json";
export type { Level, Message } from "./io/messages";
export { MSG } from "./io/messages";
export type { BackupPolicyInput, OperatorPolicyInput } from "./commands/operator-policy";
export type { OperatorPolicy, PolicyStatement } from "./commands/policy-document";
export { operatorPolicy } from "./commands/operator-policy";
export { RecordingHost } from "./io/recording";
export { TerminalHost } from "./io/terminal";
export type { MoveView, Observed } from "./model/observed";
export type { Refusal } from "./model/refusal";
export type { SlotBudget } from "./growth/case";
export type { Facts } from "./growth/facts";
export { planFor } from "./growth/growth-plan";
export type { CopyTime } from "./growth/rate";
export type { How, OpenWay, Passage, Way } from "./growth/ways/way";
export { HOWS } from "./growth/ways/way";
export { REPLACE_HOWS } from "./workflows/move/edits";
export type { Step } from "./model/steps";
export { describe as describeStep } from "./model/steps";
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
    BackupInput,
    BackupResult,
    BackupsInput,
    BackupsResult,
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
