import { writeSync } from "node:fs";

/** A line with its time into daemon.log (the daemon's own stderr). A full disk costs the line, never the daemon. */
export function log(line: string): void {
    try {
        writeSync(2, `${new Date().toISOString()} ${line}\n`);
    } catch {
        // There is nowhere else to say it.
    }
}
