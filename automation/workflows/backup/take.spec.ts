import * as assert from "node:assert/strict";
import { DriveError } from "../../../infra/model/errors";
import { TAG } from "../../../infra/model/names";
import type { Ec2Sets, MadeSet, SetCall, SetSnapshot } from "../../ec2/port";
import type { FreezeOrder, Held, Thawed } from "../../guest/port";
import { volume } from "../../reconcile/testing";
import { freezeLimit, takeSet, type Source, type Taken } from "./take";
import { readMap } from "./tags";

const GROUP = "AbCdEf-0123-4567-89ab-cdef-0123-456789";
const PV = (at: number): string => `PvPvPv-0123-4567-89ab-cdef-0123-45678${at}`;
const NOW = Date.UTC(2026, 10, 28, 2);
const VOLUMES = ["vol-0000000a", "vol-0000000b"];

/** EC2 and a server that answer as healthy ones do; each test spoils one answer. */
class World {
    readonly said: string[] = [];
    readonly orders: FreezeOrder[] = [];
    readonly calls: SetCall[] = [];
    readonly marks: Record<string, string>[] = [];
    attached = [...VOLUMES, "vol-0000000f"];
    snapshots: SetSnapshot[] = [];
    create: (made: MadeSet) => Promise<MadeSet> = (made) => Promise.resolve(made);
    thaw: () => Promise<Thawed> = () => Promise.resolve({ thawed: true, held: true, windowMs: 700 });
    held: Partial<Held> = {};

    readonly ec2: Ec2Sets = {
        attachedVolumes: async () => this.attached,
        createSet: async (call) => {
            this.said.push("createSet");
            this.calls.push(call);
            const members = this.attached.filter((id) => !call.exclude.includes(id));
            return this.create({
                startedAt: new Date(NOW).toISOString(),
                members: members.map((volumeId) => ({ volumeId, snapshotId: `snap-${volumeId.slice(4)}` })),
            });
        },
        setSnapshots: async () => {
            this.said.push("setSnapshots");
            return this.snapshots;
        },
        tagSnapshots: async (_ids, tags) => {
            this.said.push("tagSnapshots");
            this.marks.push({ ...tags });
        },
    };

    take(wish: "prefer" | "required" | "never" = "prefer", more: Partial<Source> = {}): Promise<Taken> {
        const source: Source = {
            ...{ drive: "content", stack: "content", nonce: "a123456789abcdef", serverId: "i-1", leaseSeconds: 20 },
            volumes: VOLUMES.map((id, at) => volume(at === 0 ? "ba" : "bb", { id, iops: 3_000, throughput: 125 })),
            by: "timer@host",
            ...more,
        };
        const freeze = async (order: FreezeOrder): Promise<Held> => {
            this.said.push("freeze");
            this.orders.push(order);
            const thaw = (): Promise<Thawed> => {
                this.said.push("thaw");
                return this.thaw();
            };
            return {
                ...{ frozen: order.freeze, freezeMs: 200, drive: "content", group: GROUP, clients: [] },
                members: VOLUMES.map((volumeId, at) => ({ volumeId, pvUuid: PV(at), sizeBytes: 8 * 1024 ** 3 })),
                ...this.held,
                thaw,
            };
        };
        const clock = { now: () => 0, sleep: async (ms: number) => void this.said.push(`sleep ${ms}`) };
        return takeSet(source, wish, { ec2: this.ec2, guest: { freeze }, clock, now: NOW });
    }

    /** As EC2 would show the set of the last call. */
    show(): void {
        const [call] = this.calls;
        this.snapshots = VOLUMES.map((volumeId) => ({
            ...{
                id: `snap-${volumeId.slice(4)}`,
                volumeId,
                state: "pending",
                progress: 0,
                sizeGiB: 8,
                encrypted: true,
            },
            ...{ startedAt: new Date(NOW).toISOString(), tags: call!.tags },
        }));
    }
}

const lost = new DriveError("SetUnknown", "no answer", {});
const never = (error: Error) => (): Promise<never> => Promise.reject(error);

describe("taking a set", () => {
    let world: World;
    beforeEach(() => (world = new World()));

    it("is one call of EC2 between freeze and thaw, of exactly the members, with the whole map on each", async () => {
        const taken = await world.take();
        assert.deepEqual(world.said, ["freeze", "createSet", "thaw", "tagSnapshots"]);
        const [call] = world.calls;
        assert.deepEqual(call!.exclude, ["vol-0000000f"]);
        assert.deepEqual(
            readMap(call!.tags)?.map(({ slot, volumeId, pvUuid, iops }) => [slot, volumeId, pvUuid, iops]),
            [
                ["ba", VOLUMES[0], PV(0), 3_000],
                ["bb", VOLUMES[1], PV(1), 3_000],
            ],
        );
        assert.deepEqual([taken.mark, taken.members.length, taken.windowMs, taken.why], ["frozen", 2, 700, undefined]);
        assert.deepEqual(world.marks, [{ [TAG.consistency]: "frozen" }]);
        assert.match(taken.id, /^20261128T020000Z-[0-9a-f]{4}$/);
    });

    it("ends the call before the limit, which follows the lease", async () => {
        await world.take();
        await world.take("prefer", { leaseSeconds: 10 });
        await world.take("prefer", { leaseSeconds: 90 });
        assert.deepEqual(
            world.orders.map(({ limitSeconds }) => limitSeconds),
            [6, 3, 10],
        );
        assert.deepEqual(
            world.calls.map(({ timeoutMs }) => timeoutMs),
            [4_800, 1_800, 8_800],
        );
        assert.equal(freezeLimit(29), 9);
    });

    it("claims nothing that its own thaw did not prove", async () => {
        world.thaw = () => Promise.resolve({ thawed: false, held: true, windowMs: 6_000 });
        assert.equal((await world.take()).mark, "crash");
        world.thaw = never(new DriveError("SshBroken", "gone", {}));
        assert.equal((await world.take()).mark, "crash");
        assert.deepEqual(new Set(world.marks.map((tags) => tags[TAG.consistency])), new Set(["crash"]));
    });

    it("is as after a power cut where the drive cannot be frozen, and says why; none where that is required", async () => {
        world.held = { frozen: false, why: "a sync takes 8 s" };
        assert.deepEqual([(await world.take()).mark, (await world.take()).why], ["crash", "a sync takes 8 s"]);
        world.said.length = 0;
        await assert.rejects(world.take("required"), { code: "NotFrozen", message: /a sync takes 8 s/ });
        assert.deepEqual(world.said, ["freeze", "thaw"], "held no longer, and nothing was made");
    });

    it("freezes nothing where that is not wished, and still holds the drive", async () => {
        const taken = await world.take("never");
        assert.deepEqual([taken.mark, taken.windowMs, taken.why], ["crash", 0, undefined]);
        assert.deepEqual([world.orders[0]!.freeze, world.orders[0]!.limitSeconds], [false, 60]);
    });

    it("thaws first, whatever fails", async () => {
        world.create = never(new DriveError("SnapshotsBusy", "EC2 refuses", {}));
        await assert.rejects(world.take(), { code: "SnapshotsBusy" });
        assert.deepEqual(world.said, ["freeze", "createSet", "thaw"]);
    });

    it("finds a set whose reply was lost, and marks it no better than it knows", async () => {
        world.create = async () => {
            world.show();
            throw lost;
        };
        const taken = await world.take();
        assert.deepEqual([taken.mark, taken.members.length], ["crash", 2]);
        assert.deepEqual(world.said, ["freeze", "createSet", "thaw", "sleep 15000", "setSnapshots"]);
    });

    it("says that nobody knows where EC2 shows none, or only a part", async () => {
        world.create = never(lost);
        await assert.rejects(world.take(), { code: "SetUnknown" });
        world.create = async () => {
            world.show();
            world.snapshots = world.snapshots.slice(1);
            throw lost;
        };
        await assert.rejects(world.take(), { code: "SetUnknown" });
    });

    it("asks EC2 for nothing where a member is not known, or the group is another drive's", async () => {
        await assert.rejects(world.take("prefer", { volumes: [] }), { code: "MembersDiffer" });
        world.held = { drive: "another" };
        await assert.rejects(world.take(), { code: "GroupNotOurs" });
        assert.deepEqual(world.calls, []);
        assert.equal(world.said.filter((one) => one === "thaw").length, 2);
    });

    it("is no set of the drive where EC2 took others than the members", async () => {
        world.create = async (made) => ({ ...made, members: made.members.slice(1) });
        await assert.rejects(world.take(), { code: "MembersDiffer" });
        assert.deepEqual(world.marks, []);
    });
});
