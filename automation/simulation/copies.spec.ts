import * as assert from "node:assert/strict";
import { copyUnderWay, isCopyMade } from "../workflows/copy/plan";
import { kept } from "../workflows/keep/plan";
import { nextSteps } from "../reconcile/next-steps";
import { copied, uncopied } from "../workflows/copy/edits";
import { freeNames } from "../model/slots";
import { Killed } from "./cloud";
import { SimWorld } from "./sim";
import { asked, assertDone, drive, fuseAt, killEverywhere, made, madeOf, run, tolerated, two } from "./testing";

const larger = copied(two, { slot: "bb", sizeGiB: 20 });

describe("a larger copy in a slot's place, in a simulated world", () => {
    /** Killed after so many effects of the copy. */
    const inMidCopy = async (effects: number): Promise<SimWorld> => {
        const world = await made();
        asked(world, larger);
        await run(world, fuseAt(effects)).catch(tolerated);
        return world;
    };
    /** Killed once the final snapshot is taken; then an older checkout's `pulumi up --refresh` mounts the drive with the old volume. */
    const mountedSince = async () => {
        const world = await made();
        asked(world, larger);
        const bb = world.stack.volumes.get("bb")!.id;
        await run(world, () => {
            if (world.desired.slots["bc"]?.from !== undefined) throw new Killed("killed");
        }).catch(tolerated);
        const server = world.cloud.machines.get(world.stack.serverId!)!;
        world.cloud.fuse = () => undefined;
        world.cloud.attach(bb, server.id);
        world.cloud.aside = false;
        world.cloud.mount(server);
        return { world, bb, server };
    };
    const cancel = (world: SimWorld): void => {
        const copy = copyUnderWay(world.desired);
        if (copy !== undefined && !isCopyMade(world.view(false), copy)) asked(world, uncopied(world.desired, copy));
    };
    const isCopied = (world: SimWorld): void => {
        assert.deepEqual(Object.keys(world.desired.slots), ["ba", "bc"]);
        assert.equal(world.cloud.extents.length, 28);
        assert.equal(world.cloud.formats, 1);
        const { copies, from, fromVolume } = world.desired.slots["bc"]!;
        assert.ok(copies === undefined && from !== undefined && fromVolume !== undefined, "its lineage stays");
    };

    it("says beforehand all that it is going to do", async () => {
        const world = await made();
        asked(world, larger);
        const plan = nextSteps(world.desired, world.view(true));
        assert.ok("steps" in plan);
        assert.deepEqual(
            plan.steps.map(({ kind }) => kind),
            [
                ...["up", "snapshot", "waitSnapshot", "quiesce", "configure", "detach"],
                ...["snapshot", "waitSnapshot", "configure", "up", "configure", "up", "configure", "up"],
            ],
        );
    });

    it("takes a slot's place also in a drive of as many volumes as there may be", async () => {
        const names = freeNames({}).slice(0, 20);
        const full = drive(Object.fromEntries(names.map((name) => [name, { sizeGiB: 2 }])));
        const world = new SimWorld(full);
        await run(world);
        asked(world, copied(full, { slot: names[3]!, sizeGiB: 4 }));
        await run(world);
        assertDone(world);
        assert.equal(Object.keys(world.desired.slots).length, 20);
        assert.equal(world.cloud.extents.length, 42);
    });

    it("killed before or after any effect, the next run ends with the copy in place and all data on it", async () => {
        const points = await killEverywhere(made, (world) => asked(world, larger), isCopied);
        assert.ok(points >= 40, `only ${points} points`);
    });

    it("keeps the old volume when asked to: killed anywhere, it stays once, and says until when", async () => {
        await killEverywhere(
            made,
            (world) => asked(world, kept(larger, 48)),
            (world) => {
                isCopied(world);
                const left = [...world.cloud.disks.values()].filter(({ isKept }) => isKept);
                assert.deepEqual(
                    left.map(({ slot, keepHours }) => [slot, keepHours]),
                    [["bb", 48]],
                );
                assert.ok(Object.values(world.desired.slots).every(({ keepHours }) => keepHours === undefined));
            },
        );
    });

    it("the only volume of a drive is copied too, and a copy is copied again", async () => {
        const one = drive({ ba: { sizeGiB: 8 } });
        const prepare = async (): Promise<SimWorld> => {
            const world = await madeOf(one);
            asked(world, copied(one, { slot: "ba", sizeGiB: 8, type: "gp2" }));
            await run(world);
            return world;
        };
        const again = (world: SimWorld): void => asked(world, copied(world.desired, { slot: "bb", sizeGiB: 12 }));
        await killEverywhere(prepare, again, (world) => {
            assert.deepEqual(Object.keys(world.desired.slots), ["bc"]);
            assert.equal(world.cloud.extents.length, 12);
        });
    });

    it("cancelled after any effect, and killed once more: it is as before, or the copy was made and takes the place", async () => {
        const ends = new Set<string>();
        for (let effects = 0; effects < 60; effects += 3) {
            await killEverywhere(
                () => inMidCopy(effects),
                cancel,
                (world) => {
                    const slots = Object.keys(world.desired.slots).join();
                    ends.add(slots);
                    assert.equal(world.cloud.extents.length, slots === "ba,bb" ? 16 : 28);
                },
            );
        }
        assert.deepEqual([...ends].sort(), ["ba,bb", "ba,bc"]);
    });

    const accidents: [string, (world: SimWorld) => void][] = [
        ["the server lost", (world) => world.cloud.terminate(world.stack.serverId!)],
        [
            "the server stopped",
            (world) =>
                Object.assign(world.cloud.machines.get(world.stack.serverId!)!, {
                    ...{ state: "stopped", mounted: false, exported: false, active: false },
                }),
        ],
        ["a planned rehost", (world) => (world.cloud.machines.get(world.stack.serverId!)!.leaving = true)],
        [
            "the volume attached again by a hand",
            (world) => {
                const { id } = world.stack.volumes.get("bb") ?? { id: "" };
                const copy = copyUnderWay(world.desired)!;
                const isFree = world.cloud.disks.get(id)?.attachedTo === undefined;
                if (isFree && !isCopyMade(world.view(false), copy)) world.cloud.attach(id, world.stack.serverId!);
            },
        ],
    ];
    for (const [name, happens] of accidents) {
        it(`${name} at any moment: the same run ends it`, async () => {
            for (let effects = 0; effects < 60; effects += 2) {
                const world = await inMidCopy(effects);
                if (copyUnderWay(world.desired) === undefined) continue;
                happens(world);
                await run(world);
                assertDone(world);
                isCopied(world);
            }
        });
    }

    it("refuses to attach the copy beside a volume that a hand has attached again", async () => {
        const world = await made();
        asked(world, larger);
        const isMade = (): boolean => world.desired.slots["bc"]?.from !== undefined && world.cloud.disks.size === 3;
        await run(world, () => {
            if (isMade()) throw new Killed("killed");
        }).catch(tolerated);
        world.cloud.fuse = () => undefined;
        const bb = world.stack.volumes.get("bb")!.id;
        world.cloud.attach(bb, world.stack.serverId!);
        await assert.rejects(run(world), { code: "VolumeAttachedAgain" });
        world.cloud.detach(bb);
        await run(world);
        assertDone(world);
        isCopied(world);
    });

    it("a copy of what was mounted since is never mounted: it is refused, and the old volume is untouched", async () => {
        // On another server, which is lost in its turn.
        const { world, bb, server } = await mountedSince();
        world.cloud.terminate(server.id);
        await assert.rejects(run(world), { code: "CopyStale" });
        assert.equal(world.cloud.disks.get(bb)!.attachedTo, undefined);
    });

    it("a volume that was mounted since and is off the server again: no copy is made, and cancel brings it back", async () => {
        // On the same server, which is stopped then, and the volume detached.
        const { world, bb, server } = await mountedSince();
        Object.assign(server, { mounted: false, exported: false, active: false });
        world.cloud.detach(bb);
        const disks = world.cloud.disks.size;
        await assert.rejects(run(world), { code: "CopyStale" });
        assert.equal(world.cloud.disks.size, disks);
        asked(world, uncopied(world.desired, copyUnderWay(world.desired)!));
        await run(world);
        assertDone(world);
        assert.equal(world.stack.volumes.get("bb")?.id, bb);
    });
});
