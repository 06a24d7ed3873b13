import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parseDriveConfig } from "../model/config";
import type { Drive } from "./drive";
import { utils } from "ssh2";

export const KEY = utils.generateKeyPairSync("ed25519");
export const PUBLIC = KEY.public.trim();

export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- the engine's own bags
    readonly protect: boolean;
    readonly importId: string | undefined;
    readonly ignored: readonly string[];
    readonly retained: boolean;
}

export const COMPUTED: Record<string, Record<string, unknown>> = {
    "aws:ec2/networkInterface:NetworkInterface": { privateIp: "10.0.1.10" },
    "aws:ec2/eip:Eip": { publicIp: "203.0.113.9" },
};
export const KNOWN = new Set([
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

export const base = {
    name: "content",
    zone: "us-east-1a",
    network: { subnetId: "subnet-0a1b2c3d", vpcId: "vpc-0a1b2c3d", sshFrom: ["203.0.113.0/24"], publicAddress: true },
    server: { instanceType: "m7i.large", imageId: "ami-0a1b2c3d" },
    slots: { ba: { sizeGiB: 8 }, bb: { sizeGiB: 16, iops: 4_000 } },
    share: { clients: ["10.0.1.21"], securityGroups: ["sg-0a1b2c3d"] },
};

/** What a drive registers. The mocks prove names, inputs and protection; not what EC2 or the engine make of them. */
export async function register(
    change: Record<string, unknown> = {},
    flags: {
        destroyData?: boolean;
        adopt?: Record<string, string>;
        sshPort?: number;
        group?: string;
        again?: boolean;
    } = {},
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
        ...(flags.sshPort !== undefined && { sshPort: flags.sshPort }),
        made: { group: flags.group, again: flags.again ?? false },
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

export function only(found: readonly Registered[]): Registered {
    assert.equal(found.length, 1);
    return found[0]!;
}

export const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
