import * as assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DescribeInstancesCommand,
    DescribeVolumesCommand,
    EC2Client,
    RunInstancesCommand,
    type CreateVolumeCommandInput,
    type Instance,
    type RunInstancesCommandInput,
    type Volume,
} from "@aws-sdk/client-ec2";
import { STSClient } from "@aws-sdk/client-sts";
import { Accounts } from "./accounts";
import { ManualClock } from "./clock";
import { controlOf } from "./control";
import { DELAY_PROFILES, type DelayProfile } from "./delays";
import { Faults } from "./faults";
import type { InstanceType, InstanceTypes } from "./instance-types";
import { Lab } from "./lab";
import { DEFAULT_LIMITS, type Limits } from "./limits";
import { NoHardware } from "./no-hardware";
import { ec2Server } from "./server";
import { Calls } from "./calls";
import { MemoryStore, type Store } from "./store";

const type = (name: string, more: Partial<InstanceType> = {}): InstanceType => ({
    name,
    maximumEbsAttachments: 32,
    attachmentLimit: "dedicated",
    maximumInterfaces: 3,
    architectures: ["x86_64"],
    burstable: false,
    vcpus: 2,
    ...more,
});

/** The types that specs use, with the figures EC2 has for them. */
const TYPES: readonly InstanceType[] = [
    type("m7i.large"),
    type("m5.large", { maximumEbsAttachments: 27, attachmentLimit: "shared" }),
    type("t3.micro", { maximumEbsAttachments: 27, attachmentLimit: "shared", burstable: true }),
    type("m7g.large", { architectures: ["arm64"] }),
];
const types: InstanceTypes = { find: (name) => Promise.resolve(TYPES.find((each) => each.name === name)) };

/** A whole lab without machines, moto, disk and time, behind its real endpoint. For specs. */
export class TestLab {
    private constructor(
        readonly lab: Lab,
        readonly hardware: NoHardware,
        readonly clock: ManualClock,
        readonly faults: Faults,
        readonly store: Store,
        readonly url: string,
        readonly ec2: EC2Client,
        readonly close: () => Promise<void>,
    ) {}

    static async open(
        options: {
            delays?: DelayProfile;
            limits?: Partial<Limits>;
            store?: Store;
            hardware?: NoHardware;
            clock?: ManualClock;
        } = {},
    ): Promise<TestLab> {
        const { store = new MemoryStore(), hardware = new NoHardware(), clock = new ManualClock() } = options;
        const faults = new Faults();
        const calls = new Calls();
        const parts = {
            clock,
            types,
            delays: DELAY_PROFILES[options.delays ?? "instant"],
            limits: { ...DEFAULT_LIMITS, ...options.limits },
            log: () => undefined,
        };
        const lab = await Lab.open({ ...parts, store, hardware });
        const other = { store: new MemoryStore(), hardware: new NoHardware() };
        const accounts = new Accounts(lab, () => Lab.open({ ...parts, ...other }));
        const control = controlOf({ lab, hardware, faults, calls, about: () => ({}) });
        const server = ec2Server({ accounts, faults, calls, control, log: () => undefined });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const credentials = { accessKeyId: "lab", secretAccessKey: "lab" };
        const ec2 = new EC2Client({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
        const close = async (): Promise<void> => {
            ec2.destroy();
            await Promise.all([lab.close(), accounts.close()]);
            await new Promise((resolve) => {
                server.close(resolve);
                server.closeAllConnections();
            });
        };
        return new TestLab(lab, hardware, clock, faults, store, url, ec2, close);
    }

    /** Clients with another access key. */
    as(accessKeyId: string): { readonly ec2: EC2Client; readonly sts: STSClient } {
        const credentials = { accessKeyId, secretAccessKey: "lab" };
        const config = { endpoint: this.url, region: "us-east-1", credentials, maxAttempts: 1 };
        return { ec2: new EC2Client(config), sts: new STSClient(config) };
    }

    /** A running instance in us-east-1a, unless wished otherwise. */
    async instance(wish: Partial<RunInstancesCommandInput> = {}): Promise<string> {
        const base = { ImageId: IMAGE, InstanceType: "m7i.large" as const, MinCount: 1, MaxCount: 1 };
        const subnet = wish.NetworkInterfaces === undefined ? { SubnetId: SUBNET_A } : {};
        const { Instances } = await this.ec2.send(new RunInstancesCommand({ ...base, ...subnet, ...wish }));
        await this.pass(60_000);
        return Instances?.[0]?.InstanceId ?? "";
    }

    /** An available gp3 volume of 8 GiB in us-east-1a, unless wished otherwise. */
    async volume(wish: Partial<CreateVolumeCommandInput> = {}): Promise<string> {
        const base = { AvailabilityZone: "us-east-1a", Size: 8, VolumeType: "gp3" as const };
        const { VolumeId = "" } = await this.ec2.send(new CreateVolumeCommand({ ...base, ...wish }));
        await this.pass(60_000);
        return VolumeId;
    }

    async attach(VolumeId: string, InstanceId: string, Device = "/dev/xvdba"): Promise<void> {
        await this.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }));
        await this.pass(60_000);
    }

    async seeVolume(id: string): Promise<Volume> {
        const { Volumes } = await this.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
        return Volumes?.[0] as Volume;
    }

    async seeInstance(id: string): Promise<Instance> {
        const { Reservations } = await this.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
        return Reservations?.[0]?.Instances?.[0] as Instance;
    }

    /** Lets time pass and the hands finish what it brings. */
    async pass(milliseconds: number): Promise<void> {
        await this.lab.idle();
        this.clock.advance(milliseconds);
        await this.lab.idle();
    }
}

/** The call is refused with that code of EC2, and with that status where it matters. */
export async function refused(call: Promise<unknown>, code: string, text?: RegExp | number): Promise<void> {
    await assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
        assert.equal(error.name, code, `${error.name}: ${error.message}`);
        if (text instanceof RegExp) {
            assert.match(error.message, text);
        } else if (text !== undefined) {
            assert.equal(error.$metadata?.httpStatusCode, text);
        }
        return true;
    });
}

export const IMAGE = "ami-0e1a57d0000deb13a";
export const SUBNET_A = "subnet-0e1a57d000000000a";
export const SUBNET_B = "subnet-0e1a57d000000000b";
