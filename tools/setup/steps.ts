import { DriveError } from "../../infra/model/errors";
import { textOf } from "./failure";

/** Says one line about the step it was given to. */
export type Say = (text: string) => void;

/** How often a long step without news says that it is still at work. */
const HEARTBEAT_MS = 30_000;

export const seconds = (sinceMs: number): string => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Lines of all steps, in one column for the names; several steps may speak at once. */
export const sayAs =
    (step: string): Say =>
    (text) =>
        process.stdout.write(`${step.padEnd(9)} ${text}\n`);

/**
 * Runs one step of the set-up and says how long it took. A failure names the step; a DriveError keeps its code and hint.
 */
export async function step<T>(name: string, work: (say: Say) => Promise<T>): Promise<T> {
    const say = sayAs(name);
    const started = Date.now();
    let last: string | undefined;
    const heartbeat = setInterval(() => say(`${last ?? "at work"} (${seconds(started)} so far)`), HEARTBEAT_MS);
    try {
        const result = await work((text) => say((last = text)));
        // A step that had nothing to tell found its work done.
        say(`${last === undefined ? "there" : "ready"}, ${seconds(started)}`);
        return result;
    } catch (error) {
        say(`failed after ${seconds(started)}`);
        if (error instanceof DriveError) throw error;
        throw new DriveError("SetupFailed", `${name}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
        });
    } finally {
        clearInterval(heartbeat);
    }
}

/** Tries again what may have failed for the network's sake; the last failure counts. */
export async function twice<T>(say: Say, work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        say(`failed, trying once more: ${error instanceof Error ? error.message : String(error)}`);
        return work();
    }
}

/** All of them to their end, then the failures together: one broken step does not cut off another's work. */
export async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
    const failures = (await Promise.allSettled(work)).flatMap((end) =>
        end.status === "rejected" ? [end.reason as unknown] : [],
    );
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new DriveError("SetupFailed", failures.map(textOf).join("\n"));
}
