import * as assert from "node:assert/strict";
import { pvUuid } from "../../infra/guest/identity";
import { DriveError } from "../../infra/model/errors";
import type { FreezeOrder, Held } from "../guest/port";
import { setsOf, type BackupSet } from "../workflows/backup/sets";
import { takeSet, type Taken } from "../workflows/backup/take";
import { GROUP } from "../workflows/backup/testing";
import { Killed } from "./cloud";
import { SimSets } from "./sets";
import type { SimWorld } from "./sim";
import { fuseAt, halfMoved, made } from "./testing";

const NOW = Date.UTC(2026, 10, 28);

/** `elastic-drive backup` over the simulated EC2 and server. */
class Site {
    readonly ec2: SimSets;

    constructor(readonly world: SimWorld) {
        this.ec2 = new SimSets(world.cloud);
    }

    async take(): Promise<Taken> {
        const { world, ec2 } = this;
        const { ec2: seen, stack } = await world.observe({ preview: false });
        /** The simulated disks have short names; a set's map takes LVM's own alone. */
        const freeze = async (order: FreezeOrder): Promise<Held> => {
            const held = await world.freeze(order);
            const members = held.members.map((member) => ({ ...member, pvUuid: pvUuid(member.volumeId) }));
            return { ...held, group: GROUP, members };
        };
        const source = {
            ...{ drive: "content", stack: "content", serverId: stack.serverId!, leaseSeconds: 20, by: "test" },
            volumes: seen.volumes,
        };
        const clock = { now: () => 0, sleep: async () => undefined };
        return takeSet(source, "prefer", { ec2, guest: { freeze }, clock, now: NOW });
    }

    get sets(): BackupSet[] {
        return setsOf("content", this.ec2.all, NOW);
    }
}

/** Silence of EC2 and of the server at one call: it may have done its work. */
const silentAt = (limit: number): (() => void) => {
    let left = limit;
    return () => {
        if (left-- === 0) throw new DriveError("Ec2Unwell", "no answer", { retryable: true });
    };
};

describe("a backup in the simulated world", () => {
    for (const [what, fuse] of [
        ["killed", fuseAt],
        ["met by silence", silentAt],
    ] as const)
        for (const [when, begin] of [
            ["of a drive in use", made],
            ["in the middle of a move", halfMoved],
        ] as const)
            it(`${what} at any moment, ${when}: no set or a whole one, nothing claimed, nothing frozen, and the next is good`, async () => {
                const ends = new Set<string>();
                for (let limit = 0, isDone = false; !isDone; limit++) {
                    const site = new Site(await begin());
                    const { world, ec2 } = site;
                    const members = [...world.cloud.members].sort();
                    world.cloud.fuse = fuse(limit);
                    const end = await site.take().then(
                        ({ mark }) => mark as string,
                        (error: unknown) => (error instanceof Killed ? "killed" : (error as DriveError).code),
                    );
                    world.cloud.fuse = () => undefined;
                    world.lock.wait(); // for its limit, which needs nobody
                    assert.equal(world.lock.isFrozen, false);
                    ec2.complete();
                    for (const { state, mark, snapshots } of site.sets) {
                        assert.deepEqual([state, snapshots.map(({ volumeId }) => volumeId).sort()], ["good", members]);
                        if (end === "crash") assert.equal(mark, "crash");
                    }
                    assert.ok(site.sets.length <= 1);
                    ends.add(`${end} ${site.sets.map(({ mark }) => mark).join() || "none"}`);
                    isDone = end === "frozen";

                    assert.equal((await site.take()).mark, "frozen");
                    ec2.complete();
                    assert.ok(site.sets.every(({ state }) => state === "good"));
                }
                assert.ok(ends.has("frozen frozen"), [...ends].join());
                assert.ok(ends.size > 3, [...ends].join());
                // A mark is written after the thaw alone: whoever died before it has claimed nothing.
                const early = [...ends].filter((one) => /^(killed|crash|SetUnknown|Ec2Unwell)/.test(one));
                assert.ok(
                    early.some((one) => /crash$/.test(one)) && early.some((one) => /none$/.test(one)),
                    early.join(),
                );
            });
});
