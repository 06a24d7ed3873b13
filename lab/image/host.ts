import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { run } from "../machines/run";
import { MIRROR_VARIABLE, mirrorFrom, mirrorOf, type Mirror } from "./mirror";

const SOURCES = "/etc/apt/sources.list.d";

/** Who may make files of many owners, and how mmdebstrap is told. */
export interface RootWay {
    readonly prefix: readonly string[];
    readonly mode: "root" | "unshare";
}

/** Tries a command out; undefined when it ends well, else what it said. */
export type Try = (command: readonly string[]) => Promise<string | undefined>;

const NAMESPACES = ["unshare", "--map-root-user", "--map-auto", "--"];
const SUDO = ["sudo", "--non-interactive"];

/** The mirror that the variable names, else this host's own when it is a Debian; undefined: mmdebstrap's own choice. */
export async function hostMirror(env: NodeJS.ProcessEnv = process.env): Promise<Mirror | undefined> {
    const named = mirrorOf(env[MIRROR_VARIABLE]);
    if (named !== undefined) return named;
    const release = await readOrEmpty("/etc/os-release");
    const codename = /^VERSION_CODENAME=(\S+)/m.exec(release)?.[1];
    if (!/^ID=debian$/m.test(release) || codename === undefined) return undefined;
    const names = (await readdir(SOURCES).catch(() => [])).filter((name) => /\.(sources|list)$/.test(name));
    const files = ["/etc/apt/sources.list", ...names.sort().map((name) => join(SOURCES, name))];
    return mirrorFrom(await Promise.all(files.map(readOrEmpty)), codename);
}

/** How this host's apt reaches the network (proxies, certificates): mmdebstrap's apt would not know. */
export async function hostAptOptions(): Promise<string[]> {
    const dump = await run("apt-config", ["dump", "Acquire::http", "Acquire::https"]).catch(() => "");
    return dump.split("\n").filter((line) => /^Acquire::https?::\S+ ".+";$/.test(line));
}

/**
 * Root itself; else namespaces in which the user is root; else sudo. Namespaces come first, since they need no rights, but
 * hosts forbid them (Ubuntu 24.04 by AppArmor, others by a sysctl, or the user has no range of ids).
 */
export async function rootWay(uid = process.getuid?.(), attempt: Try = tryOut): Promise<RootWay> {
    if (uid === 0) return { prefix: [], mode: "root" };
    const refusal = await attempt([...NAMESPACES, "true"]);
    if (refusal === undefined) return { prefix: NAMESPACES, mode: "unshare" };
    if ((await attempt([...SUDO, "true"])) === undefined)
        return { prefix: [...SUDO, "env", ...proxiesOf(process.env)], mode: "root" };
    throw new DriveError(
        "NoNamespaces",
        `this user may make no namespace of its own, and sudo asks for a password: ${refusal}`,
        {
            hint:
                "one of: sudo without a password; sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04); " +
                "sysctl kernel.unprivileged_userns_clone=1 (Debian); the package uidmap and a range of this user's in /etc/subuid and /etc/subgid; " +
                "then run the same command again",
        },
    );
}

/** sudo forgets them, and they are all that the network needs of this environment. */
const proxiesOf = (env: NodeJS.ProcessEnv): string[] =>
    Object.entries(env).flatMap(([name, value]) =>
        /^(https?|ftp|no|all)_proxy$/i.test(name) ? [`${name}=${value}`] : [],
    );

async function tryOut([program, ...args]: readonly string[]): Promise<string | undefined> {
    return run(program!, args).then(
        () => undefined,
        (error: Error) => error.message,
    );
}

const readOrEmpty = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
