import * as assert from "node:assert/strict";
import {
    CreateSnapshotCommand,
    CreateVolumeCommand,
    DeleteSnapshotCommand,
    DeleteVolumeCommand,
    type CreateVolumeCommandInput,
} from "@aws-sdk/client-ec2";
import { refused, TestLab } from "./testing";

describe("volumes", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open({ delays: "lifelike", limits: { volumes: 12 } })));
    afterEach(() => lab.close());

    const create = (wish: Partial<CreateVolumeCommandInput>) =>
        lab.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", ...wish }));

    it("R20: a volume is creating, and available after a while; its disk is made meanwhile", async () => {
        const { VolumeId = "", State } = await create({ Size: 3 });
        assert.equal(State, "creating");
        await lab.pass(1_000);
        assert.equal((await lab.seeVolume(VolumeId)).State, "creating");
        await lab.pass(1_000);
        assert.equal((await lab.seeVolume(VolumeId)).State, "available");
        assert.equal(lab.hardware.disks.get(VolumeId), 3);
    });

    it("R21: a zone that is not there is refused", () =>
        refused(create({ Size: 1, AvailabilityZone: "eu-west-1a" }), "InvalidZone.NotFound"));

    it("R22: each type has a least and a largest size", async () => {
        const ranges = { gp3: [1, 65_536], gp2: [1, 16_384], st1: [125, 16_384], sc1: [125, 16_384] } as const;
        for (const [type, [least, most]] of Object.entries(ranges)) {
            const VolumeType = type as keyof typeof ranges;
            await refused(create({ VolumeType, Size: least - 1 }), "InvalidParameterValue", /too small.*minimum is/);
            await refused(create({ VolumeType, Size: most + 1 }), "InvalidParameterValue", /too large.*maximum is/);
            await create({ VolumeType, Size: least });
            await create({ VolumeType, Size: most });
        }
        await refused(create({ VolumeType: "io1", Size: 3, Iops: 100 }), "InvalidParameterValue");
        await refused(create({ VolumeType: "io2", Size: 65_537, Iops: 100 }), "InvalidParameterValue");
        await refused(create({ Size: -1 }), "InvalidParameterValue");
    });

    it("R23: IOPS have a range and a ratio to the size, throughput a range and a ratio to the IOPS", async () => {
        const wrong: [Partial<CreateVolumeCommandInput>, RegExp][] = [
            [{ VolumeType: "gp3", Size: 100, Iops: 2_999 }, /too low; minimum is 3000/],
            [{ VolumeType: "gp3", Size: 1_000, Iops: 80_001 }, /too high; maximum is 80000/],
            [{ VolumeType: "gp3", Size: 10, Iops: 5_001 }, /ratio/],
            [{ VolumeType: "io1", Size: 10, Iops: 501 }, /ratio/],
            [{ VolumeType: "io2", Size: 4, Iops: 4_001 }, /ratio/],
            [{ VolumeType: "gp3", Size: 10, Throughput: 124 }, /too low; minimum is 125/],
            [{ VolumeType: "gp3", Size: 100, Iops: 10_000, Throughput: 2_001 }, /too high; maximum is 2000/],
            [{ VolumeType: "gp3", Size: 10, Throughput: 751 }, /ratio/],
        ];
        for (const [wish, text] of wrong) {
            await refused(create(wish), "InvalidParameterValue", text);
        }
        await create({ VolumeType: "gp3", Size: 1 });
        await create({ VolumeType: "gp3", Size: 10, Iops: 5_000, Throughput: 1_250 });
        await create({ VolumeType: "io1", Size: 10, Iops: 500 });
    });

    it("R24: IOPS or throughput of a type that has none to buy are refused, missing IOPS of io1 and io2 too", async () => {
        await refused(
            create({ VolumeType: "gp2", Size: 10, Iops: 100 }),
            "InvalidParameterCombination",
            /iops is not supported for gp2/,
        );
        await refused(create({ VolumeType: "st1", Size: 125, Throughput: 125 }), "InvalidParameterCombination");
        await refused(create({ VolumeType: "io2", Size: 10 }), "MissingParameter", /iops/);
        assert.equal((await create({ VolumeType: "gp2", Size: 100 })).Iops, 300);
    });

    it("R25: a volume of a snapshot is at least as large and as encrypted; without both size and snapshot it is refused", async () => {
        const VolumeId = await lab.volume({ Size: 10, Encrypted: true });
        const { SnapshotId = "" } = await lab.ec2.send(new CreateSnapshotCommand({ VolumeId }));
        await refused(create({ SnapshotId }), "IncorrectState", /pending/);
        await lab.pass(60_000);
        await refused(create({ SnapshotId, Size: 9 }), "InvalidParameterValue", /smaller than snapshot/);
        await refused(create({}), "MissingParameter", /size\/snapshot/);
        const copy = await create({ SnapshotId });
        assert.equal(copy.Size, 10);
        assert.equal(copy.Encrypted, true);
        assert.equal(copy.SnapshotId, SnapshotId);
        await refused(
            lab.ec2.send(new DeleteSnapshotCommand({ SnapshotId: "snap-0123456789abcdef0" })),
            "InvalidSnapshot.NotFound",
        );
    });

    it("R26: more volumes than the account may have are refused", async () => {
        lab.lab.limits.volumes = 1;
        await create({ Size: 1 });
        await refused(create({ Size: 1 }), "VolumeLimitExceeded");
    });

    it("R27: a volume is deleted only when nothing holds it", async () => {
        const { VolumeId = "" } = await create({ Size: 1 });
        const remove = () => lab.ec2.send(new DeleteVolumeCommand({ VolumeId }));
        await refused(remove(), "IncorrectState");
        await lab.pass(60_000);
        await lab.attach(VolumeId, await lab.instance());
        await refused(remove(), "VolumeInUse");
        const other = await lab.volume();
        await lab.ec2.send(new DeleteVolumeCommand({ VolumeId: other }));
        assert.equal((await lab.seeVolume(other)).State, "deleting");
        await lab.pass(60_000);
        await refused(lab.seeVolume(other), "InvalidVolume.NotFound");
        assert.equal(lab.hardware.disks.has(other), false);
    });

    it("R28: encryption is kept, with its key; a key without encryption is refused", async () => {
        const id = await lab.volume({ Encrypted: true, KmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/k" });
        const seen = await lab.seeVolume(id);
        assert.equal(seen.Encrypted, true);
        assert.equal(seen.KmsKeyId, "arn:aws:kms:us-east-1:123456789012:key/k");
        assert.equal((await lab.seeVolume(await lab.volume())).Encrypted, false);
        await refused(create({ Size: 1, KmsKeyId: "k" }), "InvalidParameterDependency");
    });

    it("R29: without a type a volume is gp2", async () => assert.equal((await create({ Size: 1 })).VolumeType, "gp2"));
});
