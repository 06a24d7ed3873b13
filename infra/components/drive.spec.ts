import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PUBLIC, base, value, register } from "./drive.testing";

describe("drive", function () {
    this.timeout(20_000); // loading the SDK

    it("registers exactly these resources, all that hold data or its address protected", async () => {
        const { seen } = await register();
        assert.deepEqual(
            seen
                .map(({ type, name, protect }) => `${type.split(":").at(-1)} ${name}${protect ? " protected" : ""}`)
                .sort(),
            [
                "Command content-share",
                "Command content-uploads",
                "Command content-volume-group",
                "Eip content-public protected",
                "Instance content-server protected",
                "NetworkInterface content-interface protected",
                "SecurityGroup content-door protected",
                "SecurityGroupEgressRule content-out",
                "SecurityGroupIngressRule content-nfs-10.0.1.21/32",
                "SecurityGroupIngressRule content-nfs-sg-0a1b2c3d",
                "SecurityGroupIngressRule content-ssh-203.0.113.0/24",
                "Volume content-ba protected",
                "Volume content-bb protected",
                "VolumeAttachment content-ba protected",
                "VolumeAttachment content-bb protected",
            ],
        );
    });

    it("makes encrypted, tagged volumes of the zone, with the type's defaults said aloud", async () => {
        const { one } = await register();
        assert.deepEqual(one("Volume", "content-bb").inputs, {
            availabilityZone: "us-east-1a",
            size: 16,
            type: "gp3",
            iops: 4_000,
            throughput: 125,
            encrypted: true,
            tags: { Name: "content-bb", "elastic-drive:drive": "content", "elastic-drive:slot": "bb" },
        });
        assert.deepEqual(one("VolumeAttachment", "content-bb").inputs, {
            deviceName: "/dev/xvdbb",
            instanceId: "content-server-id",
            volumeId: "content-bb-id",
        });
    });

    it("puts the drive's nonce on everything that has tags, and on nothing where there is none", async () => {
        const key = "elastic-drive:nonce";
        const noncesOf = async (change: object): Promise<unknown[]> => {
            const { seen } = await register({ ...change });
            const tagged = seen.map(({ inputs }) => inputs["tags"] as Record<string, string> | undefined);
            return tagged.flatMap((tags) => (tags === undefined ? [] : [tags[key]]));
        };
        const nonce = "a123456789abcdef";
        const [given, none] = [await noncesOf({ nonce }), await noncesOf({})];
        assert.equal(given.length, 10, "server, two volumes, door, four rules, interface, address");
        assert.deepEqual([new Set(given), new Set(none)], [new Set([nonce]), new Set([undefined])]);
    });

    it("lets go of a released slot's volume and attachment, and of no other", async () => {
        const { seen } = await register({
            slots: { ...base.slots, bb: { sizeGiB: 16, state: "released" }, bc: { sizeGiB: 4, state: "leaving" } },
        });
        const protection = seen
            .filter(({ type }) => type.includes("olume"))
            .map(({ type, name, protect }) => [type.split(":").at(-1), name, protect]);
        assert.deepEqual(protection.sort(), [
            ["Volume", "content-ba", true],
            ["Volume", "content-bb", false],
            ["Volume", "content-bc", true],
            ["VolumeAttachment", "content-ba", true],
            ["VolumeAttachment", "content-bb", false],
            ["VolumeAttachment", "content-bc", true],
        ]);
    });

    it("protects nothing once destroyData names the drive", async () => {
        const { seen } = await register({}, { destroyData: true });
        assert.deepEqual(
            seen.filter(({ protect }) => protect),
            [],
        );
    });

    it("starts a server that a changed image or user data never replaces", async () => {
        const { one } = await register();
        const server = one("Instance", "content-server");
        assert.deepEqual(server.ignored, ["ami", "userData", "rootBlockDevice.tags"]);
        assert.deepEqual(server.inputs["primaryNetworkInterface"], { networkInterfaceId: "content-interface-id" });
        assert.deepEqual(server.inputs["metadataOptions"], {
            httpEndpoint: "enabled",
            httpTokens: "required",
            httpPutResponseHopLimit: 1,
        });
        // No tags: only a right to claim anybody's untagged volume could give them.
        assert.deepEqual(server.inputs["rootBlockDevice"], {
            encrypted: true,
            volumeType: "gp3",
            deleteOnTermination: true,
        });
        assert.equal(server.inputs["availabilityZone"], "us-east-1a");
    });

    it("opens ssh and NFS to what is listed, nothing to the world", async () => {
        const { seen } = await register({ share: { clients: ["10.0.1.21", "10.0.1.21/32", "10.1.0.0/16"] } });
        const rules = seen
            .filter(({ type }) => type.includes("IngressRule"))
            .map(({ inputs }) => [inputs["fromPort"], inputs["toPort"], inputs["cidrIpv4"]]);
        assert.deepEqual(rules, [
            [22, 22, "203.0.113.0/24"],
            [2049, 2049, "10.0.1.21/32"],
            [2049, 2049, "10.1.0.0/16"],
        ]);
    });

    it("makes three calls in the server whatever the number of slots, none of which deletes anything", async () => {
        const slots = Object.fromEntries([..."abcdefghijklmnopqrst"].map((letter) => [`b${letter}`, { sizeGiB: 8 }]));
        const { seen } = await register({ slots });
        const commands = seen.filter(({ type }) => type === "command:remote:Command");
        assert.deepEqual(commands.map(({ name }) => name).sort(), [
            "content-share",
            "content-uploads",
            "content-volume-group",
        ]);
        for (const { inputs } of commands) {
            assert.equal(inputs["delete"], undefined);
            assert.match(inputs["create"], /^sudo -n bash -c 'eval "\$\(cat\)"' elastic-drive( make)?$/);
            assert.equal(inputs["connection"].hostKey ?? inputs["connection"].value?.hostKey, PUBLIC);
        }
    });

    it("reaches the server on port 22, or on the one that it was told", async () => {
        for (const [sshPort, named] of [
            [undefined, 22],
            [2222, 2222],
        ]) {
            const { one } = await register({}, sshPort === undefined ? {} : { sshPort });
            const { connection } = one("Command", "content-share").inputs;
            assert.equal((connection.value ?? connection).port, named, String(sshPort));
        }
    });

    it("lets a new server and a new attachment change the volume group's call, never replace it", async () => {
        const { one } = await register();
        const { inputs, ignored } = one("Command", "content-volume-group");
        assert.match(inputs["stdin"], /^IN_SERVER='content-server-id'$/m);
        assert.match(inputs["stdin"], /^IN_ATTACHMENTS=\('content-ba-id' 'content-bb-id'\)$/m);
        assert.equal(inputs["triggers"], undefined);
        assert.deepEqual(ignored, ["create", "triggers"]);
        for (const name of ["content-share", "content-uploads"])
            assert.deepEqual(one("Command", name).inputs["triggers"], ["content-server-id"]);
    });

    it("may format in the call that makes the drive, and in no other", async () => {
        const plain = `sudo -n bash -c 'eval "$(cat)"' elastic-drive`;
        const texts = async (flags: { group?: string; again?: boolean }): Promise<string[]> => {
            const { one } = await register({}, flags);
            const { inputs } = one("Command", "content-volume-group");
            return [inputs["create"], inputs["update"]] as string[];
        };
        const group = "AbCdEf-0000-0000-0000-0000-0000-AbCdEf";
        assert.deepEqual(await texts({}), [`${plain} make`, plain]);
        assert.deepEqual(await texts({ group }), [`${plain} made ${group}`, plain]);
        assert.deepEqual(await texts({ again: true }), [plain, plain]);
    });

    it("takes a volume into the state when told so", async () => {
        const { one } = await register({}, { adopt: { bb: "vol-0a1b2c3d" } });
        assert.equal(one("Volume", "content-bb").importId, "vol-0a1b2c3d");
        assert.equal(one("Volume", "content-ba").importId, undefined);
    });

    it("makes a volume from its snapshot", async () => {
        const { one } = await register({ slots: { ...base.slots, bc: { sizeGiB: 8, from: "snap-0a1b2c3d" } } });
        assert.equal(one("Volume", "content-bc").inputs["snapshotId"], "snap-0a1b2c3d");
    });

    it("is reached by its private address when it has no public one, and asks for the VPC only when it was not told", async () => {
        const { seen, drive, one } = await register({
            network: { subnetId: "subnet-0a1b2c3d", sshFrom: ["203.0.113.0/24"] },
        });
        assert.equal(await value(drive.sshHost), "10.0.1.10");
        assert.equal(
            seen.some(({ type }) => type === "aws:ec2/eip:Eip"),
            false,
        );
        assert.equal(one("SecurityGroup", "content-door").inputs["vpcId"], "vpc-asked");
    });

    it("shows the host key's public half, which is no secret", async () => {
        const { drive } = await register();
        assert.equal(await value(drive.hostKey), PUBLIC);
        assert.equal(await pulumi.isSecret(drive.hostKey), false);
    });
});
