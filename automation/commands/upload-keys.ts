import { readFile } from "node:fs/promises";
import type { Fault } from "../../infra/model/errors";
import { otherFormat } from "../../infra/model/public-key";

/** One key or file, or several of one person. */
export type KeysGiven = string | readonly string[];

/** What was given of each upload user, as the configuration holds it; one fault a file, which names it. */
export async function uploadUsers(
    given: Readonly<Record<string, KeysGiven>>,
): Promise<{ users: Record<string, unknown>; faults: Fault[] }> {
    const faults: Fault[] = [];
    const users = await Promise.all(
        Object.entries(given).map(async ([user, keys]) => {
            const lists = await Promise.all(
                [keys].flat().map(async (keyOrFile) => {
                    const read = await keysOf(keyOrFile);
                    if (typeof read !== "string") return read;
                    faults.push({ path: `uploads.users.${user}`, reason: read });
                    return [];
                }),
            );
            return [user, { publicKeys: [...new Set(lists.flat())] }] as const;
        }),
    );
    return { users: Object.fromEntries(users), faults };
}

/** The keys, or why there are none. What exists as a file is read, whatever its name looks like. */
async function keysOf(keyOrFile: string): Promise<string[] | string> {
    const read = await readFile(keyOrFile).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
    if (typeof read === "string") {
        if (/^(?:ssh|ecdsa|sk)-\S+\s/.test(keyOrFile)) return linesOf(keyOrFile);
        return `cannot read the public key file '${keyOrFile}' (${read})`;
    }
    const text = textOf(read);
    const other = otherFormat(text);
    if (other !== undefined) return `file '${keyOrFile}': ${other.replace("<file>", keyOrFile)}`;
    const lines = linesOf(text);
    return lines.length > 0 ? lines : `file '${keyOrFile}' holds no key`;
}

/** Editors of Windows begin a file of two bytes a letter by a mark that says so. */
function textOf(bytes: Buffer): string {
    const mark = bytes.subarray(0, 2).toString("hex");
    if (mark === "fffe") return bytes.subarray(2).toString("utf16le");
    if (mark === "feff" && bytes.length % 2 === 0) return Buffer.from(bytes.subarray(2)).swap16().toString("utf16le");
    return bytes.toString("utf8");
}

const linesOf = (text: string): string[] =>
    text
        .split(/\r\n|\r|\n/)
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"));
