import { asCidr } from "./cidr";
import type { DriveConfig } from "./config";

/** Set to `yes` it lets in again what was taken away: by the driver's `up --readmit`, or by hand for plain Pulumi. */
export const READMIT = "ELASTIC_DRIVE_READMIT";

/** The program keeps as many of what was taken away; the oldest are forgotten first. */
const KEPT = 500;

/** Who may come in: networks, web servers and keys, each in words that say where it is configured. A key's comment does not count. */
export function accessOf({ network, share, uploads }: DriveConfig): string[] {
    return [
        ...network.sshFrom.map((text) => `network.sshFrom ${asCidr(text)}`),
        ...share.clients.map((text) => `share.clients ${asCidr(text)}`),
        ...share.securityGroups.map((id) => `share.securityGroups ${id}`),
        ...Object.entries(uploads.users).flatMap(([name, { publicKeys }]) =>
            publicKeys.map((key) => `uploads.users.${name} ${key.trim().split(/\s+/).slice(0, 2).join(" ")}`),
        ),
    ];
}

/** What was taken away by this `up` or one before, and is not wanted now; the oldest first. */
export function removedAccess(before: readonly string[], last: DriveConfig | undefined, now: DriveConfig): string[] {
    const wanted = new Set(accessOf(now));
    const gone = (last === undefined ? [] : accessOf(last)).filter((item) => !before.includes(item));
    return [...before, ...gone].filter((item) => !wanted.has(item)).slice(-KEPT);
}

/** What the stack's output `removed` says; what is no text in it says nothing. */
export const removedOf = (output: unknown): string[] =>
    Array.isArray(output) ? output.filter((item) => typeof item === "string") : [];

/** What was taken away once and would come back. An older checkout asks for it too, so it has to be said. */
export const comesBack = (removed: readonly string[], now: DriveConfig): string[] =>
    accessOf(now).filter((item) => removed.includes(item));

export const COMES_BACK = {
    code: "AccessComesBack",
    message: (items: readonly string[]): string =>
        `an up has taken away what this configuration lets in: ${items.join("; ")}`,
    hint: `this checkout may be older than the drive: elastic-drive pull brings the newest configuration; if it is meant, elastic-drive up --readmit, or ${READMIT}=yes for plain Pulumi`,
} as const;
