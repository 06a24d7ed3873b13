import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endLeftover, startChild, startTime } from "./child";
import { until } from "./wait";

describe("child processes", () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "child-spec-"))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it("die with the process that started them, even by kill -9", async () => {
        const script = `require("ts-node/register/transpile-only");
            require(${JSON.stringify(join(__dirname, "child"))}).startChild("sleep", ["60"], "/dev/null", ${JSON.stringify(join(folder, "pid"))})
                .then((c) => console.log(c.process.pid)); setInterval(() => {}, 1000)`;
        const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        const pid = Number(line.toString());
        assert.notEqual(await startTime(pid), undefined);
        parent.kill("SIGKILL");
        await until({ what: "the child to die", hint: "", deadlineMs: 5_000, everyMs: 20 }, async () =>
            (await startTime(pid)) === undefined ? { ready: true } : { seen: "alive" },
        );
    });

    it("say how they ended, and log what they said", async () => {
        const log = join(folder, "log");
        const child = await startChild("sh", ["-c", "echo no >&2; exit 3"], log, join(folder, "pid"));
        assert.equal(await child.ended, "exit code 3");
        assert.equal(await readFile(log, "utf8"), "no\n");
    });

    it("are ended when an earlier lab left them behind", async () => {
        const pidFile = join(folder, "pid");
        const child = await startChild("sleep", ["60"], "/dev/null", pidFile);
        assert.equal(await endLeftover(pidFile), true);
        assert.equal(await child.ended, "signal SIGKILL");
    });

    it("are not mistaken for another process that has got their pid", async () => {
        const pidFile = join(folder, "pid");
        const stranger = spawn("sleep", ["60"]);
        try {
            await writeFile(pidFile, JSON.stringify({ pid: stranger.pid, started: "1" }));
            assert.equal(await endLeftover(pidFile), false);
            assert.notEqual(await startTime(stranger.pid as number), undefined);
            await assert.rejects(access(pidFile));
        } finally {
            stranger.kill("SIGKILL");
        }
    });
});
