import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../machines/run";
import { mirrorFrom, PUBLIC_MIRROR, type Mirror } from "./mirror";

const SOURCES = "/etc/apt/sources.list.d";

/** This host's own mirror when it is a Debian, else the public one. */
export async function hostMirror(): Promise<Mirror> {
    const release = await readOrEmpty("/etc/os-release");
    const codename = /^VERSION_CODENAME=(\S+)/m.exec(release)?.[1];
    if (!/^ID=debian$/m.test(release) || codename === undefined) return PUBLIC_MIRROR;
    const names = (await readdir(SOURCES).catch(() => [])).filter((name) => /\.(sources|list)$/.test(name));
    const files = ["/etc/apt/sources.list", ...names.sort().map((name) => join(SOURCES, name))];
    return mirrorFrom(await Promise.all(files.map(readOrEmpty)), codename);
}

/** How this host's apt reaches the network (proxies, certificates): mmdebstrap's apt would not know. */
export async function hostAptOptions(): Promise<string[]> {
    const dump = await run("apt-config", ["dump", "Acquire::http", "Acquire::https"]).catch(() => "");
    return dump.split("\n").filter((line) => /^Acquire::https?::\S+ ".+";$/.test(line));
}

/** Namespaces in which the user is root, for making files of many owners; nothing where the user is root anyway. */
export const asRoot = (): string[] =>
    process.getuid?.() === 0 ? [] : ["unshare", "--map-root-user", "--map-auto", "--"];

const readOrEmpty = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
