import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** What the process that serves a policy pack has used. */
export interface Used {
    readonly cpuSeconds: number;
    readonly peakMiB: number;
}

/** The kernel's clock ticks a second, the same on every Linux that Node runs on. */
const TICKS = 100;
const EVERY_MS = 50;

/** Watches the pack whose folder is given, among the processes that this one has started, until it is told to stop. */
export function watchPack(folder: string): { stop(): Used } {
    let most: Used = { cpuSeconds: 0, peakMiB: 0 };
    const look = (): void => {
        for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
            const used = usedBy(pid, folder);
            if (used !== undefined && used.cpuSeconds >= most.cpuSeconds) most = used;
        }
    };
    const timer = setInterval(look, EVERY_MS);
    return {
        stop: () => {
            clearInterval(timer);
            return most;
        },
    };
}

function usedBy(pid: string, folder: string): Used | undefined {
    try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (!command.includes("run-policy-pack") || !command.startsWith("node")) return undefined;
        // The pack is started in its own folder and given as ".".
        if (readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(folder)) return undefined;
        if (!isOurs(pid)) return undefined;
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /, "")
            .split(" ");
        const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
        return {
            cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
            peakMiB: Number(peak?.[1] ?? 0) / 1024,
        };
    } catch {
        // It has ended between two looks.
        return undefined;
    }
}

/** Whether one of its ancestors is this process: others on the machine may preview with the same pack. */
function isOurs(pid: string): boolean {
    for (let at = pid; at !== "0" && at !== "1";) {
        const parent = /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${at}/status`, "utf8"))?.[1];
        if (parent === undefined) return false;
        if (Number(parent) === process.pid) return true;
        at = parent;
    }
    return false;
}
