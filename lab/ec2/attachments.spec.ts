import * as assert from "node:assert/strict";
import {
    AttachNetworkInterfaceCommand,
    AttachVolumeCommand,
    CreateNetworkInterfaceCommand,
    CreateVolumeCommand,
    DetachNetworkInterfaceCommand,
    DetachVolumeCommand,
    ModifyVolumeCommand,
    RunInstancesCommand,
    StartInstancesCommand,
    StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { IMAGE, refused, SUBNET_A, SUBNET_B, TestLab } from "./testing";

describe("attachments", () => {
    let lab: TestLab;
    let instance: string;
    let volume: string;
    beforeEach(async () => {
        lab = await TestLab.open({ delays: "lifelike" });
        instance = await lab.instance();
        volume = await lab.volume();
    });
    afterEach(() => lab.close());

    const attach = (VolumeId = volume, InstanceId = instance, Device = "/dev/xvdba") =>
        lab.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }));
    const detach = (more: { Force?: boolean; InstanceId?: string; Device?: string } = {}) =>
        lab.ec2.send(new DetachVolumeCommand({ VolumeId: volume, ...more }));
    const stateOf = async () => (await lab.seeVolume(volume)).Attachments?.[0]?.State;

    it("R30: an attachment is attaching, then attached, and the volume in-use; the disk is plugged in", async () => {
        assert.equal((await attach()).State, "attaching");
        assert.equal((await lab.seeVolume(volume)).State, "in-use");
        assert.equal(await stateOf(), "attaching");
        await lab.pass(2_500);
        assert.equal(await stateOf(), "attached");
        assert.ok(lab.hardware.machines.get(instance)?.plugged.has(volume));
        const mapped = (await lab.seeInstance(instance)).BlockDeviceMappings?.find(
            (each) => each.Ebs?.VolumeId === volume,
        );
        assert.equal(mapped?.DeviceName, "/dev/xvdba");
    });

    it("R31: a volume of another zone is refused", async () => {
        const other = await lab.volume({ AvailabilityZone: "us-east-1b" });
        await refused(attach(other), "InvalidVolume.ZoneMismatch");
    });

    it("R32: a volume that is attached is refused, to a second machine and to its own", async () => {
        await attach();
        await refused(attach(volume, await lab.instance()), "VolumeInUse");
        await refused(attach(volume, instance, "/dev/xvdbb"), "VolumeInUse");
    });

    it("R33: a device name in use is refused, the root's too, in either spelling", async () => {
        await attach(volume, instance, "/dev/sdf");
        const other = await lab.volume();
        await refused(
            attach(other, instance, "/dev/sdf"),
            "InvalidParameterValue",
            /Attachment point \/dev\/sdf is already in use/,
        );
        await refused(attach(other, instance, "/dev/xvdf"), "InvalidParameterValue", /already in use/);
        await refused(attach(other, instance, "/dev/xvda"), "InvalidParameterValue", /already in use/);
    });

    it("R34: a device name that is none is refused", async () => {
        for (const device of ["/dev/foo", "/dev/sdk1", "/dev/xvdea", "/dev/nvme1n1"]) {
            await refused(attach(volume, instance, device), "InvalidParameterValue", /not a valid EBS device name/);
        }
    });

    it("R35: an instance type has so many slots; on shared ones network interfaces take some", async () => {
        const fill = async (id: string, count: number): Promise<void> => {
            for (let i = 0; i < count; i++) {
                const device = `/dev/xvd${"bcd"[Math.floor(i / 26)]}${String.fromCharCode(97 + (i % 26))}`;
                await attach(await lab.volume({ Size: 1 }), id, device);
            }
        };
        await fill(instance, 31); // 32 dedicated, one is the root's.
        await refused(attach(volume, instance, "/dev/xvddz"), "AttachmentLimitExceeded");
        const shared = await lab.instance({ InstanceType: "m5.large" });
        await fill(shared, 25); // 27 shared: the root takes one, the first interface is taken off already, a second takes one.
        const card = await lab.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: SUBNET_A }));
        const NetworkInterfaceId = card.NetworkInterface!.NetworkInterfaceId!;
        const second = { InstanceId: shared, NetworkInterfaceId, DeviceIndex: 1 };
        const { AttachmentId } = await lab.ec2.send(new AttachNetworkInterfaceCommand(second));
        await refused(attach(volume, shared, "/dev/xvddz"), "AttachmentLimitExceeded");
        await lab.ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
        await lab.pass(10_000);
        await attach(volume, shared, "/dev/xvddz");
        await refused(attach(await lab.volume(), shared, "/dev/xvddy"), "AttachmentLimitExceeded");
    }).timeout(20_000);

    it("R36: an instance that is neither running nor stopped is refused", async () => {
        const launch = { ImageId: IMAGE, InstanceType: "m7i.large", MinCount: 1, MaxCount: 1 } as const;
        const { Instances } = await lab.ec2.send(new RunInstancesCommand(launch));
        await refused(attach(volume, Instances?.[0]?.InstanceId), "IncorrectState", /is not 'running'/);
    });

    it("R37: a volume that is not available is refused", async () => {
        const { VolumeId } = await lab.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }));
        await refused(attach(VolumeId), "IncorrectState", /is not 'available'/);
    });

    it("R38: a volume in modification state modifying is refused", async () => {
        await lab.ec2.send(new ModifyVolumeCommand({ VolumeId: volume, Size: 9 }));
        await refused(attach(), "OperationNotPermitted", /modification state: MODIFYING/);
        await lab.pass(4_000);
        await attach();
    });

    it("R39: a detached volume is detaching, then available", async () => {
        await lab.attach(volume, instance);
        assert.equal((await detach()).State, "detaching");
        assert.equal(await stateOf(), "detaching");
        await lab.pass(3_000);
        assert.equal((await lab.seeVolume(volume)).State, "available");
        assert.equal(lab.hardware.machines.get(instance)?.plugged.has(volume), false);
    });

    it("R40: while the guest holds the disk the attachment is busy, for ever; it ends when the guest lets go", async () => {
        await lab.attach(volume, instance);
        lab.hardware.held.add(volume);
        await detach();
        await lab.pass(3_600_000);
        assert.equal(await stateOf(), "busy");
        assert.ok(lab.hardware.machines.get(instance)?.plugged.has(volume));
        lab.hardware.held.delete(volume);
        await lab.pass(5_000);
        assert.equal((await lab.seeVolume(volume)).State, "available");
    });

    it("R41: a busy attachment goes by force", async () => {
        await lab.attach(volume, instance);
        lab.hardware.held.add(volume);
        await detach();
        await lab.pass(60_000);
        await detach({ Force: true });
        await lab.pass(5_000);
        assert.equal((await lab.seeVolume(volume)).State, "available");
        assert.ok(lab.hardware.log.includes(`unplug ${instance} ${volume} true`));
    });

    it("R42: detaching what is not attached, or not there, is refused", async () => {
        await refused(detach(), "IncorrectState", /is in the 'available' state/);
        await lab.attach(volume, instance);
        await refused(detach({ InstanceId: await lab.instance() }), "InvalidAttachment.NotFound");
        await refused(detach({ Device: "/dev/xvdbz" }), "InvalidAttachment.NotFound");
    });

    it("R43: the root volume of a machine that is not stopped cannot be detached", async () => {
        const root = (await lab.seeInstance(instance)).BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? "";
        await refused(
            lab.ec2.send(new DetachVolumeCommand({ VolumeId: root })),
            "OperationNotPermitted",
            /root volume/,
        );
    });

    it("R44: a volume attached to a stopped machine comes with its power; a detach that waits ends with it", async () => {
        const other = await lab.volume();
        await lab.attach(other, instance, "/dev/xvdbb");
        lab.hardware.held.add(other);
        await lab.ec2.send(new DetachVolumeCommand({ VolumeId: other }));
        await lab.pass(10_000);
        await lab.ec2.send(new StopInstancesCommand({ InstanceIds: [instance] }));
        await lab.pass(10_000);
        assert.equal((await lab.seeVolume(other)).State, "available");
        await lab.attach(volume, instance);
        assert.equal(await stateOf(), "attached");
        await lab.ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
        await lab.pass(10_000);
        assert.deepEqual([...(lab.hardware.machines.get(instance)?.plugged ?? [])], [volume]);
    });

    it("R45: an instance of another zone keeps its own volumes", async () => {
        const there = await lab.instance({ SubnetId: SUBNET_B });
        await refused(attach(volume, there), "InvalidVolume.ZoneMismatch", new RegExp(there));
    });

    it("R131: the hardware is told the name of each volume, when it is plugged in and at each power-on", async () => {
        const other = await lab.volume();
        await lab.attach(volume, instance);
        assert.ok(lab.hardware.log.includes(`plug ${instance} ${volume} /dev/xvdba`), lab.hardware.log.join("\n"));
        await lab.ec2.send(new StopInstancesCommand({ InstanceIds: [instance] }));
        await lab.pass(10_000);
        await lab.attach(other, instance, "sdf");
        await lab.ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
        await lab.pass(10_000);
        assert.deepEqual(lab.hardware.machines.get(instance)?.volumes, { [volume]: "/dev/xvdba", [other]: "sdf" });
    });
});
