import { createHash } from "node:crypto";

const digest = (what: string, of: string): Buffer =>
    createHash("sha256").update(`elastic-drive:${what}:${of}`).digest();

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * The UUID a volume's physical volume gets: made from the volume id, so that one that a crash left outside the group is
 * known as ours. LVM's form: 32 letters and digits, 6-4-4-4-4-4-6.
 */
export function pvUuid(volumeId: string): string {
    const letters = [...digest("pv", volumeId)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
    return [6, 4, 4, 4, 4, 4, 6]
        .map((length, part, lengths) => {
            const start = lengths.slice(0, part).reduce((sum, each) => sum + each, 0);
            return letters.slice(start, start + length);
        })
        .join("-");
}

/** The export's fsid: clients keep their file handles on whatever server the drive is. */
export function exportFsid(drive: string): string {
    const hex = digest("fsid", drive).toString("hex");
    // Version 8 (made by the application's own rule), variant 10: a UUID by RFC 9562.
    return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `8${hex.slice(13, 16)}`,
        `a${hex.slice(17, 20)}`,
        hex.slice(20, 32),
    ].join("-");
}

/** NFSv4's server scope: the drive's, whatever the server's host name. */
export const nfsScope = (drive: string): string => `elastic-drive-${drive}`;
