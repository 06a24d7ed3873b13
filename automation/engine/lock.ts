import { DriveError } from "../../infra/model/errors";
import type { LockHolder } from "./translate";

export type LockVerdict =
    | { readonly stale: number }
    /** `near`: it is a process that is seen here, so that its end can be waited for. */
    | { readonly held: string; readonly near: boolean };

/** What this process can say of a lock's holder. */
export interface Onlooker {
    readonly host: string;
    readonly user: string | undefined;
    /** When a driver on this machine started an engine of that number (EngineNotes). */
    startOf(pid: number): number | undefined;
    alive(pid: number): boolean;
}

/** From an engine's start to its lock: a busy machine, a large policy pack. */
const TO_THE_LOCK_MS = 10 * 60_000;

/** Stale only if every holder is an engine that was started on this very machine, in this numbering of processes, and is dead; cannot tell = held. */
export function judgeLock(holders: readonly LockHolder[], me: Onlooker): LockVerdict {
    const isDead = ({ host, user, pid, since }: LockHolder): boolean => {
        if (host !== me.host || user !== me.user || me.alive(pid)) return false;
        const after = Date.parse(since) - (me.startOf(pid) ?? Number.NaN);
        return after > -2_000 && after < TO_THE_LOCK_MS; // the engine writes whole seconds
    };
    const living = holders.find((holder) => !isDead(holder));
    if (holders.length > 0 && living === undefined) return { stale: holders[0]!.pid };
    if (living === undefined) return { held: "someone unknown", near: false };
    const { host, pid, since } = living;
    const near = host === me.host && me.alive(pid);
    const unseen = host === me.host && !near ? ", which this machine does not see: it may be another container's" : "";
    return { held: `pid ${pid} on ${host} since ${since}${unseen}`, near };
}

export function lockedError(held: string, stack: string): DriveError {
    return new DriveError("StackLocked", `stack '${stack}' is locked by ${held}`, {
        hint: "--wait waits for its end; if that process is surely gone: pulumi cancel",
        retryable: true,
    });
}
