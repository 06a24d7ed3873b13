import type { DriveConfig } from "../../infra/model/config";
import { parseDriveConfig } from "../../infra/model/config";
import type { Observed, VolumeView } from "../model/observed";
import { nextSteps } from "./next-steps";

/** A drive of two slots that is as it should be, and what can be otherwise about it. */
export const desired: DriveConfig = parseDriveConfig({
    name: "content",
    revision: 3,
    account: "123456789012",
    nonce: "a123456789abcdef",
    zone: "us-east-1a",
    network: { subnetId: "subnet-00000001", sshFrom: ["203.0.113.0/24"] },
    server: { instanceType: "m7i.large", imageId: "ami-00000001" },
    slots: { ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } },
    share: { clients: ["10.0.0.0/16"] },
});

export const volume = (slot: string, more: Partial<VolumeView> = {}): VolumeView => ({
    id: `vol-${slot}`,
    slot,
    nonce: "a123456789abcdef",
    zone: "us-east-1a",
    sizeGiB: 8,
    type: "gp3",
    state: "in-use",
    attachedTo: "i-1",
    attachment: "attached",
    ...more,
});

/** A slot whose volume had its four modifications, the last of which EC2 shows; the next is possible at SPENT_UNTIL. */
export const SPENT_UNTIL = "2026-10-02T10:00:00.000Z";
export const spentSlot = { modified: ["10:00", "12:00", "14:00"].map((time) => `2026-10-01T${time}:00.000Z`) };
export const spent: Partial<VolumeView> = { modifiedAt: "2026-10-01T16:00:00.000Z" };

export const settled: Observed = {
    ec2: {
        volumes: [volume("ba"), volume("bb")],
        servers: [
            {
                ...{ id: "i-1", state: "running", imageId: "ami-00000001", instanceType: "m7i.large", leaving: false },
                ...{ part: "server", nonce: "a123456789abcdef", interfaceIds: ["eni-1"] },
            },
        ],
        parts: [],
        readAt: Date.parse("2026-10-01T18:00:00.000Z"),
        snapshots: [],
    },
    stack: {
        revision: 3,
        desired,
        serverId: "i-1",
        volumes: { ba: "vol-ba", bb: "vol-bb" },
        ids: ["vol-ba", "vol-bb", "i-1", "eni-1"],
        pending: 0,
    },
    guest: {
        reachable: true,
        members: ["ba", "bb"].map((slot) => ({ volumeId: `vol-${slot}`, sizeBytes: 8, usedBytes: 8, leaving: false })),
        missing: [],
        freeBytes: 0,
        mounted: true,
        sizeBytes: 16,
        usedBytes: 1,
        exports: ["10.0.0.0/16"],
        clients: [],
        uptimeSeconds: 1,
        inFlightBytes: 0,
    },
    changes: [],
};

export const kinds = (wanted: DriveConfig, observed: Observed): string[] => {
    const plan = nextSteps(wanted, observed);
    return "refused" in plan ? plan.refused.map(({ code }) => `refused ${code}`) : plan.steps.map(({ kind }) => kind);
};
export const slots = (more: Record<string, object>): DriveConfig =>
    parseDriveConfig({ ...desired, slots: { ...desired.slots, ...more } });
export const without = (slot: string): DriveConfig => ({
    ...desired,
    slots: Object.fromEntries(Object.entries(desired.slots).filter(([name]) => name !== slot)),
});
export const ec2 = (more: Partial<Observed["ec2"]>): Observed => ({ ...settled, ec2: { ...settled.ec2, ...more } });
export const server = (more: object): Observed => ec2({ servers: [{ ...settled.ec2.servers[0]!, ...more }] });
export const inside = (more: object): Observed => ({ ...settled, guest: { ...settled.guest!, ...more } });
