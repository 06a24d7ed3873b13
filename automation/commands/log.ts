import type { LogEntry } from "../io/log";
import { MSG } from "../io/messages";
import type { Session } from "../world/session";

/** What was done from this machine, when, and how long it took. */
export async function log(session: Session, count: number): Promise<LogEntry[]> {
    const entries = await session.log.read(count);
    for (const entry of entries) {
        const took = entry.seconds === undefined ? "" : `  ${entry.seconds} s`;
        const text = `${entry.time.slice(0, 19).replace("T", " ")}  ${entry.operation.padEnd(8)} ${entry.event.padEnd(8)} ${entry.text}${took}`;
        session.host.emit(MSG.LOG_ENTRY(text, entry));
    }
    if (entries.length === 0)
        session.host.emit(MSG.NOTE("nothing was done from this machine yet", { file: session.log.file }));
    return entries;
}
