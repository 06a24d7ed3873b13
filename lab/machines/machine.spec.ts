import { strict as assert } from "node:assert";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DriveError } from "../../infra/model/errors";
import type { CommandLine } from "./command-line";
import { Layout } from "./layout";
import { Machine } from "./machine";

describe("a machine that cannot start", () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "machine-spec-"))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it("fails with QEMU's exit code, what it said, and the command line to try", async () => {
        const layout = new Layout(folder);
        const instanceId = "i-0123456789abcdef0";
        await mkdir(layout.machine(instanceId), { recursive: true });
        await mkdir(layout.sockets(), { recursive: true });
        const line: CommandLine = {
            instanceId,
            board: { accelerator: "tcg", memoryMiB: 64, cpus: 1, vmlinuz: "/no/kernel", initrd: "/no/initrd" },
            beginning: { kind: "save" },
            root: { volumeId: "vol-0aaaaaaaaaaaaaaaa", layer: "root.0", file: join(folder, "no-such-disk.qcow2") },
            disks: [],
            seed: "",
            mac: "",
            doorMac: "",
            switch: "",
            qmp: layout.qmp(instanceId),
            agent: layout.agent(instanceId),
            console: layout.console(instanceId),
        };
        await assert.rejects(Machine.start(line, layout), (error: DriveError) => {
            assert.equal(error.code, "LaunchFailed");
            assert.match(
                error.message,
                /'i-0123456789abcdef0' did not start: qemu-system-x86_64 ended with exit code 1/,
            );
            assert.match(error.message, /no-such-disk\.qcow2/);
            assert.match(error.details.hint ?? "", /^try by hand: qemu-system-x86_64 -name i-0123456789abcdef0 /);
            return true;
        });
    });
});
