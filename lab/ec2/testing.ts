import type { AddressInfo } from "node:net";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ManualClock } from "./clock";
import { controlOf } from "./control";
import { DELAY_PROFILES } from "./delays";
import type { DelayProfile } from "./delays";
import { Faults } from "./faults";
import type { InstanceType, InstanceTypes } from "./instance-types";
import { Lab } from "./lab";
import { DEFAULT_LIMITS } from "./limits";
import type { Limits } from "./limits";
import { NoHardware } from "./no-hardware";
import { Calls, ec2Server } from "./server";
import { MemoryStore } from "./store";
import type { Store } from "./store";

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
        const lab = await Lab.open({
            store,
            hardware,
            clock,
            types,
            delays: DELAY_PROFILES[options.delays ?? "instant"],
            limits: { ...DEFAULT_LIMITS, ...options.limits },
            log: () => undefined,
        });
        const control = controlOf({ lab, hardware, faults, calls, about: () => ({}) });
        const server = ec2Server({ lab, faults, calls, control, log: () => undefined });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const credentials = { accessKeyId: "lab", secretAccessKey: "lab" };
        const ec2 = new EC2Client({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
        const close = async (): Promise<void> => {
            ec2.destroy();
            await lab.close();
            await new Promise((resolve) => {
                server.close(resolve);
                server.closeAllConnections();
            });
        };
        return new TestLab(lab, hardware, clock, faults, store, url, ec2, close);
    }

    /** Lets time pass and the hands finish what it brings. */
    async pass(milliseconds: number): Promise<void> {
        await this.lab.idle();
        this.clock.advance(milliseconds);
        await this.lab.idle();
    }
}
