import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../io/process";
import { EngineFailure, runEngine } from "./spawn";

/** A fake engine on PATH, so that processes are real and nothing else is. */
function fakeEngine(script: string): { folder: string; env: NodeJS.ProcessEnv } {
    const folder = mkdtempSync(join(tmpdir(), "drive-tether-"));
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "pulumi"), 0o755);
    return { folder, env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, ELASTIC_DRIVE_GRACE: "2" } };
}

async function eventually(what: string, probe: () => boolean): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
        if (probe()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(what);
}

describe("the engine on its tether", () => {
    let fake: ReturnType<typeof fakeEngine>;
    afterEach(() => rmSync(fake.folder, { recursive: true, force: true }));

    it("gets stdin, gives both streams, and its exit code", async () => {
        fake = fakeEngine('cat; echo "args $*"; echo oops >&2; [ "$1" = good ]');
        const run = { cwd: fake.folder, env: fake.env, input: "secret\n" };
        assert.deepEqual(await runEngine(["good"], run), { stdout: "secret\nargs good\n", stderr: "oops\n", code: 0 });
        await assert.rejects(
            runEngine(["bad"], run),
            (error: unknown) => error instanceof EngineFailure && error.code === 1,
        );
    });

    it("is noted before it begins, and until it has ended in order", async () => {
        fake = fakeEngine('ls notes >seen; [ "$1" = killed ] && kill -KILL $$; exit 255');
        const note = join(fake.folder, "notes", "here-");
        mkdirSync(join(fake.folder, "notes"));
        const env = { ...fake.env, ELASTIC_DRIVE_NOTE: note, ELASTIC_DRIVE_NOTED: "2026-11-22T12:00:00Z" };
        const seen = (): string => readFileSync(join(fake.folder, "seen"), "utf8").trim();
        const left = (): string[] => readdirSync(join(fake.folder, "notes"));
        await assert.rejects(runEngine(["fails"], { cwd: fake.folder, env }));
        assert.match(seen(), /^here-\d+$/);
        assert.deepEqual(left(), []);
        await assert.rejects(runEngine(["killed"], { cwd: fake.folder, env }));
        assert.deepEqual(left(), [seen()]);
        assert.equal(readFileSync(join(fake.folder, "notes", seen()), "utf8"), "2026-11-22T12:00:00Z");
    });

    it("ends by SIGTERM when the signal aborts", async () => {
        fake = fakeEngine("trap 'echo ending; exit 7' TERM; echo started >started; while :; do sleep 0.05; done");
        const stop = new AbortController();
        const ended = runEngine(["up"], { cwd: fake.folder, env: fake.env, signal: stop.signal });
        await eventually("the engine to start", () => existsSync(join(fake.folder, "started")));
        stop.abort();
        await assert.rejects(
            ended,
            (error: unknown) => error instanceof EngineFailure && error.code === 7 && error.stdout === "ending\n",
        );
    });

    it("ends with a killed driver, and so does a plugin in a process group of its own", async () => {
        fake = fakeEngine("set -m; sleep 60 & echo $! >plugin; echo $$ >engine; wait");
        const script = `require(${JSON.stringify(require.resolve("ts-node/register/transpile-only"))});
            require(${JSON.stringify(join(__dirname, "spawn.ts"))}).runEngine(["up"], { cwd: ${JSON.stringify(fake.folder)}, env: process.env });`;
        const driver = spawn(process.execPath, ["-e", script], { env: fake.env, stdio: "ignore" });
        const pid = (name: string): number => Number(readFileSync(join(fake.folder, name), "utf8"));
        await eventually("the engine to start", () => existsSync(join(fake.folder, "engine")));
        driver.kill("SIGKILL");
        await eventually("engine and plugin to end", () => !isAlive(pid("engine")) && !isAlive(pid("plugin")));
    }).timeout(20_000);
});
