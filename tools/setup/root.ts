import { DriveError } from "../../infra/model/errors";
import { run } from "./run";

/** Tries a command out; undefined when it ends well, else what it said. */
export type Try = (command: readonly string[]) => Promise<string | undefined>;

const SUDO = ["sudo", "--non-interactive"];

/**
 * What a command of root's is begun with: nothing for root; sudo and the proxies, which sudo forgets, for a user who may.
 * `byHand`: what root would run instead. No password is asked for: apt-get goes on to its end when we are interrupted, so it
 * has no terminal.
 */
export async function asRoot(
    byHand: string,
    env: NodeJS.ProcessEnv = process.env,
    uid = process.getuid?.(),
    attempt: Try = tryOut,
): Promise<string[]> {
    if (uid === 0) return [];
    const refusal = await attempt([...SUDO, "true"]);
    if (refusal === undefined) return [...SUDO, "env", ...proxiesOf(env)];
    throw new DriveError(
        "RootNeeded",
        `Debian packages are missing, and this user may not become root by sudo: ${refusal}`,
        { hint: `run '${byHand}' as root, or allow sudo without a password; then run the same command again` },
    );
}

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
