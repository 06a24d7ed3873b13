/** The library's public face: what internal tooling imports. It never prints and never ends the process. */
import { destroy } from "./operations/destroy";
import type { InitInput } from "./operations/init";
import { init } from "./operations/init";
import { log } from "./operations/log";
import type { PreviewResult } from "./operations/preview";
import { preview } from "./operations/preview";
import type { PullResult } from "./operations/pull";
import { pull } from "./operations/pull";
import { rehost } from "./operations/rehost";
import type { Status } from "./operations/status";
import { status } from "./operations/status";
import type { UpResult } from "./operations/up";
import { up } from "./operations/up";
import type { DriveConfig } from "../infra/model/config";
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
export type { Observed } from "./observed";
export type { Refusal } from "./refusals";
export type { Step } from "./steps";
export { describe as describeStep } from "./steps";
export type { DriveOptions, InitInput, LogEntry, PreviewResult, PullResult, Status, UpResult };
export { Declined, DriveError, InvalidInput } from "../infra/model/errors";
