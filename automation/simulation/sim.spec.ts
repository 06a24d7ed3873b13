import * as assert from "node:assert/strict";
import { asked, assertDone, drive, fuseAt, killEverywhere, made, nothing, run, tolerated, two } from "./testing";
import type { SimWorld } from "./sim";

describe("the loop in a simulated world", () => {
    it("makes a drive from nothing in one up, and then has nothing to do", async () => {
        const world = await nothing();
        assert.equal(await run(world), 1);
        assertDone(world);
        assert.equal(await run(world), 0);
    });

    const stories: [string, () => Promise<SimWorld>, (world: SimWorld) => void][] = [
        ["creation", nothing, () => undefined],
        ["a new slot", made, (world) => (world.desired = drive({ ...two.slots, bc: { sizeGiB: 4 } }))],
        [
            "growth in place",
            made,
            (world) => (world.desired = drive({ ba: { sizeGiB: 16 }, bb: { sizeGiB: 8, type: "gp2" } })),
        ],
        ["a dead server", made, (world) => world.cloud.terminate(world.stack.serverId!)],
        [
            "a stopped server",
            made,
            (world) =>
                Object.assign(world.cloud.machines.get(world.stack.serverId!)!, {
                    state: "stopped",
                    mounted: false,
                    exported: false,
                }),
        ],
        [
            "a planned rehost to a new image",
            made,
            (world) => {
                world.desired = { ...two, server: { ...two.server, imageId: "ami-00000002" } };
                world.cloud.machines.get(world.stack.serverId!)!.leaving = true;
            },
        ],
        ["an export lost inside", made, (world) => (world.cloud.machines.get(world.stack.serverId!)!.exported = false)],
    ];
    for (const [name, prepare, change] of stories) {
        it(`${name}: killed before or after any effect, the next run ends in the same world`, async () => {
            const points = await killEverywhere(prepare, change);
            assert.ok(points >= 2, `only ${points} points`);
        });
    }

    it("modifies a volume four times a day, whatever is killed between, and refuses the fifth", async () => {
        for (let limit = 0; limit < 12; limit++) {
            const world = await made();
            const grow = (sizeGiB: number): void =>
                asked(world, { ...world.desired.slots, ba: { ...world.desired.slots["ba"]!, sizeGiB } });
            for (const sizeGiB of [9, 10, 11, 12]) {
                grow(sizeGiB);
                await run(world, fuseAt(limit)).catch(tolerated);
                await run(world);
                assertDone(world);
            }
            grow(13);
            await assert.rejects(run(world), { name: "ModificationsSpent" });
            const [disk] = [...world.cloud.disks.values()].filter(({ slot }) => slot === "ba");
            assert.deepEqual([disk?.sizeGiB, disk?.modifiedAt.length], [12, 4]);
        }
    });

    it("asks once more after a modification that EC2 gave up: the stack's state has the new size by then, and a refresh takes it back", async () => {
        const world = await made();
        const [disk] = [...world.cloud.disks.values()].filter(({ slot }) => slot === "ba");
        disk!.fails = true;
        world.desired = drive({ ba: { sizeGiB: 16 }, bb: { sizeGiB: 8 } });
        await assert.rejects(run(world), { code: "ModificationFailed" });
        assert.deepEqual([disk!.sizeGiB, disk!.failed], [8, true]);
        await run(world);
        assertDone(world);
        assert.equal(disk!.sizeGiB, 16);
    });

    it("waits for a running modification before the next one, and notes it", async () => {
        const world = await made();
        world.desired = drive({ ba: { sizeGiB: 16 }, bb: { sizeGiB: 8 } });
        await run(world);
        world.desired = drive({ ba: { sizeGiB: 32 }, bb: { sizeGiB: 8 } });
        assert.equal(await run(world), 3);
        assertDone(world);
    });
});
