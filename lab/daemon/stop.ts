import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { runningDaemon } from "./client";
import { labFolder } from "./folders";

export interface StopOptions {
    /** Removes state and disks as well. */
    readonly wipe?: boolean;
    /** Machines lose their power at once; else they shut down first. Implied by `wipe`. */
    readonly now?: boolean;
}

/** A machine has a minute to shut down; then the daemon itself has had its time. */
const LIMIT = 120_000;

/** Stops the lab of a folder and everything it started. Returns whether one ran. */
export async function stopLab(dir: string = labFolder(), options: StopOptions = {}): Promise<boolean> {
    const folder = resolve(dir);
    const running = await runningDaemon(folder);
    if (running !== undefined) {
        const quick = options.now === true || options.wipe === true;
        await end(running.pid, quick ? "SIGINT" : "SIGTERM");
    }
    if (options.wipe === true) {
        await rm(folder, { recursive: true, force: true });
    }
    return running !== undefined;
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
    const limit = Date.now() + LIMIT;
    process.kill(pid, signal);
    while (alive(pid)) {
        if (Date.now() > limit) {
            // Machines and moto die with it.
            process.kill(pid, "SIGKILL");
        }
        await delay(50);
    }
}

/** A process that has ended but that its parent has not yet taken note of (state Z) is not alive. */
function alive(pid: number): boolean {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        return !/\) [ZX]/.test(stat);
    } catch {
        return false;
    }
}
