import * as assert from "node:assert/strict";
import { parseDriveConfig } from "../../infra/model/config";
import { Copying } from "../../automation/workflows/copy/apply";
import { SdkEc2 } from "../../automation/ec2/client";
import type { SetCall } from "../../automation/ec2/port";
import { TestLab } from "../ec2/testing";

const KEY = "arn:aws:kms:us-east-1:123456789012:key/own";

/** The driver's own adapter against the lab's EC2, without machines. */
describe("backup sets, by the driver at the lab's EC2", function () {
    this.timeout(30_000);
    let lab: TestLab;
    let ec2: SdkEc2;
    let order: SetCall;
    let volumes: string[];

    const tags = { "elastic-drive:drive": "content", "elastic-drive:set": "s1" };
    const member = (slot: string): Parameters<TestLab["volume"]>[0] => ({
        ...{ Encrypted: true, KmsKeyId: KEY },
        TagSpecifications: [
            {
                ResourceType: "volume",
                Tags: [
                    { Key: "elastic-drive:drive", Value: "content" },
                    { Key: "elastic-drive:slot", Value: slot },
                ],
            },
        ],
    });

    beforeEach(async () => {
        lab = await TestLab.open({ delays: "lifelike" });
        const keys = { AWS_ACCESS_KEY_ID: "lab", AWS_SECRET_ACCESS_KEY: "lab" };
        ec2 = new SdkEc2({ region: "us-east-1", env: { AWS_ENDPOINT_URL: lab.url, ...keys } });
        const serverId = await lab.instance();
        volumes = [];
        for (const slot of ["ba", "bb", "bc"]) {
            volumes.push(await lab.volume(member(slot)));
            await lab.attach(volumes.at(-1)!, serverId, `/dev/xvd${slot}`);
        }
        volumes.sort();
        order = { serverId, exclude: [], description: "elastic-drive content set=s1", tags, timeoutMs: 10_000 };
    });
    afterEach(() => lab.close());

    const calls = async (): Promise<Record<string, number>> =>
        (await (await fetch(`${lab.url}/_lab/calls`)).json()) as Record<string, number>;

    it("are taken of all volumes but the root and those left out, and are seen with all that is known", async () => {
        assert.deepEqual(await ec2.attachedVolumes(order.serverId), volumes);
        const [first, ...rest] = volumes;
        const made = await ec2.createSet({ ...order, exclude: [first!] });
        assert.deepEqual(made.members.map(({ volumeId }) => volumeId).sort(), rest);
        const seen = await ec2.setSnapshots("content");
        assert.deepEqual(
            seen.map(({ id, volumeId }) => ({ snapshotId: id, volumeId })),
            [...made.members].sort((a, b) => (a.snapshotId < b.snapshotId ? -1 : 1)),
        );
        const { id: _, volumeId: __, ...one } = seen[0]!;
        assert.deepEqual(one, {
            ...{ state: "pending", progress: 0, startedAt: made.startedAt },
            ...{ sizeGiB: 8, encrypted: true, kmsKeyId: KEY, tags },
        });
        assert.deepEqual(await ec2.setSnapshots("payroll"), []);
        assert.equal((await ec2.view("content", { parts: false })).snapshots.length, 0, "no copy's snapshot");
    });

    it("are marked later, all members in one call, or none where one is gone", async () => {
        const { members } = await ec2.createSet(order);
        const ids = members.map(({ snapshotId }) => snapshotId);
        await ec2.tagSnapshots(ids, { "elastic-drive:consistency": "frozen" });
        const marks = async () =>
            (await ec2.setSnapshots("content")).map((one) => one.tags["elastic-drive:consistency"]);
        assert.deepEqual(await marks(), ["frozen", "frozen", "frozen"]);
        await ec2.deleteSnapshot(ids[0]!);
        await assert.rejects(ec2.tagSnapshots(ids, { "elastic-drive:consistency": "crash" }), { code: "Ec2Refused" });
        assert.deepEqual(await marks(), ["frozen", "frozen"]);
        await ec2.tagSnapshots([], { mark: "x" });
    });

    it("come in pages, and so do volumes and servers: every one is seen", async () => {
        for (let set = 0; set < 4; set++) {
            await ec2.createSet({ ...order, tags: { ...tags, "elastic-drive:set": `s${set}` } });
            await lab.pass(15_000);
        }
        lab.lab.limits.pageSize = 1;
        assert.equal((await ec2.setSnapshots("content")).length, 12);
        assert.equal((await ec2.view("content", { parts: true })).volumes.length, 3);
        assert.deepEqual(await ec2.attachedVolumes(order.serverId), volumes);
        assert.equal((await ec2.subnets(undefined)).length, 2);
    });

    it("are made once, whatever is lost: the reply after the work is SetUnknown, and the set is found by its tags", async () => {
        for (const [kind, code, found] of [
            ["lost-before", "SetUnknown", 0],
            ["error", "SetUnknown", 0],
            ["throttle", "SnapshotsBusy", 0],
            ["lost-after", "SetUnknown", 3],
        ] as const) {
            lab.faults.add({ action: "CreateSnapshots", kind });
            await assert.rejects(ec2.createSet(order), { code });
            assert.equal((await ec2.setSnapshots("content")).length, found, kind);
        }
        assert.equal((await calls())["CreateSnapshots"], 4, "each was tried once");
        lab.faults.add({ action: "DescribeSnapshots", kind: "stale" });
        assert.equal((await ec2.setSnapshots("content")).length, 0, "EC2 may not show it yet");
        assert.equal((await ec2.setSnapshots("content")).length, 3);
    });

    it("are refused for now: within 15 s, and where one member has its pending ones; nothing is made", async () => {
        lab.lab.delays = { ...lab.lab.delays, snapshotPending: 3_600_000 };
        await ec2.createSet(order);
        await assert.rejects(ec2.createSet(order), { code: "SnapshotsBusy", message: /PerVolumeRate/ });
        const slow = await lab.volume({ ...member("bd"), VolumeType: "st1", Size: 125 });
        await lab.attach(slow, order.serverId, "/dev/xvdbd");
        await ec2.createSet(order);
        await lab.pass(15_000);
        await assert.rejects(ec2.createSet(order), { code: "SnapshotsBusy", message: /Concurrent.*: 1 for/ });
        assert.equal((await ec2.setSnapshots("content")).length, 7);
        await ec2.createSet({ ...order, exclude: [slow] });
    });

    it("end in error, all members together, with the key's reason", async () => {
        lab.lab.keys.set({ key: KEY, state: "denied" });
        await ec2.createSet(order);
        await lab.pass(15_000);
        const seen = await ec2.setSnapshots("content");
        assert.deepEqual([...new Set(seen.map(({ state }) => state))], ["error"]);
        assert.ok(seen.some(({ message }) => message === "Given key ID is not accessible"));
    });

    it("hinder a copy for 15 s, and then it is taken", async () => {
        await ec2.createSet(order);
        const slot = { sizeGiB: 8 };
        const desired = parseDriveConfig({
            ...{ name: "content", revision: 1, nonce: "a123456789abcdef", zone: "us-east-1a" },
            network: { subnetId: "subnet-00000001", sshFrom: ["203.0.113.0/24"] },
            server: { instanceType: "m7i.large", imageId: "ami-00000001" },
            share: { clients: ["10.0.0.0/16"] },
            slots: { ba: slot, bb: slot, bc: slot },
        });
        const seen: string[] = [];
        const wait = async (_what: string, _ms: number, every: number, probe: () => Promise<object>): Promise<void> => {
            for (;;) {
                const answer = (await probe()) as { ready?: undefined; seen?: string };
                if ("ready" in answer) return;
                seen.push(answer.seen!);
                await lab.pass(every);
            }
        };
        const copying = new Copying({ ec2, wait, inside: () => assert.fail("the server was asked") });
        await copying.snapshot(desired, { kind: "snapshot", slot: "ba", volumeId: volumes[0]!, stage: "ahead" });
        assert.equal(seen.length, 5, "every 3 s, until 15 s were over");
        assert.match(seen[0]!, /SnapshotCreationPerVolumeRateExceeded/);
        assert.equal((await ec2.view("content", { parts: false })).snapshots.length, 1);
    });
});
