import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

export const REPOSITORY = resolve(__dirname, "../..");

/** Where everything is kept that takes long to make: ELASTIC_DRIVE_CACHE, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
    const own = env["ELASTIC_DRIVE_CACHE"];
    if (own !== undefined && own !== "") return resolve(own);
    const users = env["XDG_CACHE_HOME"] ?? "";
    return join(isAbsolute(users) ? users : join(homedir(), ".cache"), "elastic-drive");
}

/** Names what is made of these inputs: texts, and files by their content. */
export function keyOf(texts: readonly string[], files: readonly string[] = []): string {
    const hash = createHash("sha256");
    for (const text of texts) hash.update(`${text}\0`);
    for (const file of files) hash.update(readFileSync(file)).update("\0");
    return hash.digest("hex").slice(0, 16);
}
