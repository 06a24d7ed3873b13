import * as assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DescribeVolumesCommand,
    DetachVolumeCommand,
    ModifyVolumeCommand,
    RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { type ManualClock } from "./clock";
import { NoHardware } from "./no-hardware";
import { FileStore, MemoryStore } from "./store";
import { IMAGE, refused, TestLab } from "./testing";

describe("the lab's state", () => {
    let lab: TestLab;
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "lab-state-"))));
    afterEach(async () => {
        await lab.close();
        await rm(folder, { recursive: true });
    });

    /** A new process over the same disks: nothing of the old one is left but the files. */
    const afterKill = async (clock: ManualClock): Promise<TestLab> => {
        await lab.close();
        return TestLab.open({ delays: "lifelike", store: FileStore.in(folder), clock, hardware: new NoHardware() });
    };

    it("R110: an answer is given only after the state is on disk, as one whole file", async () => {
        lab = await TestLab.open({ store: FileStore.in(folder) });
        const { VolumeId = "" } = await lab.ec2.send(
            new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }),
        );
        const state = JSON.parse(await readFile(join(folder, "state.json"), "utf8")) as {
            volumes: Record<string, unknown>;
        };
        assert.ok(VolumeId in state.volumes);
        await lab.lab.idle();
        assert.deepEqual(await readdir(folder), ["state.json"]);
    });

    it("R111: a lab that was killed powers on what ran and goes on with every state in flight", async () => {
        lab = await TestLab.open({ delays: "lifelike", store: FileStore.in(folder) });
        const running = await lab.instance();
        const [kept, leaving, grown] = [await lab.volume(), await lab.volume(), await lab.volume()];
        await lab.attach(kept, running, "/dev/xvdba");
        await lab.attach(leaving, running, "/dev/xvdbb");
        await lab.attach(grown, running, "/dev/xvdbc");
        lab.hardware.held.add(leaving);
        await lab.ec2.send(new DetachVolumeCommand({ VolumeId: leaving }));
        await lab.ec2.send(new ModifyVolumeCommand({ VolumeId: grown, Size: 20 }));
        const { VolumeId: fresh = "" } = await lab.ec2.send(
            new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }),
        );
        const launch = { ImageId: IMAGE, InstanceType: "m7i.large", MinCount: 1, MaxCount: 1 } as const;
        const pending = (await lab.ec2.send(new RunInstancesCommand(launch))).Instances?.[0]?.InstanceId ?? "";
        lab = await afterKill(lab.clock);
        await lab.pass(60_000);
        await lab.pass(60_000);
        assert.deepEqual([...(lab.hardware.machines.get(running)?.plugged ?? [])].sort(), [kept, grown].sort());
        assert.ok(lab.hardware.machines.has(pending));
        assert.equal((await lab.seeInstance(running)).State?.Name, "running");
        assert.equal((await lab.seeInstance(pending)).State?.Name, "running");
        assert.equal((await lab.seeVolume(leaving)).State, "available");
        assert.equal((await lab.seeVolume(fresh)).State, "available");
        assert.equal((await lab.seeVolume(grown)).Size, 20);
        assert.equal((await lab.seeInstance(running)).PublicIpAddress, lab.hardware.addresses.get(running)?.[0]);
    });

    it("R112: when the state cannot be written the call is refused, nothing is changed, and later calls work", async () => {
        const store = new MemoryStore();
        lab = await TestLab.open({ store });
        const save = store.save.bind(store);
        store.save = () => Promise.reject(Object.assign(new Error("no space left"), { code: "ENOSPC" }));
        const create = () => lab.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }));
        await refused(create(), "InternalError", /disk under the lab is full/);
        assert.deepEqual((await lab.ec2.send(new DescribeVolumesCommand({}))).Volumes, []);
        store.save = save;
        await create();
        await lab.lab.idle();
        const { Volumes } = await lab.ec2.send(new DescribeVolumesCommand({}));
        assert.deepEqual(
            Volumes?.map((volume) => volume.State),
            ["available"],
        );
    });

    it("R113: a state file that is none is refused with its path, not thrown away", async () => {
        lab = await TestLab.open();
        await writeFile(join(folder, "state.json"), "{ half");
        await assert.rejects(FileStore.in(folder).load(), {
            code: "LabStateUnreadable",
            message: /state\.json is not JSON/,
        });
        assert.equal(await readFile(join(folder, "state.json"), "utf8"), "{ half");
        for (const [text, message] of [
            ["", /is not JSON/],
            ["[]", /has version 'undefined', expected 1/],
            ['{"version":1,"volumes":{},"tags":[]}', /lacks instances, .*tags/],
        ] as const) {
            await writeFile(join(folder, "state.json"), text);
            await assert.rejects(FileStore.in(folder).load(), { code: "LabStateUnreadable", message });
        }
        await rm(join(folder, "state.json"));
        await mkdir(join(folder, "state.json"));
        await assert.rejects(FileStore.in(folder).load(), { code: "LabStateUnreadable", message: /cannot be read/ });
    });

    it("R114: a disk that cannot be made leaves its volume in error, one that cannot be plugged in is tried again", async () => {
        lab = await TestLab.open();
        const instance = await lab.instance();
        const good = await lab.volume();
        lab.hardware.createDisk = () => Promise.reject(new Error("no room"));
        assert.equal((await lab.seeVolume(await lab.volume())).State, "error");
        const plug = lab.hardware.plug.bind(lab.hardware);
        lab.hardware.plug = () => Promise.reject(new Error("not now"));
        await lab.ec2.send(new AttachVolumeCommand({ VolumeId: good, InstanceId: instance, Device: "/dev/xvdba" }));
        await lab.pass(1_000);
        assert.equal((await lab.seeVolume(good)).Attachments?.[0]?.State, "attaching");
        lab.hardware.plug = plug;
        await lab.pass(1_000);
        assert.equal((await lab.seeVolume(good)).Attachments?.[0]?.State, "attached");
    });
});
