import * as assert from "node:assert/strict";
import { DriveError } from "../../infra/model/errors";
import type { SetCall } from "../ec2/port";
import { Killed } from "./cloud";
import { SimSets } from "./sets";
import { SimWorld } from "./sim";
import { fuseAt, run, two } from "./testing";

/** A drive of two slots that is up, and its server. */
async function up(): Promise<{ world: SimWorld; sets: SimSets; order: SetCall; members: string[] }> {
    const world = new SimWorld(two);
    await run(world);
    const serverId = world.stack.serverId!;
    const sets = new SimSets(world.cloud);
    const tags = { "elastic-drive:drive": "content", "elastic-drive:set": "s1" };
    const order = { serverId, exclude: [], description: "elastic-drive content set=s1", tags, timeoutMs: 1_000 };
    return { world, sets, order, members: world.cloud.members.sort() };
}
const volumesOf = (sets: SimSets): string[] => sets.all.map(({ volumeId }) => volumeId).sort();

describe("backup sets of the simulated world", () => {
    it("are whole and of one instant: no write between two members", async () => {
        const { world, sets, order, members } = await up();
        const { cloud } = world;
        assert.deepEqual(await sets.attachedVolumes(order.serverId), members);
        const made = await sets.createSet(order);
        assert.deepEqual(made.members.map(({ volumeId }) => volumeId).sort(), members);
        assert.deepEqual([...new Set(sets.all.map(({ startedAt }) => startedAt))], [made.startedAt]);
        const member = new Map(
            made.members.map(({ volumeId, snapshotId }) => [cloud.disks.get(volumeId)!.pv, snapshotId]),
        );
        const inSet = cloud.extents.map((pv) => member.get(pv)!);
        assert.equal(cloud.contents.lost(inSet).length, 1, "what was written right after the call, nothing else");
        cloud.effect(() => undefined);
        assert.equal(cloud.contents.lost(inSet).length, 2, "the set stays as it was");
    });

    it("leave out what is named, and refuse what is not attached", async () => {
        const { world, sets, order, members } = await up();
        const spare = world.cloud.createVolume("bz", "us-east-1a", 8, "gp3").id;
        await assert.rejects(sets.createSet({ ...order, exclude: [spare] }), { code: "Ec2Refused" });
        world.cloud.attach(spare, order.serverId);
        await sets.createSet({ ...order, exclude: [spare] });
        assert.deepEqual(volumesOf(sets), members);
        await assert.rejects(sets.attachedVolumes("i-none"), { code: "ServerNotSeen" });
    });

    it("killed anywhere, or with a reply that is lost: no set or a whole one", async () => {
        const seen = new Set<string>();
        for (const fuse of [
            (limit: number) => fuseAt(limit),
            (limit: number) => {
                let left = limit;
                return () => {
                    if (left-- === 0) throw new DriveError("Ec2Unwell", "EC2 did not answer");
                };
            },
        ])
            for (let limit = 0, isDone = false; !isDone; limit++) {
                const { world, sets, order, members } = await up();
                world.cloud.fuse = fuse(limit);
                const end = await sets.createSet(order).then(
                    () => "done",
                    (error: DriveError) => (error instanceof Killed ? "killed" : error.code),
                );
                assert.ok(sets.all.length === 0 || String(volumesOf(sets)) === String(members), end);
                seen.add(`${end} ${sets.all.length}`);
                isDone = end === "done";
            }
        assert.deepEqual([...seen].sort(), ["SetUnknown 0", "SetUnknown 2", "done 2", "killed 0", "killed 2"]);
    });

    it("are refused for now, or lost on the way, as a test wishes", async () => {
        const { sets, order } = await up();
        sets.mishaps.push("busy", "lost-before", "lost-after");
        const ends: string[] = [];
        for (let i = 0; i < 4; i++)
            ends.push(
                await sets.createSet(order).then(
                    () => `made ${sets.all.length}`,
                    ({ code }: DriveError) => `${code} ${sets.all.length}`,
                ),
            );
        assert.deepEqual(ends, ["SnapshotsBusy 0", "SetUnknown 0", "SetUnknown 2", "made 4"]);
    });

    it("are seen late, tagged whole or not at all, fail as a whole, and are deleted once", async () => {
        const { sets, order } = await up();
        const { members } = await sets.createSet(order);
        const ids = members.map(({ snapshotId }) => snapshotId);
        sets.lags.push(1);
        assert.deepEqual(await sets.setSnapshots("content"), []);
        assert.equal((await sets.setSnapshots("content")).length, 2);
        assert.deepEqual(await sets.setSnapshots("other"), []);
        await assert.rejects(sets.tagSnapshots([...ids, "snap-gone"], { mark: "x" }), { code: "Ec2Refused" });
        assert.ok(sets.all.every(({ tags }) => tags["mark"] === undefined));
        await sets.tagSnapshots(ids, { mark: "x" });
        assert.ok(sets.all.every(({ tags }) => tags["mark"] === "x" && tags["elastic-drive:set"] === "s1"));
        sets.complete();
        sets.fail(ids[0]!, "Given key ID is not accessible");
        assert.deepEqual(
            sets.all.map(({ state, message }) => [state, message]),
            [
                ["error", "Given key ID is not accessible"],
                ["error", undefined],
            ],
        );
        for (const id of [ids[0]!, ids[0]!, ids[1]!]) await sets.deleteSnapshot(id);
        assert.deepEqual(sets.all, []);
    });
});
