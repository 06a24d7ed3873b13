import { readFileSync } from "node:fs";
import { DriveError } from "../../infra/model/errors";
import type { LockHolder } from "./translate";

/** Whether a process is there and does something: a zombie holds nothing. EPERM means it is there, but not ours. */
export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        return !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3));
    } catch {
        return true; // no /proc here: what kill says counts
    }
}

export type LockVerdict = { readonly stale: number } | { readonly held: string };

/** Stale only if every holder is a dead process of this very host; cannot tell = held. */
export function judgeLock(holders: readonly LockHolder[], host: string, alive: (pid: number) => boolean): LockVerdict {
    const living = holders.find((holder) => holder.host !== host || alive(holder.pid));
    if (holders.length > 0 && living === undefined) return { stale: holders[0]!.pid };
    return {
        held: living === undefined ? "someone unknown" : `pid ${living.pid} on ${living.host} since ${living.since}`,
    };
}

export function lockedError(held: string, stack: string): DriveError {
    return new DriveError("StackLocked", `stack '${stack}' is locked by ${held}`, {
        hint: "--wait waits for its end; if that process is surely gone: pulumi cancel",
        retryable: true,
    });
}
