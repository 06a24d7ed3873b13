import { spawn, type ChildProcess } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";

/** Which process: a pid alone may be somebody else's by now, with its start time it is one process for ever. */
export interface ProcessMark {
    readonly pid: number;
    readonly started: string;
}

export interface Child {
    readonly process: ChildProcess;
    /** Resolves at the process's end, with its exit code or signal in words. */
    readonly ended: Promise<string>;
}

/**
 * Starts a program that dies with this process, whatever kills it: the kernel sends SIGKILL when the parent is gone.
 * Its standard input is a pipe that stays open; what it says goes to `log`.
 */
export async function startChild(
    program: string,
    args: readonly string[],
    log: string,
    pidFile: string,
): Promise<Child> {
    const out = openSync(log, "a");
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", program, ...args], { stdio: ["pipe", out, out] });
    closeSync(out);
    // What QEMU would tell a closed pipe interests nobody.
    child.stdin?.on("error", () => undefined);
    const ended = new Promise<string>((resolve) => {
        child.once("error", (error) => resolve(error.message));
        child.once("exit", (code, signal) => resolve(code === null ? `signal ${signal}` : `exit code ${code}`));
    });
    if (child.pid !== undefined) {
        const started = await startTime(child.pid);
        if (started !== undefined) await writeFile(pidFile, JSON.stringify({ pid: child.pid, started }));
    }
    void ended.then(() => rm(pidFile, { force: true }));
    return { process: child, ended };
}

/** Ends what an earlier lab has left behind under this pid file. Returns whether there was something. */
export async function endLeftover(pidFile: string): Promise<boolean> {
    let mark: ProcessMark;
    try {
        mark = JSON.parse(await readFile(pidFile, "utf8")) as ProcessMark;
    } catch {
        return false;
    }
    await rm(pidFile, { force: true });
    if ((await startTime(mark.pid)) !== mark.started) return false;
    process.kill(mark.pid, "SIGKILL");
    while ((await startTime(mark.pid)) === mark.started) await new Promise((resolve) => setTimeout(resolve, 20));
    return true;
}

/** Field 22 of /proc/<pid>/stat; undefined when there is no such process or it is a zombie. */
export async function startTime(pid: number): Promise<string | undefined> {
    try {
        const stat = await readFile(`/proc/${pid}/stat`, "utf8");
        // The name, in brackets, may hold anything, blanks too.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return fields[0] === "Z" ? undefined : fields[19];
    } catch {
        return undefined;
    }
}
