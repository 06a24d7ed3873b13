import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

const NOT_OURS = new Set(["node_modules", ".git", ".pulumi", "dist"]);

/** Every file of the tree that is ours, relative to `root`, with `/`. */
export function filesUnder(root: string, folder = ""): string[] {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (NOT_OURS.has(entry.name)) return [];
        return entry.isDirectory() ? filesUnder(root, path) : entry.isFile() ? [path] : [];
    });
}

/** Shell scripts by their ending, and those without one by their first line. */
export function shellScripts(root: string): string[] {
    return filesUnder(root).filter((path) => {
        const name = path.slice(path.lastIndexOf("/") + 1);
        return name.endsWith(".sh") || (!name.includes(".") && /^#!.*\b(ba)?sh\b/.test(firstBytes(join(root, path))));
    });
}

function firstBytes(file: string): string {
    const handle = openSync(file, "r");
    try {
        const buffer = Buffer.alloc(64);
        return buffer.toString("utf8", 0, readSync(handle, buffer)).split("\n")[0] ?? "";
    } finally {
        closeSync(handle);
    }
}
