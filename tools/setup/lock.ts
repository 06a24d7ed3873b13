import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DriveError } from "../../infra/model/errors";

/**
 * Runs `work` while no other process of this machine holds the lock on `file`. The lock is the kernel's, held by a
 * child that ends as soon as its input closes: however the owner dies, the lock dies with it.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
    await mkdir(dirname(file), { recursive: true });
    const release = (await take(file, ["--nonblock"])) ?? (onWait(), await take(file, []));
    if (release === undefined) {
        throw new DriveError("LockNotTaken", `flock on ${file} ended without the lock`, {
            hint: "is the cache folder on a file system that knows locks? Set ELASTIC_DRIVE_CACHE to another folder",
        });
    }
    try {
        return await work();
    } finally {
        await release();
    }
}

/** Resolves to the way to release the lock, or undefined when flock gave up. */
function take(file: string, options: readonly string[]): Promise<(() => Promise<void>) | undefined> {
    return new Promise((resolve, reject) => {
        const holder = spawn("flock", [...options, file, "sh", "-c", "echo held; exec cat >/dev/null"], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        const ended = new Promise<void>((end) => holder.once("close", () => end()));
        holder.once("error", reject);
        holder.once("close", () => resolve(undefined));
        holder.stdout.once("data", () => {
            resolve(async () => {
                holder.stdin.end();
                await ended;
            });
        });
    });
}
