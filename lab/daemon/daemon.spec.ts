import * as assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateVolumeCommand, DescribeVolumesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { control, runningDaemon } from "./client";
import { engineFolder } from "../../tools/setup/engine-key";
import { openDaemon } from "./daemon";
import type { Daemon } from "./daemon";
import { labEnvironment } from "./environment";
import { startLab } from "./start";
import { stopLab } from "./stop";

describe("the lab's daemon", () => {
    let dir: string;
    const open: Daemon[] = [];
    beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), "lab-daemon-"))));
    afterEach(async () => {
        await Promise.all(open.splice(0).map((daemon) => daemon.close("plug")));
        await rm(dir, { recursive: true, force: true });
    });

    const daemon = async (port = 0, folder = dir): Promise<Daemon> => {
        const options = {
            dir: folder,
            cacheDir: join(dir, "cache"),
            delays: "instant",
            machines: false,
            log: () => undefined,
        } as const;
        const opened = await openDaemon({ ...options, port });
        open.push(opened);
        return opened;
    };
    const ec2 = (url: string) =>
        new EC2Client({
            endpoint: url,
            region: "us-east-1",
            credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
        });

    it("says where it answers, and takes it back when it is closed", async () => {
        const { facts } = await daemon();
        assert.deepEqual(JSON.parse(await readFile(join(dir, "daemon.json"), "utf8")), facts);
        assert.deepEqual(await runningDaemon(dir), facts);
        await open.pop()?.close("plug");
        assert.equal(existsSync(join(dir, "daemon.json")), false);
        assert.equal(await runningDaemon(dir), undefined);
    });

    it("is the only one of its folder, but not of the host", async () => {
        await daemon();
        await assert.rejects(daemon(), { code: "LabAlreadyRunning" });
        const other = join(dir, "other");
        await mkdir(other);
        await daemon(0, other);
    });

    it("names the port that is taken, and leaves the folder free", async () => {
        const { port } = (await daemon()).facts;
        const other = join(dir, "other");
        await assert.rejects(daemon(port, other), { code: "PortTaken", message: `port ${port} of 127.0.0.1 is taken` });
        await daemon(0, other);
    });

    it("does not take a file left by a dead daemon for a running one", async () => {
        await writeFile(join(dir, "daemon.json"), JSON.stringify({ pid: 1, url: "http://127.0.0.1:1", dir }));
        assert.equal(await runningDaemon(dir), undefined);
        await assert.rejects(labEnvironment(dir), { code: "LabNotRunning" });
        await writeFile(join(dir, "daemon.json"), "{ half");
        assert.equal(await runningDaemon(dir), undefined);
    });

    it("points programs to itself, with stand-ins for plugins that are not installed only", async () => {
        const { facts } = await daemon();
        const plugins = join(dir, "pulumi", "plugins");
        await mkdir(join(plugins, "resource-command-v1.2.1"), { recursive: true });
        const env = await labEnvironment(dir, { PATH: "/usr/bin:/bin", PULUMI_HOME: join(dir, "pulumi") });
        assert.equal(env.AWS_ENDPOINT_URL, facts.url);
        assert.equal(env.ELASTIC_DRIVE_SSH_PORT, String(facts.ssh.port));
        assert.equal(env.PULUMI_BACKEND_URL, `file://${join(dir, "backend")}?metadata=skip`);
        const path = env.PATH?.split(":") ?? [];
        assert.match(path[0] ?? "", /lab\/plugins\/bin\/aws$/);
        assert.deepEqual(
            path.filter((folder) => folder.endsWith("bin/command")),
            [],
        );
        await writeFile(join(dir, "pulumi-resource-aws"), "", { mode: 0o755 });
        const both = await labEnvironment(dir, { PATH: `${dir}:/usr/bin`, PULUMI_HOME: join(dir, "pulumi") });
        assert.doesNotMatch(both.PATH ?? "", /plugins\/bin/);
    });

    it("puts the engine that was built here before one that is too old or has no language host, and before no other", async () => {
        await daemon();
        const env = { PATH: dir, ELASTIC_DRIVE_CACHE: join(dir, "cache") };
        const built = join(engineFolder(join(dir, "cache")), "bin");
        await mkdir(built, { recursive: true });
        const engineIs = (version: string): Promise<void> =>
            writeFile(join(dir, "pulumi"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
        const isBuiltOneFirst = async (): Promise<boolean> =>
            ((await labEnvironment(dir, env)).PATH ?? "").split(":").includes(built);
        await engineIs("v3.274.1");
        assert.equal(await isBuiltOneFirst(), true, "no language host");
        await writeFile(join(dir, "pulumi-language-nodejs"), "");
        for (const [version, isFirst] of [
            ["v3.100.0", true],
            ["no version", true],
            ["v3.170.0", false],
            ["v3.274.1", false],
        ] as const) {
            await engineIs(version);
            assert.equal(await isBuiltOneFirst(), isFirst, version);
        }
    });

    it("that keeps silent is named, not taken for dead, and is stopped all the same", async () => {
        const { pid } = await startLab({ dir, port: 0, delays: "instant", machines: false, tieToParent: true });
        process.kill(pid, "SIGSTOP");
        await assert.rejects(startLab({ dir }), { code: "LabNotAnswering" });
        assert.equal(await stopLab(dir), true);
        assert.equal(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""), "");
    }).timeout(120_000);

    it("says that its folder cannot be made", async () => {
        await writeFile(join(dir, "file"), "");
        await assert.rejects(startLab({ dir: join(dir, "file", "lab") }), { code: "LabNotStarted", message: /folder/ });
    });

    it("starts as a process of its own, once, survives kill -9 with its state, and stops without a trace", async () => {
        const start = () => startLab({ dir, port: 0, delays: "instant", machines: false, tieToParent: true });
        const first = await start();
        assert.equal(first.alreadyRunning, false);
        assert.deepEqual(await start(), { ...first, alreadyRunning: true });
        const { VolumeId } = await ec2(first.url).send(
            new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }),
        );
        process.kill(first.pid, "SIGKILL");
        const second = await start();
        assert.notEqual(second.pid, first.pid);
        const { Volumes } = await ec2(second.url).send(new DescribeVolumesCommand({}));
        assert.deepEqual(
            Volumes?.map((volume) => [volume.VolumeId, volume.State]),
            [[VolumeId, "available"]],
        );
        const { memoryMiB } = (await control(second.url, "GET", "/status")) as { memoryMiB: number };
        assert.ok(memoryMiB < 300, `the daemon takes ${memoryMiB} MiB`);
        assert.equal(await stopLab(dir), true);
        // A process that has ended has no command line, also while its parent has not yet taken note.
        assert.equal(await readFile(`/proc/${second.pid}/cmdline`, "utf8").catch(() => ""), "");
        assert.ok(existsSync(join(dir, "state.json")));
        assert.equal(await stopLab(dir, { wipe: true }), false);
        assert.equal(existsSync(dir), false);
    }).timeout(120_000);
});
