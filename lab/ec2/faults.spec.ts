import * as assert from "node:assert/strict";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DescribeVolumesCommand,
    DetachVolumeCommand,
    EC2Client,
    DescribeVolumesModificationsCommand,
    ModifyVolumeCommand,
} from "@aws-sdk/client-ec2";
import { refused, TestLab } from "./testing";

describe("faults on demand", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open()));
    afterEach(() => lab.close());

    const control = async (method: string, path: string, body?: object) => {
        const answer = await fetch(`${lab.url}/_lab${path}`, {
            method,
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const fault = (action: string, kind: string, more: object = {}) =>
        control("POST", "/faults", { action, kind, ...more });
    const create = () => lab.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }));
    const count = async () => (await lab.ec2.send(new DescribeVolumesCommand({}))).Volumes?.length;

    it("R120: throttle answers RequestLimitExceeded (503) so many times, after so many calls that pass", async () => {
        await fault("CreateVolume", "throttle", { count: 2, skip: 1 });
        await create();
        await refused(create(), "RequestLimitExceeded", 503);
        await refused(create(), "RequestLimitExceeded", 503);
        await create();
        assert.equal(await count(), 2);
    });

    it("R121: error answers InternalError (500) without doing anything", async () => {
        await fault("*", "error");
        await refused(create(), "InternalError", 500);
        assert.equal(await count(), 0);
    });

    it("R122: a reply lost before the work means that nothing was done", async () => {
        await fault("CreateVolume", "lost-before");
        await assert.rejects(create());
        assert.equal(await count(), 0);
    });

    it("R123: a reply lost after the work means that it was done; the SDK's own retry with its token finds it", async () => {
        await fault("CreateVolume", "lost-after");
        await assert.rejects(create());
        assert.equal(await count(), 1);
        await fault("CreateVolume", "lost-after");
        const patient = new EC2Client({
            endpoint: lab.url,
            region: "us-east-1",
            credentials: { accessKeyId: "a", secretAccessKey: "b" },
        });
        const wish = { AvailabilityZone: "us-east-1a", Size: 1, ClientToken: "same" };
        await patient.send(new CreateVolumeCommand(wish));
        patient.destroy();
        assert.equal(await count(), 2);
    });

    it("R124: a stale describe answers from before the last change", async () => {
        await create();
        await lab.lab.idle();
        lab.clock.advance(1);
        await create();
        await lab.lab.idle();
        await fault("DescribeVolumes", "stale");
        const stale = (await lab.ec2.send(new DescribeVolumesCommand({}))).Volumes;
        const fresh = (await lab.ec2.send(new DescribeVolumesCommand({}))).Volumes;
        assert.notDeepEqual(stale, fresh);
        assert.equal(fresh?.length, 2);
    });

    it("R125: a slow attachment takes so many seconds longer", async () => {
        const [instance, volume] = [await lab.instance(), await lab.volume()];
        await fault("AttachVolume", "slow", { seconds: 40 });
        await lab.ec2.send(new AttachVolumeCommand({ VolumeId: volume, InstanceId: instance, Device: "/dev/xvdba" }));
        await lab.pass(39_000);
        assert.equal((await lab.seeVolume(volume)).Attachments?.[0]?.State, "attaching");
        await lab.pass(1_000);
        assert.equal((await lab.seeVolume(volume)).Attachments?.[0]?.State, "attached");
    });

    it("R126: a stuck attachment stays attaching until it is detached by force", async () => {
        const [instance, volume] = [await lab.instance(), await lab.volume()];
        await fault("AttachVolume", "stuck");
        await lab.attach(volume, instance);
        await lab.pass(24 * 3_600_000);
        assert.equal((await lab.seeVolume(volume)).Attachments?.[0]?.State, "attaching");
        await lab.ec2.send(new DetachVolumeCommand({ VolumeId: volume, Force: true }));
        await lab.pass(1_000);
        assert.equal((await lab.seeVolume(volume)).State, "available");
    });

    it("R132: a modification that fails leaves the volume as it was, and the next one is taken", async () => {
        const VolumeId = await lab.volume();
        const grow = () => lab.ec2.send(new ModifyVolumeCommand({ VolumeId, Size: 20 }));
        const last = async () =>
            (await lab.ec2.send(new DescribeVolumesModificationsCommand({}))).VolumesModifications![0];
        await fault("ModifyVolume", "fails");
        assert.equal((await grow()).VolumeModification?.ModificationState, "modifying");
        await lab.pass(60_000);
        assert.deepEqual(
            [(await last())?.ModificationState, (await last())?.StatusMessage],
            ["failed", "Internal error"],
        );
        assert.notEqual((await lab.seeVolume(VolumeId)).Size, 20);
        await grow();
        await lab.pass(60_000);
        assert.equal((await lab.seeVolume(VolumeId)).Size, 20);
        assert.equal((await fault("AttachVolume", "fails")).status, 400);
    });

    it("R127: calls are counted by action, those that meet a fault too", async () => {
        await control("DELETE", "/calls");
        await fault("CreateVolume", "error");
        await refused(create(), "InternalError");
        await create();
        await count();
        assert.deepEqual((await control("GET", "/calls")).body, { CreateVolume: 2, DescribeVolumes: 1 });
    });

    it("R128: what makes no fault is refused with all that is wrong", async () => {
        const { status, body } = await fault("attach", "explode", { count: 0 });
        assert.equal(status, 400);
        assert.equal(body.code, "InvalidFault");
        assert.match(String(body.message), /action 'attach'.*kind 'explode'.*count '0'/);
        assert.equal((await fault("CreateVolume", "stale")).status, 400);
        await fault("CreateVolume", "error");
        assert.equal(((await control("GET", "/faults")).body as unknown as unknown[]).length, 1);
        await control("DELETE", "/faults");
        await create();
    });

    it("R139: slows a disk by control, and refuses what is no speed", async () => {
        assert.equal((await control("POST", "/slow/vol-1", { requestsPerSecond: 1 })).status, 200);
        assert.deepEqual(lab.hardware.log, ["slowDisk vol-1 1"]);
        assert.equal((await control("POST", "/slow/vol-1", { requestsPerSecond: -1 })).status, 400);
        assert.equal((await control("POST", "/slow/vol-1", { speed: 1 })).status, 400);
        assert.equal(lab.hardware.log.length, 1);
    });

    it("R129: delays and limits are changed while the lab runs; a name that is none is refused", async () => {
        await control("POST", "/delays", { profile: "lifelike", volumeCreating: 9_000 });
        const volume = (await create()).VolumeId ?? "";
        await lab.pass(8_000);
        assert.equal((await lab.seeVolume(volume)).State, "creating");
        await lab.pass(1_000);
        assert.equal((await lab.seeVolume(volume)).State, "available");
        await control("POST", "/limits", { volumes: 1 });
        await refused(create(), "VolumeLimitExceeded");
        assert.equal((await control("POST", "/delays", { profile: "slow" })).status, 400);
        assert.equal((await control("POST", "/limits", { volume: 1 })).status, 400);
        assert.equal((await control("GET", "/nothing")).status, 404);
    });

    it("R130: modifications are made older, so that a test does not wait for a day", async () => {
        const volume = (await create()).VolumeId ?? "";
        const modify = (Size: number) => lab.ec2.send(new ModifyVolumeCommand({ VolumeId: volume, Size }));
        for (const Size of [11, 12, 13, 14]) await modify(Size).then(() => lab.pass(1_000));
        await refused(modify(15), "VolumeModificationRateExceeded");
        assert.equal((await control("POST", "/modifications", { olderByHours: 23 })).status, 200);
        await refused(modify(15), "VolumeModificationRateExceeded");
        await control("POST", "/modifications", { olderByHours: 1 });
        await modify(15);
        assert.equal((await control("POST", "/modifications", { olderByHours: 0 })).status, 400);
    });
});
