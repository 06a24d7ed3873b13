import * as assert from "node:assert/strict";
import {
    AttachVolumeCommand,
    DescribeVolumesModificationsCommand,
    ModifyVolumeCommand,
    type ModifyVolumeCommandInput,
} from "@aws-sdk/client-ec2";
import { refused, TestLab } from "./testing";

describe("modifications", () => {
    let lab: TestLab;
    let volume: string;
    beforeEach(async () => {
        lab = await TestLab.open({ delays: "lifelike" });
        volume = await lab.volume({ Size: 10 });
    });
    afterEach(() => lab.close());

    const modify = (wish: Omit<ModifyVolumeCommandInput, "VolumeId">) =>
        lab.ec2.send(new ModifyVolumeCommand({ VolumeId: volume, ...wish }));
    const last = async () =>
        (await lab.ec2.send(new DescribeVolumesModificationsCommand({ VolumeIds: [volume] })))
            .VolumesModifications?.[0];

    it("R50: a modification is modifying, optimizing, completed; the size counts from optimizing", async () => {
        const { VolumeModification } = await modify({ Size: 20 });
        assert.equal(VolumeModification?.ModificationState, "modifying");
        assert.equal((await lab.seeVolume(volume)).Size, 10);
        await lab.pass(4_000);
        assert.equal((await last())?.ModificationState, "optimizing");
        assert.equal((await lab.seeVolume(volume)).Size, 20);
        assert.equal(lab.hardware.disks.get(volume), 20);
        await lab.pass(60_000);
        assert.equal((await last())?.ModificationState, "completed");
        assert.deepEqual([(await last())?.OriginalSize, (await last())?.TargetSize], [10, 20]);
    });

    it("R51: a volume never shrinks", () =>
        refused(modify({ Size: 9 }), "InvalidParameterValue", /cannot be smaller than existing size/));

    it("R52: no modification begins before the last one is completed", async () => {
        await modify({ Size: 20 });
        await refused(modify({ Size: 30 }), "IncorrectModificationState", /MODIFYING/);
        await lab.pass(4_000);
        await refused(modify({ Size: 30 }), "IncorrectModificationState", /OPTIMIZING/);
        await lab.pass(60_000);
        await modify({ Size: 30 });
    });

    it("R53: four modifications in a rolling day, then VolumeModificationRateExceeded", async () => {
        for (const Size of [11, 12, 13, 14]) {
            await modify({ Size });
            await lab.pass(3_600_000);
        }
        await refused(modify({ Size: 15 }), "VolumeModificationRateExceeded");
        await lab.pass(20 * 3_600_000);
        await modify({ Size: 15 });
    });

    it("R54: a modification that changes nothing counts", async () => {
        await modify({ Size: 10 });
        assert.equal((await last())?.ModificationState, "modifying");
        await refused(modify({ Size: 20 }), "IncorrectModificationState");
    });

    it("R55: size, type, IOPS and throughput go in one call; what the new shape may not be is refused", async () => {
        await modify({ Size: 40, VolumeType: "gp3", Iops: 6_000, Throughput: 250 });
        await lab.pass(70_000);
        const seen = await lab.seeVolume(volume);
        assert.deepEqual([seen.Size, seen.VolumeType, seen.Iops, seen.Throughput], [40, "gp3", 6_000, 250]);
        await refused(modify({ VolumeType: "st1" }), "InvalidParameterValue", /too small/);
        await refused(modify({ VolumeType: "io1", Iops: 2_001 }), "InvalidParameterValue", /ratio/);
        await refused(modify({ Iops: 20_001 }), "InvalidParameterValue", /ratio/);
        await refused(modify({ VolumeType: "gp2", Throughput: 250 }), "InvalidParameterCombination");
        await modify({ VolumeType: "gp2" });
        await lab.pass(70_000);
        assert.deepEqual(
            [(await lab.seeVolume(volume)).Iops, (await lab.seeVolume(volume)).Throughput],
            [120, undefined],
        );
    });

    it("R56: a volume that was never modified has no modification to describe", async () => {
        await refused(last(), "InvalidVolumeModification.NotFound");
        assert.deepEqual((await lab.ec2.send(new DescribeVolumesModificationsCommand({}))).VolumesModifications, []);
    });

    it("R59: only the last modification of a volume is described", async () => {
        await modify({ Size: 20 });
        await lab.pass(70_000);
        await modify({ Size: 30 });
        const { VolumesModifications = [] } = await lab.ec2.send(new DescribeVolumesModificationsCommand({}));
        assert.deepEqual(
            VolumesModifications.map(({ OriginalSize, TargetSize }) => [OriginalSize, TargetSize]),
            [[20, 30]],
        );
    });

    it("R57: an attached volume is modified while it is in use", async () => {
        const instance = await lab.instance();
        await lab.ec2.send(new AttachVolumeCommand({ VolumeId: volume, InstanceId: instance, Device: "/dev/xvdba" }));
        await lab.pass(5_000);
        await modify({ Size: 12 });
        await lab.pass(5_000);
        const seen = await lab.seeVolume(volume);
        assert.deepEqual([seen.State, seen.Size, seen.Attachments?.[0]?.State], ["in-use", 12, "attached"]);
    });

    it("R58: a modification that the disk refuses is failed, and the volume stays as it was", async () => {
        lab.hardware.resizeDisk = () => Promise.reject(new Error("no room"));
        await modify({ Size: 20 });
        await lab.pass(5_000);
        assert.deepEqual([(await last())?.ModificationState, (await last())?.StatusMessage], ["failed", "no room"]);
        assert.equal((await lab.seeVolume(volume)).Size, 10);
    });
});
