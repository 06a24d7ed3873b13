import { chmod, cp, readdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { install } from "./packages";
import { run } from "./run";
import { twice, type Say } from "./steps";

/** What tools/engine's go.mod files ask for. */
const NEEDED = [1, 23] as const;
/** Taken from the Go module proxy where Debian's own is older (Debian 12). */
const TOOLCHAIN = "go1.23.12";

/** A go that can build the engine: the one on PATH, else Debian's, else the toolchain that the module proxy carries. */
export async function ensureGo(cacheDir: string, say: Say): Promise<string> {
    const kept = join(cacheDir, "go", TOOLCHAIN);
    if ((await minorVersion("go")) === undefined) {
        if (existsSync(kept)) return join(kept, "bin/go");
        await install(["golang-go"], cacheDir, say);
    }
    const minor = await minorVersion("go");
    if (minor === undefined) {
        throw new DriveError("NoGo", "apt-get installed golang-go, and still there is no go on PATH", {
            hint: `install Go ${NEEDED.join(".")} or later from go.dev and put it on PATH; then run the same command again`,
        });
    }
    if (minor >= NEEDED[1]) return "go";
    if (!existsSync(kept)) await fetchToolchain(kept, say);
    return join(kept, "bin/go");
}

/** 26 for go 1.26.8; undefined when there is none. */
async function minorVersion(go: string): Promise<number | undefined> {
    const text = await run(go, ["env", "GOVERSION"], { env: { ...process.env, GOTOOLCHAIN: "local" } }).catch(() => "");
    const found = /^go1\.(\d+)/.exec(text.trim());
    return found === null ? undefined : Number(found[1]);
}

async function fetchToolchain(folder: string, say: Say): Promise<void> {
    const arch = process.arch === "x64" ? "amd64" : process.arch;
    const module = `golang.org/toolchain@v0.0.1-${TOOLCHAIN}.linux-${arch}`;
    say(`the go on PATH is older than ${NEEDED.join(".")}: fetching ${module} from the Go module proxy`);
    const answer = await twice(say, () =>
        run("go", ["mod", "download", "-json", module], {
            cwd: "/",
            env: { ...process.env, GOTOOLCHAIN: "local" },
            hint: "is the Go module proxy (go env GOPROXY) within reach? Then run the same command again",
        }),
    );
    const { Dir } = JSON.parse(answer) as { Dir: string };
    // The module cache is read-only and has lost the executable bits: a copy of our own, made beside and renamed.
    const beside = `${folder}.making`;
    await rm(beside, { recursive: true, force: true });
    await cp(Dir, beside, { recursive: true });
    for (const programs of ["bin", `pkg/tool/linux_${arch}`]) {
        await chmod(join(beside, programs), 0o755);
        for (const name of await readdir(join(beside, programs))) await chmod(join(beside, programs, name), 0o755);
    }
    await rename(beside, folder);
}
