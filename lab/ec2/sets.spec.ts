import * as assert from "node:assert/strict";
import {
    CreateSnapshotCommand,
    CreateSnapshotsCommand,
    CreateTagsCommand,
    DeleteSnapshotCommand,
    DescribeSnapshotsCommand,
    DescribeVolumesCommand,
    paginateDescribeSnapshots,
    type Snapshot,
} from "@aws-sdk/client-ec2";
import { refused, TestLab } from "./testing";

const KEY = "arn:aws:kms:us-east-1:123456789012:key/own";

describe("snapshots, and sets of them, that meet EC2's limits and faults", () => {
    let lab: TestLab;
    let instance: string;
    let volumes: string[];
    beforeEach(async () => {
        lab = await TestLab.open({ delays: "lifelike" });
        instance = await lab.instance();
        volumes = [await lab.volume(), await lab.volume({ Encrypted: true, KmsKeyId: KEY })];
        await lab.attach(volumes[0]!, instance, "/dev/xvdba");
        await lab.attach(volumes[1]!, instance, "/dev/xvdbb");
    });
    afterEach(() => lab.close());

    const snapshot = async (VolumeId: string) =>
        (await lab.ec2.send(new CreateSnapshotCommand({ VolumeId }))).SnapshotId!;
    const set = () => {
        const InstanceSpecification = { InstanceId: instance, ExcludeBootVolume: true };
        return lab.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification }));
    };
    const all = async () => (await lab.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }))).Snapshots ?? [];
    const states = async () => (await all()).map(({ State }) => State);
    const control = async (path: string, body: object): Promise<number> => {
        const answer = await fetch(`${lab.url}/_lab${path}`, { method: "POST", body: JSON.stringify(body) });
        return answer.status;
    };
    const fault = async (action: string, kind: string, more: object = {}) =>
        assert.equal(await control("/faults", { action, kind, ...more }), 200);

    it("R66: two snapshots of a volume are 15 s apart, whatever became of the first; a set with such a volume makes nothing", async () => {
        const first = await snapshot(volumes[0]!);
        await lab.pass(14_999);
        await refused(snapshot(volumes[0]!), "SnapshotCreationPerVolumeRateExceeded", 400);
        await refused(set(), "SnapshotCreationPerVolumeRateExceeded");
        assert.equal((await all()).length, 1);
        await lab.ec2.send(new DeleteSnapshotCommand({ SnapshotId: first }));
        await refused(snapshot(volumes[0]!), "SnapshotCreationPerVolumeRateExceeded");
        await snapshot(volumes[1]!); // each volume has its own clock
        await lab.pass(15_000);
        assert.equal((await set()).Snapshots?.length, 2);
        await refused(set(), "SnapshotCreationPerVolumeRateExceeded");
    });

    it("R67: the distance is a delay like the others: none with the profile instant", async () => {
        await control("/delays", { profile: "instant" });
        await set();
        await set();
        await control("/delays", { snapshotSpacing: 400 });
        await refused(set(), "SnapshotCreationPerVolumeRateExceeded");
        await lab.pass(400);
        assert.equal((await set()).Snapshots?.length, 2);
    });

    it("R68: snapshots in error and those deleted while pending count as pending ones do", async () => {
        await control("/delays", { snapshotPending: 3_600_000 });
        await fault("CreateSnapshot", "fails", { seconds: 1, count: 2 });
        for (let i = 0; i < 5; i++) {
            const made = await snapshot(volumes[0]!);
            await lab.pass(15_000);
            if (i > 2) await lab.ec2.send(new DeleteSnapshotCommand({ SnapshotId: made }));
        }
        assert.deepEqual((await states()).sort(), ["error", "error", "pending"]);
        await refused(snapshot(volumes[0]!), "ConcurrentSnapshotLimitExceeded");
        await refused(set(), "ConcurrentSnapshotLimitExceeded");
        assert.equal((await all()).length, 3);
        const failed = (await all()).find(({ State }) => State === "error")!;
        await lab.ec2.send(new DeleteSnapshotCommand({ SnapshotId: failed.SnapshotId }));
        await set();
        await lab.pass(4 * 3_600_000); // the deleted ones are over too
        assert.equal((await set()).Snapshots?.length, 2);
    });

    it("R69: the account has limits of its own, of snapshots and of pending ones; a set that breaks one makes nothing", async () => {
        await control("/limits", { pendingSnapshots: 1 });
        await refused(set(), "PendingSnapshotLimitExceeded");
        await control("/limits", { pendingSnapshots: 2, snapshots: 1 });
        await refused(set(), "SnapshotLimitExceeded");
        assert.deepEqual(await all(), []);
        await control("/limits", { snapshots: 2 });
        assert.equal((await set()).Snapshots?.length, 2);
    });

    it("R133: a set whose reply is lost is there, whole and of one instant", async () => {
        await fault("CreateSnapshots", "lost-after");
        await assert.rejects(set());
        assert.deepEqual((await all()).map(({ VolumeId }) => VolumeId).sort(), [...volumes].sort());
        assert.equal(new Set((await all()).map(({ StartTime }) => StartTime?.getTime())).size, 1);
    });

    it("R134: a member that fails takes all others of its set along, also completed ones, and no other set", async () => {
        await set();
        await lab.pass(60_000);
        await fault("CreateSnapshots", "fails", { seconds: 240 });
        await set();
        await lab.pass(30_000);
        assert.deepEqual((await states()).sort(), ["completed", "completed", "completed", "pending"]);
        await lab.pass(210_000);
        assert.deepEqual((await states()).sort(), ["completed", "completed", "error", "error"]);
        const [first] = (await all()).filter(({ State }) => State === "error");
        assert.equal(first?.Progress, "0%");
    });

    it("R135: a key that vanishes or denies: the call succeeds, the set ends in error, and the member of that key says why", async () => {
        for (const state of ["vanished", "denied"]) {
            assert.equal(await control("/keys", { key: KEY, state }), 200);
            const made = (await set()).Snapshots ?? [];
            assert.deepEqual(
                made.map(({ State }) => State),
                ["pending", "pending"],
            );
            await lab.pass(15_000);
            const ours = (await all()).filter(({ SnapshotId }) => made.some((one) => one.SnapshotId === SnapshotId));
            assert.deepEqual(
                ours.map(({ VolumeId, State, StateMessage }) => [VolumeId, State, StateMessage]).sort(),
                [
                    [volumes[0], "error", undefined],
                    [volumes[1], "error", "Given key ID is not accessible"],
                ].sort(),
            );
        }
        await control("/keys", { key: KEY, state: "usable" });
        await set();
        await lab.pass(15_000);
        assert.equal((await states()).filter((state) => state === "completed").length, 2);
        assert.equal(await control("/keys", { key: "", state: "gone" }), 400);
    });

    it("R136: a volume under such a key appears, and then it is gone", async () => {
        await control("/keys", { key: KEY, state: "denied" });
        const made = await lab.volume({ Encrypted: true, KmsKeyId: KEY });
        await refused(lab.ec2.send(new DescribeVolumesCommand({ VolumeIds: [made] })), "InvalidVolume.NotFound");
        assert.equal(lab.hardware.disks.has(made), false);
        assert.equal((await lab.seeVolume(volumes[1]!)).State, "in-use");
    });

    it("R137: DescribeSnapshots lags: a set that was just made is not there yet, marks are missing, a deleted one still is", async () => {
        const ids = ((await set()).Snapshots ?? []).map(({ SnapshotId }) => SnapshotId!);
        await fault("DescribeSnapshots", "stale", { count: 2 });
        assert.deepEqual([await all(), await all()], [[], []]);
        assert.equal((await all()).length, 2);
        await lab.ec2.send(new CreateTagsCommand({ Resources: ids, Tags: [{ Key: "mark", Value: "frozen" }] }));
        await fault("DescribeSnapshots", "stale");
        assert.deepEqual(
            (await all()).flatMap(({ Tags }) => Tags),
            [],
        );
        assert.equal((await all()).flatMap(({ Tags }) => Tags).length, 2);
        await lab.ec2.send(new DeleteSnapshotCommand({ SnapshotId: ids[0] }));
        await fault("DescribeSnapshots", "stale");
        assert.equal((await all()).length, 2);
        assert.equal((await all()).length, 1);
    });

    it("R138: no page is longer than the limit pageSize, asked for or not", async () => {
        for (let i = 0; i < 3; i++) {
            await set();
            await lab.pass(15_000);
        }
        await control("/limits", { pageSize: 4 });
        assert.equal((await all()).length, 4);
        const pages: Snapshot[][] = [];
        const input = { OwnerIds: ["self"] };
        for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: lab.ec2, pageSize: 1_000 }, input))
            pages.push(Snapshots);
        assert.deepEqual(
            pages.map(({ length }) => length),
            [4, 2],
        );
        assert.equal(new Set(pages.flat().map(({ SnapshotId }) => SnapshotId)).size, 6);
    });
});
