import * as assert from "node:assert/strict";
import { assertDone, drive, killEverywhere, made, nothing, run, two } from "./testing";
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

    it("waits for a running modification before the next one", async () => {
        const world = await made();
        world.desired = drive({ ba: { sizeGiB: 16 }, bb: { sizeGiB: 8 } });
        await run(world);
        world.desired = drive({ ba: { sizeGiB: 32 }, bb: { sizeGiB: 8 } });
        assert.equal(await run(world), 2);
        assertDone(world);
    });
});
