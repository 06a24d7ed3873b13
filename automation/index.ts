/** The library's public face: what internal tooling imports. It never prints and never ends the process. */
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
import type { LogEntry } from "./io/log";
import type { DriveOptions } from "./session";
import { Session } from "./session";

/**
 * One drive, known by its project folder and stack. Every operation returns its result, speaks through the given
 * host in coded messages, stops at the next safe point when the signal aborts, and fails with a DriveError.
 * @example
 * const drive = new Drive({ projectDir, stack: "content", host: new RecordingHost(), signal });
 * const { steps } = await drive.up();
 */
export class Drive {
    constructor(private readonly options: DriveOptions) {}

    init(input: InitInput): Promise<{ stack: string; file: string; desired: DriveConfig }> {
        return init(this.session(), input);
    }
    preview(): Promise<PreviewResult> {
        return preview(this.session());
    }
    /** Makes the world as configured, and goes on with what was interrupted. */
    up(): Promise<UpResult> {
        return up(this.session());
    }
    status(): Promise<Status> {
        return status(this.session());
    }
    /** Every way to a larger drive, with price, risk and what is not possible; changes nothing. */
    plan(input: GrowthInput): Promise<GrowthPlan> {
        return plan(this.session(), input);
    }
    /** Makes the drive larger while it is used. */
    grow(input: GrowInput): Promise<UpResult> {
        return grow(this.session(), input);
    }
    /** Size, type, IOPS, throughput of one slot's volume, in one modification. */
    change(input: ChangeInput): Promise<UpResult> {
        return change(this.session(), input);
    }
    /** Another volume in place of a slot's: its data moves while the drive is used, or a copy of it takes its place, with downtime. */
    replace(input: ReplaceInput): Promise<UpResult> {
        return replace(this.session(), input);
    }
    /** Few volumes in place of all there are, while the drive is used. */
    consolidate(input: ConsolidateInput): Promise<UpResult> {
        return consolidate(this.session(), input);
    }
    /** Ends a move; what was moved goes back where that is possible. */
    cancel(): Promise<UpResult> {
        return cancel(this.session());
    }
    /** Deletes kept volumes that are due. */
    gc(input: GcInput = {}): Promise<GcResult> {
        return gc(this.session(), input);
    }
    /** Slows a running move, lets it rest (0), or frees it (undefined). */
    pace(input: PaceInput): Promise<void> {
        return pace(this.session(), input);
    }
    /** Planned replacement of the server. */
    rehost(): Promise<UpResult> {
        return rehost(this.session());
    }
    pull(): Promise<PullResult> {
        return pull(this.session());
    }
    /** Takes the drive and its data away; the host is asked for the drive's name. */
    destroy(): Promise<{ drive: string }> {
        return destroy(this.session());
    }
    log(count = 50): Promise<LogEntry[]> {
        return log(this.session(), count);
    }

    /** Every operation looks anew: nothing is kept between two of them. */
    private session(): Session {
        return new Session(this.options);
    }
}

export type { IoHost, Question } from "./io/host";
export { JsonHost } from "./io/json";
export type { Message } from "./io/messages";
export { MSG } from "./io/messages";
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
export { REPLACE_HOWS } from "./operations/replace";
export type { Step } from "./steps";
export { describe as describeStep } from "./steps";
export type {
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
export type { DriveOptions, InitInput, LogEntry, PreviewResult, PullResult, Status, UpResult };
export type { PriceOverride } from "../infra/model/price-list";
export { parsePrices } from "../infra/model/price-list";
export { Declined, DriveError, InvalidInput } from "../infra/model/errors";
