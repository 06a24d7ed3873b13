import { Declined, DriveError, InvalidInput } from "../../infra/model/errors";
import { failureMessage } from "../io/failure";
import { fold } from "../io/terminal";

/** A command line that is not one; the message says what is. */
export class UsageFault extends DriveError {
    constructor(message: string, hint?: string) {
        super("Usage", message, hint === undefined ? {} : { hint });
    }
}

export function reportFailure(error: unknown, how: { readonly json: boolean; readonly debug: boolean }): void {
    if (how.json) {
        process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...failureMessage(error) })}\n`);
    } else {
        for (const line of lines(error).flatMap((text) => fold(text, 100))) process.stderr.write(`${line}\n`);
    }
    if (how.debug) process.stderr.write(`${trace(error)}\n`);
}

function lines(error: unknown): string[] {
    if (error instanceof Declined) return [error.message];
    if (error instanceof InvalidInput) {
        const count = error.faults.length;
        return [
            `error: ${count} ${count === 1 ? "fault" : "faults"}, nothing was changed (InvalidInput)`,
            ...error.faults.map((fault) => `  ${fault.path}: ${fault.reason}`),
            ...(error.details.hint === undefined ? [] : [`  next: ${error.details.hint}`]),
        ];
    }
    if (error instanceof DriveError) {
        const { hint } = error.details;
        return [`error: ${error.message} (${error.code})`, ...(hint === undefined ? [] : [`  next: ${hint}`])];
    }
    return [
        `error: ${error instanceof Error ? error.message : String(error)} (Unexpected)`,
        "  next: --debug shows where; this is a fault of elastic-drive",
    ];
}

function trace(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    return `${error.stack ?? error.message}${error.cause === undefined ? "" : `\ncaused by: ${trace(error.cause)}`}`;
}
