import { DriveError } from "../../infra/model/errors";

/** Time, so that specs need not wait for it. */
export interface Clock {
    now(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
    now: () => performance.now(),
    sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
            if (signal?.aborted === true) return reject(new Interrupted());
            const timer = setTimeout(done, ms);
            signal?.addEventListener("abort", stop, { once: true });
            function done(): void {
                signal?.removeEventListener("abort", stop);
                resolve();
            }
            function stop(): void {
                clearTimeout(timer);
                reject(new Interrupted());
            }
        }),
};

/** The operator asked to stop (SIGINT, an AbortSignal): what was done stays, the same command goes on. */
export class Interrupted extends DriveError {
    constructor(message = "stopped on request; what was done stays done", hint = "the same command goes on from here") {
        super("Interrupted", message, { hint });
    }
}

/** Does not wait for `work` any longer once it is told to stop; the work's own end is up to who began it. */
export async function orStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) return work;
    let stop: () => void = () => undefined;
    const stopped = new Promise<never>((_, reject) => {
        stop = (): void => reject(new Interrupted());
        signal.addEventListener("abort", stop, { once: true });
        if (signal.aborted) stop();
    });
    try {
        return await Promise.race([work, stopped]);
    } finally {
        signal.removeEventListener("abort", stop);
    }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
    if (signal?.aborted === true) throw new Interrupted();
}

export interface Wait {
    /** Completes "waiting for …". */
    readonly what: string;
    readonly hint: string;
    readonly deadlineMs: number;
    readonly everyMs: number;
    /** Called with what was seen, each time it differs from the last. */
    readonly onSeen?: (seen: string) => void;
    readonly signal?: AbortSignal | undefined;
}

/** One look: what was waited for, or what is there instead. */
export type Probe<T = undefined> = () => Promise<{ ready: T } | { seen: string }>;

/** `until` with clock, signal and host already chosen; `what` completes "waiting for …". */
export type NamedWait = (what: string, deadlineMs: number, everyMs: number, probe: Probe) => Promise<void>;

/** Asks `probe` until it gives a value; gives up with the last thing it saw, never silently. */
export async function until<T>(wait: Wait, clock: Clock, probe: Probe<T>): Promise<T> {
    const end = clock.now() + wait.deadlineMs;
    let last: string | undefined;
    for (;;) {
        throwIfAborted(wait.signal);
        const answer = await probe();
        if ("ready" in answer) return answer.ready;
        if (answer.seen !== last) wait.onSeen?.(answer.seen);
        last = answer.seen;
        if (clock.now() >= end) {
            throw new DriveError(
                "WaitTimedOut",
                `${wait.what}: still '${answer.seen}' after ${Math.round(wait.deadlineMs / 1000)} s`,
                {
                    hint: wait.hint,
                    retryable: true,
                },
            );
        }
        await clock.sleep(wait.everyMs, wait.signal);
    }
}
