import { readFileSync } from "node:fs";

/**
 * Ends this process when the engine that started it is gone. A pack outlives an engine that was killed: its parent is the
 * launcher, a shell that goes on waiting for it. So the launcher's own parent is watched, where the system shows it.
 */
export function leaveWithEngine(everyMs: number, leave: () => void): void {
    const engine = parentOf(process.ppid);
    if (engine === undefined) return;
    // Looking must not keep a process alive that has nothing else to do.
    setInterval(() => {
        if (parentOf(process.ppid) !== engine) leave();
    }, everyMs).unref();
}

function parentOf(pid: number): string | undefined {
    try {
        return /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    } catch {
        return undefined;
    }
}
