import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../protocol/plugin";
import { messageOf } from "../protocol/plugin";

const MINUTE = 60_000;
export const minutes = (count: number): number => count * MINUTE;

/** How long to look for something that was only just made and may not be visible yet. */
export const PROPAGATION_MS = minutes(2);

interface Wait<T> {
    readonly pending: readonly string[];
    /** Empty = until it is gone. */
    readonly target: readonly string[];
    /** `undefined` = not found. */
    readonly look: () => Promise<{ state: string; found: T } | undefined>;
    readonly timeoutMs: number;
    /** Milliseconds before the second look; half as much again each time, up to ten times as much. */
    readonly everyMs?: number;
}

const duration = (ms: number): string => `${Math.floor(ms / MINUTE)}m${(ms % MINUTE) / 1000}s`;

// As many looks may find nothing before it counts as not there (terraform-plugin-sdk: StateChangeConf.NotFoundChecks).
const NOT_FOUND_CHECKS = 20;

/** Looks until the state is a target; another state, too long a wait, or nothing there fails in the real provider's words. */
export async function waitFor<T>(wait: Wait<T>, context: Context): Promise<T | undefined> {
    const wanted = wait.target.join(", ");
    const started = Date.now();
    const first = wait.everyMs ?? 200;
    let missed = 0;
    for (let every = first; ; every = Math.min(every * 1.5, first * 10)) {
        const seen = await wait.look();
        if (seen === undefined) {
            if (wait.target.length === 0) {
                return undefined;
            }
            missed++;
            if (missed > NOT_FOUND_CHECKS) {
                throw new Error(`couldn't find resource (${missed} retries)`);
            }
        } else if (wait.target.includes(seen.state)) {
            return seen.found;
        } else if (!wait.pending.includes(seen.state)) {
            throw new Error(`unexpected state '${seen.state}', wanted target '${wanted}'`);
        }
        if (Date.now() - started > wait.timeoutMs) {
            const last = seen === undefined ? "" : `last state: '${seen.state}', `;
            throw new Error(
                `timeout while waiting for state to become '${wanted}' (${last}timeout: ${duration(wait.timeoutMs)})`,
            );
        }
        await sleep(every, undefined, { signal: context.signal });
    }
}

/** Does it again while the failure is one that passes. */
export async function retryWhile<T>(
    passes: (error: unknown) => boolean,
    timeoutMs: number,
    context: Context,
    action: () => Promise<T>,
): Promise<T> {
    const until = Date.now() + timeoutMs;
    for (let every = 200; ; every = Math.min(every * 1.5, 3000)) {
        try {
            return await action();
        } catch (error) {
            if (!passes(error) || Date.now() > until) {
                throw error;
            }
        }
        await sleep(every, undefined, { signal: context.signal });
    }
}

/** Puts what was being done before what went wrong, as the real provider words it. */
export async function doing<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
        return await action();
    } catch (error) {
        throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
    }
}
