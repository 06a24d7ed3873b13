import * as assert from "node:assert/strict";
import {
    CreateSnapshotCommand,
    CreateSnapshotsCommand,
    DeleteSnapshotCommand,
    DescribeSnapshotsCommand,
    type CreateSnapshotsCommandInput,
} from "@aws-sdk/client-ec2";
import { refused, TestLab } from "./testing";

describe("snapshots", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open({ delays: "lifelike" })));
    afterEach(() => lab.close());

    const snapshot = (VolumeId: string) => lab.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    const all = async () => (await lab.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }))).Snapshots ?? [];

    it("R60: a snapshot's instant is fixed when the call returns pending; it is completed later", async () => {
        const volume = await lab.volume();
        const made = await snapshot(volume);
        assert.equal(made.State, "pending");
        assert.ok(lab.hardware.snapshots.has(made.SnapshotId ?? ""));
        assert.equal((await all())[0]?.State, "pending");
        await lab.pass(10_000);
        assert.deepEqual(
            [(await all())[0]?.State, (await all())[0]?.Progress, (await all())[0]?.VolumeSize],
            ["completed", "100%", 8],
        );
    });

    const drive = async (): Promise<{ instance: string; volumes: string[] }> => {
        const instance = await lab.instance();
        const Tags = [{ Key: "slot", Value: "ba" }];
        const volumes = [
            await lab.volume({ TagSpecifications: [{ ResourceType: "volume", Tags }] }),
            await lab.volume(),
        ];
        await lab.attach(volumes[0] ?? "", instance, "/dev/xvdba");
        await lab.attach(volumes[1] ?? "", instance, "/dev/xvdbb");
        return { instance, volumes };
    };
    const snapshots = (
        InstanceId: string,
        more: Partial<CreateSnapshotsCommandInput["InstanceSpecification"]> = {},
        rest = {},
    ) => lab.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId, ...more }, ...rest }));

    it("R61: CreateSnapshots takes all volumes of an instance at one instant, without those excluded", async () => {
        const { instance, volumes } = await drive();
        const made = await snapshots(instance, { ExcludeBootVolume: true });
        assert.deepEqual(made.Snapshots?.map((each) => each.VolumeId).sort(), [...volumes].sort());
        assert.equal(lab.hardware.log.filter((line) => line.startsWith("snapshotDisks")).length, 1);
        await lab.pass(15_000);
        const one = await snapshots(instance, { ExcludeBootVolume: true, ExcludeDataVolumeIds: [volumes[0] ?? ""] });
        assert.deepEqual(
            one.Snapshots?.map((each) => each.VolumeId),
            [volumes[1]],
        );
        await lab.pass(15_000);
        assert.equal((await snapshots(instance)).Snapshots?.length, 3);
        const foreign = await lab.volume();
        await refused(snapshots(instance, { ExcludeDataVolumeIds: [foreign] }), "InvalidParameterValue");
        await refused(snapshots("i-0123456789abcdef0"), "InvalidInstanceID.NotFound");
    });

    it("R62: a volume bears five pending snapshots, st1 and sc1 one; a set that breaks it is refused as a whole", async () => {
        const { instance, volumes } = await drive();
        lab.lab.delays = { ...lab.lab.delays, snapshotPending: 3_600_000 };
        for (let i = 0; i < 5; i++) {
            await snapshot(volumes[0] ?? "");
            await lab.pass(15_000);
        }
        await refused(snapshot(volumes[0] ?? ""), "ConcurrentSnapshotLimitExceeded");
        await refused(snapshots(instance), "ConcurrentSnapshotLimitExceeded");
        assert.equal((await all()).length, 5);
        const cold = await lab.volume({ VolumeType: "sc1", Size: 125 });
        await snapshot(cold);
        await lab.pass(15_000);
        await refused(snapshot(cold), "ConcurrentSnapshotLimitExceeded");
    });

    it("R63: snapshots of a set carry its tags, and their volume's when asked for", async () => {
        const { instance, volumes } = await drive();
        const TagSpecifications = [{ ResourceType: "snapshot" as const, Tags: [{ Key: "set", Value: "7" }] }];
        const more = { CopyTagsFromSource: "volume" as const, TagSpecifications, Description: "nightly" };
        const made = await snapshots(instance, { ExcludeBootVolume: true }, more);
        const first = made.Snapshots?.find((each) => each.VolumeId === volumes[0]);
        assert.deepEqual(first?.Tags, [
            { Key: "slot", Value: "ba" },
            { Key: "set", Value: "7" },
        ]);
        assert.equal(first?.Description, "nightly");
        const Filters = [{ Name: "tag:set", Values: ["7"] }];
        assert.equal((await lab.ec2.send(new DescribeSnapshotsCommand({ Filters }))).Snapshots?.length, 2);
    });

    it("R64: a deleted snapshot is gone; a restored volume lives on; the image's own is in use", async () => {
        const { SnapshotId = "" } = await snapshot(await lab.volume());
        await lab.pass(10_000);
        const restored = await lab.volume({ SnapshotId });
        assert.ok(lab.hardware.log.includes(`createDisk ${restored} 8 ${SnapshotId}`));
        await lab.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
        assert.deepEqual(await all(), []);
        assert.equal(lab.hardware.snapshots.has(SnapshotId), false);
        assert.equal((await lab.seeVolume(restored)).State, "available");
        await refused(lab.ec2.send(new DeleteSnapshotCommand({ SnapshotId })), "InvalidSnapshot.NotFound");
        const image = { SnapshotId: "snap-0e1a57d0000deb13a" };
        await refused(lab.ec2.send(new DeleteSnapshotCommand(image)), "InvalidSnapshot.InUse");
    });

    it("R65: DryRun takes no snapshot", async () => {
        const VolumeId = await lab.volume();
        await refused(lab.ec2.send(new CreateSnapshotCommand({ VolumeId, DryRun: true })), "DryRunOperation");
        assert.equal(lab.hardware.snapshots.size, 0);
    });
});
