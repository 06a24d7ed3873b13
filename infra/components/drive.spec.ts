import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parseDriveConfig } from "../model/config";
import type { Drive } from "./drive";
import { utils } from "ssh2";

const KEY = utils.generateKeyPairSync("ed25519");
const PUBLIC = KEY.public.trim();

interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- the engine's own bags
    readonly protect: boolean;
    readonly importId: string | undefined;
    readonly ignored: readonly string[];
    readonly retained: boolean;
}

const COMPUTED: Record<string, Record<string, unknown>> = {
    "aws:ec2/networkInterface:NetworkInterface": { privateIp: "10.0.1.10" },
    "aws:ec2/eip:Eip": { publicIp: "203.0.113.9" },
};
const KNOWN = new Set([
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:ec2/networkInterface:NetworkInterface",
    "aws:ec2/eip:Eip",
    "aws:ec2/instance:Instance",
    "aws:ebs/volume:Volume",
    "aws:ec2/volumeAttachment:VolumeAttachment",
    "command:remote:Command",
]);

const base = {
    name: "content",
    zone: "us-east-1a",
    network: { subnetId: "subnet-0a1b2c3d", vpcId: "vpc-0a1b2c3d", sshFrom: ["203.0.113.0/24"], publicAddress: true },
    server: { instanceType: "m7i.large", imageId: "ami-0a1b2c3d" },
    slots: { ba: { sizeGiB: 8 }, bb: { sizeGiB: 16, iops: 4_000 } },
    share: { clients: ["10.0.1.21"], securityGroups: ["sg-0a1b2c3d"] },
};

/** What a drive registers. The mocks prove names, inputs and protection; not what EC2 or the engine make of them. */
async function register(
    change: Record<string, unknown> = {},
    flags: { destroyData?: boolean; adopt?: Record<string, string> } = {},
) {
    const seen: Registered[] = [];
    const options = new Map<string, Pick<Registered, "protect" | "ignored" | "retained">>();
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, id }) => {
                if (!type.startsWith("elastic-drive:")) {
                    assert.ok(KNOWN.has(type), `an unexpected resource type: ${type}`);
                    const { protect, ignored, retained } = options.get(`${type} ${name}`)!;
                    seen.push({
                        type,
                        name,
                        inputs: inputs as Registered["inputs"],
                        protect,
                        ignored,
                        retained,
                        importId: id || undefined,
                    });
                }
                return { id: `${name}-id`, state: { ...(inputs as object), ...COMPUTED[type] } };
            },
            call: ({ token, inputs }) => {
                assert.equal(token, "aws:ec2/getSubnet:getSubnet", `an unexpected invoke: ${token}`);
                return { ...(inputs as object), vpcId: "vpc-asked" };
            },
        },
        "elastic-drive",
        "test",
    );
    recordOptions(options);
    const { Drive: make } = await import("./drive");
    const key = pulumi.secret(KEY.private);
    const config = parseDriveConfig({ ...base, ...change });
    const drive: Drive = new make({
        config,
        destroyData: flags.destroyData ?? false,
        hostKey: key,
        operatorKey: key,
        adopt: flags.adopt ?? {},
    });
    // Not in the SDK's types: all registrations have been answered.
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return {
        seen,
        drive,
        one: (type: string, name: string) =>
            only(seen.filter((each) => each.type.endsWith(`:${type}`) && each.name === name)),
    };
}

/** Mocks are not told of resource options: they are read off the requests on their way to them. */
function recordOptions(options: Map<string, Pick<Registered, "protect" | "ignored" | "retained">>): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as {
        registerResource(request: Request, ...rest: unknown[]): unknown;
    };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, ...rest) => {
        const ignored = request.getIgnorechangesList();
        const retained = request.getRetainondelete();
        options.set(`${request.getType()} ${request.getName()}`, { protect: request.getProtect(), ignored, retained });
        return register(request, ...rest);
    };
}
interface Request {
    getType(): string;
    getName(): string;
    getProtect(): boolean;
    getRetainondelete(): boolean;
    getIgnorechangesList(): string[];
}

function only(found: readonly Registered[]): Registered {
    assert.equal(found.length, 1);
    return found[0]!;
}

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

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

    it("leaves a released slot's volume in EC2 when it is to be kept, tagged so; the attachment goes", async () => {
        const bb = { sizeGiB: 16, state: "released", keepHours: 48 };
        const { seen, one } = await register({ slots: { ba: { sizeGiB: 8, keepHours: 48 }, bb } });
        assert.deepEqual(
            seen.filter(({ retained }) => retained).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`),
            ["Volume content-bb"],
        );
        const tagsOf = (slot: string) => one("Volume", `content-${slot}`).inputs["tags"] as Record<string, string>;
        assert.deepEqual(
            ["ba", "bb"].map((slot) => tagsOf(slot)["elastic-drive:keep-hours"]),
            [undefined, "48"],
        );
    });

    it("attaches a volume or its copy, never both, and makes no copy before its snapshot is there", async () => {
        const from = { from: "snap-0a1b2c3d", fromVolume: "vol-0a1b2c3d" };
        const parts = async (bb: object, bc: object): Promise<string[]> => {
            const slots = { ba: { sizeGiB: 8 }, bb: { sizeGiB: 16, ...bb }, bc: { sizeGiB: 32, copies: "bb", ...bc } };
            const { seen, one } = await register({ slots });
            const { stdin } = one("Command", "content-volume-group").inputs as { stdin: string };
            return [
                ...seen
                    .filter(({ type }) => type.includes("olume"))
                    .map(({ type, name, protect }) => `${type.split(":").at(-1)} ${name}${protect ? "" : " free"}`)
                    .sort(),
                `inside ${/^IN_SLOTS=\((.*)\)$/m.exec(stdin)?.[1]} ${/^IN_COPY_OF=\((.*)\)$/m.exec(stdin)?.[1]}`,
            ];
        };
        const [volumeA, volumeB, volumeC] = ["a", "b", "c"].map((last) => `Volume content-b${last}`);
        const [a, b, c] = ["a", "b", "c"].map((last) => `VolumeAttachment content-b${last}`);
        assert.deepEqual(await parts({}, {}), [volumeA, volumeB, a, b, "inside 'ba' 'bb' '' ''"]);
        const copying = { state: "copying" };
        assert.deepEqual(await parts(copying, {}), [volumeA, volumeB, a, "inside 'ba' ''"]);
        const copied = "inside 'ba' 'bc' '' 'vol0a1b2c3d'";
        assert.deepEqual(await parts(copying, from), [volumeA, volumeB, volumeC, a, c, copied]);
        assert.deepEqual(await parts({ state: "released" }, from), [volumeA, `${volumeB} free`, volumeC, a, c, copied]);
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
        assert.deepEqual(server.ignored, ["ami", "userData"]);
        assert.deepEqual(server.inputs["primaryNetworkInterface"], { networkInterfaceId: "content-interface-id" });
        assert.deepEqual(server.inputs["metadataOptions"], {
            httpEndpoint: "enabled",
            httpTokens: "required",
            httpPutResponseHopLimit: 1,
        });
        assert.equal(server.inputs["rootBlockDevice"].encrypted, true);
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
            assert.equal(inputs["create"], `sudo -n bash -c 'eval "$(cat)"' elastic-drive`);
            assert.equal(inputs["triggers"][0], "content-server-id");
            assert.equal(inputs["connection"].hostKey ?? inputs["connection"].value?.hostKey, PUBLIC);
        }
    });

    it("runs the volume group's call again when an attachment is new", async () => {
        const { one } = await register();
        assert.deepEqual(one("Command", "content-volume-group").inputs["triggers"], [
            "content-server-id",
            "content-ba-id",
            "content-bb-id",
        ]);
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
        const { seen, drive, one } = await register({ network: { subnetId: "subnet-0a1b2c3d" } });
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
