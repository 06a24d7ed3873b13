import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/**
 * This boot of this machine, and in it this process's own numbering of processes: in a container 42 is another's 42. The same for two
 * processes only if either can see whether the other is alive; undefined: that cannot be told.
 */
export function thisMachine(): string | undefined {
    try {
        const parts = [
            readFileSync("/proc/sys/kernel/random/boot_id", "utf8"),
            readlinkSync("/proc/self/ns/pid"),
            hostname(),
        ];
        return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
    } catch {
        return undefined;
    }
}

/** `alice@build-7`: for people. */
export const whoWorks = (): string => `${user()}@${hostname()}`;

function user(): string {
    try {
        return userInfo().username;
    } catch {
        return `uid ${process.getuid?.() ?? "unknown"}`; // a container whose user has no name
    }
}
