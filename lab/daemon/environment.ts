import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { SSH_PORT_VARIABLE } from "../../infra/model/ssh-port";
import { engineFolder, isGoodEngine, LANGUAGE_HOST } from "../../tools/setup/engine-key";
import { cacheFolder } from "../../tools/setup/key";
import { REGION } from "../ec2/seeds";
import { requireDaemon } from "./client";
import { filesOf, labFolder } from "./folders";

/** A lab's secrets are worth nothing outside it: the passphrase only has to be the same each time. */
const PASSPHRASE = "elastic-drive-lab";
const PLUGINS = resolve(__dirname, "../plugins/bin");

/**
 * What a program needs to work against the lab of that folder, `PATH` included: the variables on top of its own
 * environment. Refuses when the lab does not run.
 */
export async function labEnvironment(
    dir: string = labFolder(),
    env: NodeJS.ProcessEnv = process.env,
): Promise<Record<string, string>> {
    const facts = await requireDaemon(resolve(dir));
    const backend = filesOf(facts.dir).backend;
    await mkdir(backend, { recursive: true });
    return {
        AWS_ENDPOINT_URL: facts.url,
        AWS_ACCESS_KEY_ID: "lab",
        AWS_SECRET_ACCESS_KEY: "lab",
        AWS_REGION: REGION,
        // Without its attribute files, which the backend writes in place: an engine killed there leaves an empty one, and
        // no later `up` can read the state.
        PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ELASTIC_DRIVE_LAB_DIR: facts.dir,
        // Said also when it is 22: what an earlier lab said in this shell must not stay.
        [SSH_PORT_VARIABLE]: String(facts.ssh.port),
        PATH: labPath(env).join(delimiter),
    };
}

/** Stand-ins for the plugins that are not installed, the engine that was built here unless there is a good one, then the old PATH. */
function labPath(env: NodeJS.ProcessEnv): string[] {
    const old = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "" && !folder.startsWith(PLUGINS));
    const standIns = ["aws", "command"].filter((name) => !installed(name, old, env)).map((name) => join(PLUGINS, name));
    const engine = join(engineFolder(cacheFolder(env)), "bin");
    const engines = !existsSync(engine) || hasGoodEngine(old) ? [] : [engine];
    return [...standIns, ...engines, ...old];
}

/** By the set-up's own measure: one that is too old, or that has no language host, cannot do what the built one can. */
function hasGoodEngine(folders: readonly string[]): boolean {
    const pulumi = folders.map((folder) => join(folder, "pulumi")).find((file) => existsSync(file));
    if (pulumi === undefined || !onPath(LANGUAGE_HOST, folders)) {
        return false;
    }
    try {
        const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
        const printed = execFileSync(pulumi, ["version"], {
            env,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
        });
        return isGoodEngine(printed);
    } catch {
        return false;
    }
}

const onPath = (program: string, folders: readonly string[]): boolean =>
    folders.some((folder) => existsSync(join(folder, program)));

/** A real plugin is used wherever there is one: on PATH, or where Pulumi keeps what it has installed. */
function installed(name: string, folders: readonly string[], env: NodeJS.ProcessEnv): boolean {
    if (onPath(`pulumi-resource-${name}`, folders)) {
        return true;
    }
    const plugins = join(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "plugins");
    const whole = new RegExp(`^resource-${name}-v[0-9][^/]*$`);
    const kept = existsSync(plugins) ? readdirSync(plugins) : [];
    return kept.some(
        (entry) =>
            whole.test(entry) &&
            !entry.endsWith(".lock") &&
            !entry.endsWith(".partial") &&
            !kept.includes(`${entry}.partial`),
    );
}
