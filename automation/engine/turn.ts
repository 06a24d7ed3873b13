import { DriveError } from "../../infra/model/errors";
import type { IoHost } from "../io/host";
import { MSG } from "../io/messages";
import { LookAgain } from "../model/look-again";
import { type Clock, Interrupted, until } from "../io/wait";
import type { Events } from "./events";
import { judgeLock, lockedError } from "./lock";
import { isAlive } from "../io/process";
import { hereAs, type EngineNotes } from "./notes";
import { violated } from "./policies";
import { errorText } from "./spawn";
import { lockHolders, translate } from "./translate";

interface Setting {
    readonly stack: string;
    readonly host: IoHost;
    readonly clock: Clock;
    readonly notes: EngineNotes;
    readonly signal?: AbortSignal | undefined;
    /** So long as it takes; else a lock of this machine is waited for as long as a killed driver's engine may last. */
    readonly wait?: boolean | undefined;
}

export interface Turn {
    work(): Promise<unknown>;
    /** Takes the lock for a moment and changes nothing. */
    touch(): Promise<void>;
    /** Takes the lock away. */
    unlock(): Promise<unknown>;
    readonly events: Events;
    /** Whether what was seen before another engine's work is of no use afterwards: then LookAgain is thrown instead of working. */
    readonly lookAgain: boolean;
}

/** A killed driver's engine has at most this long to end its last call (tether.sh), so a lock is waited for a little longer. */
const LOCK_PATIENCE_MS = 60_000;
const FOR_EVER_MS = 30 * 24 * 3_600_000;

/**
 * Works under the stack's lock and its rules: the lock of a dead engine of this machine is taken away without a question, the end of
 * a living one is waited for a little, one that cannot be judged from here is an error that names it; by choice either is waited for.
 */
export async function inTurn({ stack, host, clock, notes, signal, wait = false }: Setting, turn: Turn): Promise<void> {
    let waited = false;
    let holder = "";
    const attempt = async (): Promise<{ ready: true } | { seen: string }> => {
        turn.events.reset();
        try {
            if (waited && turn.lookAgain) {
                await turn.touch();
                throw new LookAgain();
            }
            await turn.work();
            return { ready: true };
        } catch (error) {
            if (error instanceof LookAgain) throw error;
            const diagnostics = turn.events.diagnostics();
            const said = [diagnostics, errorText(error, diagnostics === "")].join("\n");
            const holders = lockHolders(said);
            if (holders === undefined) {
                if (signal?.aborted === true) throw new Interrupted();
                throw violated(turn.events.judged(), error) ?? translate(said, error);
            }
            const startOf = (pid: number): number | undefined => notes.startOf(pid);
            const verdict = judgeLock(holders, { ...hereAs(), alive: isAlive, startOf });
            if ("held" in verdict) {
                if (!wait && !verdict.near) throw lockedError(verdict.held, stack);
                waited = true;
                holder = verdict.held;
                return { seen: verdict.held };
            }
            await turn.unlock();
            const pid = verdict.stale;
            for (const holder of holders) notes.forget(holder.pid);
            host.emit(MSG.LOCK_CANCELLED(`the lock of the dead process ${pid} was taken away`, { pid }));
            return { seen: "just unlocked" };
        }
    };
    const what = `stack '${stack}' to be unlocked`;
    const onSeen = (seen: string): void => host.emit(MSG.WAITING(`waiting for ${what}: ${seen}`, { what, seen }));
    const hint = "wait for that process, or end it";
    const deadlineMs = wait ? FOR_EVER_MS : LOCK_PATIENCE_MS;
    try {
        await until({ what, hint, deadlineMs, everyMs: 1_000, onSeen, signal }, clock, attempt);
    } catch (error) {
        throw error instanceof DriveError && error.code === "WaitTimedOut" ? lockedError(holder, stack) : error;
    }
}
