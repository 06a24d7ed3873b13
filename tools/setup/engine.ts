import { chmod, copyFile, mkdir, rename, stat } from "node:fs/promises";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ENGINE_VERSION, engineFolder, isGoodEngine, LANGUAGE_HOST, MODULES } from "./engine-key";
import { ensureGo } from "./go";
import { withLock } from "./lock";
import { run } from "./run";
import { twice, type Say } from "./steps";

const PULUMI = "github.com/pulumi/pulumi";
/** Start Node for a policy pack and for a dynamic provider: two scripts of the SDK. */
const LAUNCHERS = ["pulumi-analyzer-policy", "pulumi-resource-pulumi-nodejs"] as const;

/**
 * The folders to put first on PATH so that `pulumi` runs programs of this repository: none when a good one is on PATH
 * already, else that of an engine built here from the Go module proxy.
 */
export async function ensureEngine(cacheDir: string, say: Say): Promise<readonly string[]> {
    const own = await engineOnPath(process.env);
    if (own.good) {
        say(own.seen);
        return [];
    }
    const folder = engineFolder(cacheDir);
    if (!existsSync(folder)) {
        say(own.seen);
        const onWait = (): void => say("another set-up is building the engine: waiting for it");
        await withLock(join(cacheDir, "engine.lock"), onWait, async () => {
            if (!existsSync(folder)) await build(folder, cacheDir, say);
        });
    }
    return [join(folder, "bin")];
}

/** What PATH has of Pulumi, in words, and whether it will do. */
export async function engineOnPath(env: NodeJS.ProcessEnv): Promise<{ good: boolean; seen: string }> {
    const pulumi = which("pulumi", env);
    if (pulumi === undefined) return { good: false, seen: "no pulumi on PATH" };
    const said = (
        await run(pulumi, ["version"], { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" } }).catch(() => "")
    ).trim();
    const version = /^v?(\d+\.\d+\.\d+)/.exec(said)?.[1];
    if (version === undefined) return { good: false, seen: `${pulumi} does not tell its version` };
    if (!isGoodEngine(version)) {
        return { good: false, seen: `pulumi ${version} on PATH is older than ${ENGINE_VERSION}` };
    }
    return which(LANGUAGE_HOST, env) !== undefined
        ? { good: true, seen: `pulumi ${version} on PATH is used` }
        : { good: false, seen: `pulumi ${version} on PATH has no ${LANGUAGE_HOST}` };
}

function which(program: string, env: NodeJS.ProcessEnv): string | undefined {
    const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
    return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

/** Each program is renamed into place when it is whole, so an interrupted build goes on with the next one. */
async function build(folder: string, cacheDir: string, say: Say): Promise<void> {
    const go = await ensureGo(cacheDir, say);
    const beside = `${folder}.making`;
    const bin = join(beside, "bin");
    await mkdir(bin, { recursive: true });
    const program = async (
        name: string,
        module: string,
        path: string,
        ldflags: string,
        about: string,
    ): Promise<void> => {
        if (existsSync(join(bin, name))) return;
        say(`building ${name} from the Go module proxy (${about} on two cores when nothing is cached)`);
        await twice(say, () =>
            run(go, ["build", "-trimpath", "-ldflags", ldflags, "-o", join(bin, `${name}.new`), path], {
                cwd: module,
                env: goEnv(),
                hint: `is the Go module proxy (go env GOPROXY) within reach? Then run the same command again: what was fetched and compiled is kept`,
            }),
        );
        await rename(join(bin, `${name}.new`), join(bin, name));
    };
    await program(
        LANGUAGE_HOST,
        MODULES.language,
        `${PULUMI}/sdk/v3/nodejs/cmd/${LANGUAGE_HOST}`,
        "-s -w",
        "half a minute",
    );
    const version = `-X ${PULUMI}/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;
    await program("pulumi", MODULES.cli, `${PULUMI}/pkg/v3/cmd/pulumi`, `-s -w ${version}`, "5 to 8 minutes");
    await copyLaunchers(go, bin);
    await rename(beside, folder);
    say(`built ${((await stat(join(folder, "bin/pulumi"))).size / 1e6).toFixed(0)} MB into ${folder}`);
}

async function copyLaunchers(go: string, bin: string): Promise<void> {
    const list = ["list", "-m", "-f", "{{.Dir}}", `${PULUMI}/sdk/v3`];
    const sdk = (await run(go, list, { cwd: MODULES.cli, env: goEnv() })).trim();
    for (const launcher of LAUNCHERS) {
        await copyFile(join(sdk, "nodejs/dist", launcher), join(bin, launcher));
        await chmod(join(bin, launcher), 0o755);
    }
}

/** The modules' own pins decide, whatever the operator's Go settings are for other work. */
const goEnv = (): NodeJS.ProcessEnv => ({
    ...process.env,
    GOFLAGS: "-buildvcs=false",
    GOWORK: "off",
    CGO_ENABLED: "0",
});
