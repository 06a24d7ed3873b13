import { readFileSync } from "node:fs";

/** Whether a process is there and does something: a zombie holds nothing. EPERM means it is there, but not ours. */
export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        return !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3));
    } catch {
        return true; // no /proc here: what kill says counts
    }
}
