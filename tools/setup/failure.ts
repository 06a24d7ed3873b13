import { DriveError } from "../../infra/model/errors";

/** Tells the operator what failed and what to do, and makes the exit code 1; a bug keeps its stack. */
export function endWith(error: unknown): void {
    process.stderr.write(`\n${textOf(error)}\n`);
    process.exitCode = 1;
}

export function textOf(error: unknown): string {
    if (error instanceof DriveError) {
        return `${error.code}: ${error.message}${error.details.hint === undefined ? "" : `\n  to do: ${error.details.hint}`}`;
    }
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
