import * as assert from "node:assert/strict";
import {
    DescribeInstanceAttributeCommand,
    DescribeInstancesCommand,
    DescribeInstanceStatusCommand,
    DescribeVolumesCommand,
    ImportKeyPairCommand,
    ModifyInstanceAttributeCommand,
    ModifyInstanceMetadataOptionsCommand,
    RebootInstancesCommand,
    RunInstancesCommand,
    StartInstancesCommand,
    StopInstancesCommand,
    TerminateInstancesCommand,
    type ModifyInstanceAttributeCommandInput,
    type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { IMAGE, refused, SUBNET_A, SUBNET_B, TestLab } from "./testing";

describe("instances", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open({ delays: "lifelike" })));
    afterEach(() => lab.close());

    const run = (wish: Partial<RunInstancesCommandInput> = {}) =>
        lab.ec2.send(
            new RunInstancesCommand({ ImageId: IMAGE, InstanceType: "m7i.large", MinCount: 1, MaxCount: 1, ...wish }),
        );
    const stop = (id: string, Force = false) => lab.ec2.send(new StopInstancesCommand({ InstanceIds: [id], Force }));
    const start = (id: string) => lab.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    const terminate = (...InstanceIds: string[]) => lab.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    const modify = (InstanceId: string, wish: Partial<ModifyInstanceAttributeCommandInput>) =>
        lab.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, ...wish }));
    const stateOf = async (id: string) => (await lab.seeInstance(id)).State?.Name;
    const log = (word: string) => lab.hardware.log.filter((line) => line.startsWith(word));

    it("R70: an instance is pending, then running, with root volume, interface and user data as wished", async () => {
        const UserData = Buffer.from("#cloud-config\n").toString("base64");
        const tags = (ResourceType: "instance" | "volume") => ({ ResourceType, Tags: [{ Key: "Name", Value: "web" }] });
        const { Instances } = await run({
            SubnetId: SUBNET_B,
            UserData,
            TagSpecifications: [tags("instance"), tags("volume")],
        });
        const id = Instances?.[0]?.InstanceId ?? "";
        assert.equal(Instances?.[0]?.State?.Name, "pending");
        await lab.pass(4_000);
        const seen = await lab.seeInstance(id);
        assert.deepEqual(
            [seen.State?.Name, seen.Placement?.AvailabilityZone, seen.Tags],
            ["running", "us-east-1b", [{ Key: "Name", Value: "web" }]],
        );
        const machine = lab.hardware.machines.get(id);
        assert.deepEqual([machine?.userData, machine?.privateIp], ["#cloud-config\n", seen.PrivateIpAddress]);
        const root = seen.BlockDeviceMappings?.[0]?.Ebs;
        assert.deepEqual(
            [root?.Status, root?.DeleteOnTermination, machine?.rootVolumeId],
            ["attached", true, root?.VolumeId],
        );
        assert.deepEqual((await lab.seeVolume(root?.VolumeId ?? "")).Tags, [{ Key: "Name", Value: "web" }]);
    });

    it("R71: stop is asked of the guest, by force it is the plug; start gives power again", async () => {
        const id = await lab.instance();
        assert.equal((await stop(id)).StoppingInstances?.[0]?.CurrentState?.Name, "stopping");
        await lab.pass(5_000);
        assert.equal(await stateOf(id), "stopped");
        assert.equal((await start(id)).StartingInstances?.[0]?.CurrentState?.Name, "pending");
        await lab.pass(5_000);
        assert.equal(await stateOf(id), "running");
        await stop(id, true);
        await lab.pass(5_000);
        assert.deepEqual(log("power"), [
            `powerOn ${id}`,
            `powerOff ${id} graceful`,
            `powerOn ${id}`,
            `powerOff ${id} plug`,
        ]);
    });

    it("R72: termination deletes or keeps each volume as it was told", async () => {
        const id = await lab.instance({
            BlockDeviceMappings: [
                { DeviceName: "/dev/xvdba", Ebs: { VolumeSize: 1, DeleteOnTermination: true } },
                { DeviceName: "/dev/xvdbb", Ebs: { VolumeSize: 2, DeleteOnTermination: false } },
            ],
        });
        const attached = await lab.volume({ Size: 3 });
        await lab.attach(attached, id, "/dev/xvdbc");
        assert.equal((await terminate(id)).TerminatingInstances?.[0]?.CurrentState?.Name, "shutting-down");
        await lab.pass(8_000);
        await lab.pass(1_000);
        assert.equal(await stateOf(id), "terminated");
        const { Volumes } = await lab.ec2.send(new DescribeVolumesCommand({}));
        assert.deepEqual(
            Volumes?.map((volume) => [volume.Size, volume.State]),
            [
                [2, "available"],
                [3, "available"],
            ],
        );
        assert.deepEqual(log("powerOff"), [`powerOff ${id} plug`]);
    });

    it("R73: with termination protection none of the instances named is terminated; it can be lifted", async () => {
        const held = await lab.instance({ DisableApiTermination: true });
        const other = await lab.instance();
        await refused(terminate(other, held), "OperationNotPermitted", /disableApiTermination/);
        assert.equal(await stateOf(other), "running");
        await modify(held, { DisableApiTermination: { Value: false } });
        await terminate(held);
        const kept = await lab.instance({ DisableApiStop: true });
        await refused(stop(kept), "OperationNotPermitted", /disableApiStop/);
    });

    it("R74: what is not possible in a state is refused with IncorrectInstanceState", async () => {
        const id = await lab.instance();
        await stop(id);
        await refused(start(id), "IncorrectInstanceState");
        await lab.pass(10_000);
        await refused(lab.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] })), "IncorrectInstanceState");
        await terminate(id);
        await lab.pass(10_000);
        await refused(start(id), "IncorrectInstanceState");
        await refused(stop(id), "IncorrectInstanceState");
        await terminate(id);
    });

    it("R75: type and user data change only while stopped; protection at any time", async () => {
        const id = await lab.instance();
        const userData = { UserData: { Value: new Uint8Array(Buffer.from("new")) } };
        await refused(modify(id, { InstanceType: { Value: "m5.large" } }), "IncorrectInstanceState");
        await refused(modify(id, userData), "IncorrectInstanceState");
        await stop(id);
        await lab.pass(10_000);
        await modify(id, { InstanceType: { Value: "m5.large" } });
        await modify(id, userData);
        await refused(modify(id, { InstanceType: { Value: "m9.tiny" } }), "InvalidParameterValue");
        const ask = new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: "userData" });
        assert.equal(Buffer.from((await lab.ec2.send(ask)).UserData?.Value ?? "", "base64").toString(), "new");
        assert.equal((await lab.seeInstance(id)).InstanceType, "m5.large");
    });

    it("R76: image, type, architecture and key must be there and fit", async () => {
        await refused(run({ ImageId: "ami-0123456789abcdef0" }), "InvalidAMIID.NotFound");
        await refused(
            run({ InstanceType: "m9.tiny" as "m5.large" }),
            "InvalidParameterValue",
            /Invalid value 'm9.tiny' for InstanceType/,
        );
        await refused(run({ InstanceType: "m7g.large" }), "InvalidParameterValue", /architecture/);
        await refused(run({ KeyName: "none" }), "InvalidKeyPair.NotFound");
        await refused(
            run({ SubnetId: SUBNET_A, Placement: { AvailabilityZone: "us-east-1b" } }),
            "InvalidParameterValue",
        );
        await refused(run({ MinCount: 2, MaxCount: 1 }), "InvalidParameterValue");
        lab.lab.limits.instances = 1;
        await refused(run({ MinCount: 2, MaxCount: 2 }), "InstanceLimitExceeded");
        const PublicKeyMaterial = Buffer.from("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== me");
        await lab.ec2.send(new ImportKeyPairCommand({ KeyName: "mine", PublicKeyMaterial }));
        const id = await lab.instance({ KeyName: "mine" });
        assert.equal(lab.hardware.machines.get(id)?.publicKey, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== me");
    });

    it("R77: user data is base64 of at most 16 KiB", async () => {
        await refused(run({ UserData: "not base64!" }), "InvalidParameterValue", /BASE64/);
        await refused(run({ UserData: Buffer.alloc(16_385).toString("base64") }), "InvalidParameterValue", /16384/);
        await run({ UserData: Buffer.alloc(16_384).toString("base64") });
    });

    it("R78: a machine that shuts itself down is stopped, or terminated, as it was told", async () => {
        const stops = await lab.instance();
        const ends = await lab.instance({ InstanceInitiatedShutdownBehavior: "terminate" });
        lab.hardware.shutDownInside(stops);
        lab.hardware.shutDownInside(ends);
        await lab.pass(10_000);
        assert.equal(await stateOf(stops), "stopped");
        assert.equal((await lab.seeInstance(stops)).StateReason?.Code, "Client.InstanceInitiatedShutdown");
        assert.equal(await stateOf(ends), "terminated");
    });

    it("R79: a terminated instance is shown for an hour, then it is gone", async () => {
        const id = await lab.instance();
        await terminate(id);
        await lab.pass(10_000);
        assert.equal(await stateOf(id), "terminated");
        await lab.pass(61 * 60_000);
        await refused(lab.seeInstance(id), "InvalidInstanceID.NotFound");
    });

    it("R80: an instance whose machine cannot be started is terminated with Server.InternalError", async () => {
        lab.hardware.powerOn = () => Promise.reject(new Error("no kernel"));
        const id = await lab.instance();
        const seen = await lab.seeInstance(id);
        assert.equal(seen.State?.Name, "terminated");
        assert.match(`${seen.StateReason?.Code} ${seen.StateReason?.Message}`, /Server.InternalError.*no kernel/);
    });

    it("R81: the root volume is at least as large as the image, and encrypted as wished", async () => {
        const root = (Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs }] });
        await refused(run(root({ VolumeSize: 7 })), "InvalidBlockDeviceMapping", /expect size >= 8GB/);
        const id = await lab.instance(
            root({ VolumeSize: 12, Encrypted: true, VolumeType: "gp3", DeleteOnTermination: false }),
        );
        const mapped = (await lab.seeInstance(id)).BlockDeviceMappings?.[0]?.Ebs;
        assert.equal(mapped?.DeleteOnTermination, false);
        const seen = await lab.seeVolume(mapped?.VolumeId ?? "");
        assert.deepEqual([seen.Size, seen.Encrypted], [12, true]);
        assert.equal(lab.hardware.machines.get(id)?.rootSizeGiB, 12);
    });

    it("R82: reboot keeps state and addresses", async () => {
        const id = await lab.instance();
        const before = await lab.seeInstance(id);
        await lab.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
        await lab.pass(1_000);
        const after = await lab.seeInstance(id);
        assert.deepEqual([after.State, after.PublicIpAddress], [before.State, before.PublicIpAddress]);
        assert.deepEqual(log("reboot"), [`reboot ${id}`]);
    });

    it("R83: metadata options are kept and changed; a hop limit out of range is refused", async () => {
        const id = await lab.instance({ MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1 } });
        assert.equal((await lab.seeInstance(id)).MetadataOptions?.HttpTokens, "required");
        const change = (HttpPutResponseHopLimit: number) =>
            lab.ec2.send(
                new ModifyInstanceMetadataOptionsCommand({
                    InstanceId: id,
                    HttpEndpoint: "disabled",
                    HttpPutResponseHopLimit,
                }),
            );
        await change(2);
        const seen = (await lab.seeInstance(id)).MetadataOptions;
        assert.deepEqual(
            [seen?.HttpEndpoint, seen?.HttpPutResponseHopLimit, seen?.HttpTokens],
            ["disabled", 2, "required"],
        );
        await refused(change(65), "InvalidParameterValue");
    });

    it("R84: status shows running instances only, unless asked for all", async () => {
        const [running, stopped] = [await lab.instance(), await lab.instance()];
        await stop(stopped);
        await lab.pass(10_000);
        const shown = async (IncludeAllInstances: boolean) =>
            (await lab.ec2.send(new DescribeInstanceStatusCommand({ IncludeAllInstances }))).InstanceStatuses;
        assert.deepEqual(
            (await shown(false))?.map((each) => [each.InstanceId, each.InstanceStatus?.Status]),
            [[running, "ok"]],
        );
        assert.equal((await shown(true))?.length, 2);
        const Filters = [{ Name: "instance-state-name", Values: ["stopped"] }];
        const { Reservations } = await lab.ec2.send(new DescribeInstancesCommand({ Filters }));
        assert.deepEqual(
            Reservations?.map((each) => each.Instances?.[0]?.InstanceId),
            [stopped],
        );
    });
});
