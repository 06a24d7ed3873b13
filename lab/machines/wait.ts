import { DriveError } from "../../infra/model/errors";

export interface Clock {
    now(): number;
    sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A wait has a name, a deadline and a hint, so that it never ends silently. */
export interface Wait {
    readonly what: string;
    readonly hint: string;
    readonly deadlineMs: number;
    readonly everyMs: number;
}

export type Probe<T> = () => Promise<{ readonly ready: T } | { readonly seen: string }>;

/** Asks `probe` until it gives a value; gives up with the last thing it saw. */
export async function until<T>(wait: Wait, probe: Probe<T>, clock: Clock = systemClock): Promise<T> {
    const end = clock.now() + wait.deadlineMs;
    for (;;) {
        const answer = await probe();
        if ("ready" in answer) return answer.ready;
        if (clock.now() >= end) {
            throw new DriveError(
                "WaitTimedOut",
                `${wait.what}: still '${answer.seen}' after ${wait.deadlineMs / 1000} s`,
                { hint: wait.hint, retryable: true },
            );
        }
        await clock.sleep(wait.everyMs);
    }
}

/** Like Promise.race with a clock that does not keep the process alive. Undefined when the time is over. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), ms);
    });
    try {
        return await Promise.race([work, limit]);
    } finally {
        clearTimeout(timer);
    }
}
