import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

/** Living processes by pid: parent, session, command line. */
export function processes(): Map<number, { parent: number; session: number; command: string }> {
    const found = new Map<number, { parent: number; session: number; command: string }>();
    for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
            const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
            const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
            if (fields[0] === "Z") continue;
            const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
            found.set(Number(entry), { parent: Number(fields[1]), session: Number(fields[3]), command });
        } catch {
            continue; // ended while we looked
        }
    }
    return found;
}

/** Kills the driver and its engine in one breath, as the kernel would; what they left is for others to clear. */
export function killDriverAndEngine(driver: number): void {
    const all = processes();
    const tethers = [...all]
        .filter(([, { parent, command }]) => parent === driver && command.includes("tether.sh"))
        .map(([pid]) => pid);
    const engines = [...all]
        .filter(([, { parent, command }]) => tethers.includes(parent) && command.startsWith("pulumi "))
        .map(([pid]) => pid);
    for (const pid of [driver, ...engines]) process.kill(pid, "SIGKILL");
}

/** Looks every 50 ms. */
export async function settles(what: string, seconds: number, probe: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
        if (await probe()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(`${what} did not come within ${seconds} s`);
}
