import { readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { lastDaemon, lives } from "./client";
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
    const last = await lastDaemon(folder); // not whether it answers: one that hangs is stopped too
    const running = last !== undefined && lives(last);
    if (running) {
        const quick = options.now === true || options.wipe === true;
        await end(last.pid, quick ? "SIGINT" : "SIGTERM");
    }
    if (options.wipe === true) {
        await wipe(folder);
    }
    return running;
}

/** The folder itself stays where it is a mount point. */
async function wipe(folder: string): Promise<void> {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return [];
        throw error;
    });
    await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
    await rm(folder, { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EBUSY") throw error;
    });
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
    const limit = Date.now() + LIMIT;
    send(pid, signal);
    send(pid, "SIGCONT"); // a stopped process heeds nothing else but SIGKILL
    while (alive(pid)) {
        if (Date.now() > limit) {
            // Machines and moto die with it.
            send(pid, "SIGKILL");
        }
        await delay(50);
    }
}

/** It may have ended just now. */
function send(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(pid, signal);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
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
