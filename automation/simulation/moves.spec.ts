import * as assert from "node:assert/strict";
import { kept } from "../workflows/keep/plan";
import { nextSteps } from "../reconcile/next-steps";
import { cancelled, consolidated, replaced } from "../workflows/move/edits";
import { Killed } from "./cloud";
import { freeNames } from "../model/slots";
import { takerStages, type TakerStage } from "../workflows/move/stages";
import { leavingSlot } from "../workflows/move/plan";
import type { SimWorld } from "./sim";
import {
    asked,
    assertDone,
    drive,
    fuseAt,
    halfMoved,
    killEverywhere,
    made,
    madeOf,
    on,
    run,
    three,
    tolerated,
    two,
} from "./testing";

describe("moves in a simulated world", () => {
    const moves: [string, () => Promise<SimWorld>, (world: SimWorld) => void, string[], number][] = [
        [
            "a slot replaced by a larger one",
            made,
            (world) => asked(world, replaced(two, { slot: "bb", sizeGiB: 20 })),
            ["ba", "bc"],
            28,
        ],
        [
            "three slots consolidated into one",
            () => madeOf(three),
            (world) => asked(world, consolidated(three, { into: 1 })),
            ["bd"],
            20,
        ],
        [
            "three slots consolidated into two",
            () => madeOf(three),
            (world) => asked(world, consolidated(three, { into: 2 })),
            ["bd", "be"],
            20,
        ],
        ["a move that is cancelled", halfMoved, (world) => asked(world, cancelled(world.desired)), ["ba", "bb"], 16],
        [
            "a server lost in the middle of a move",
            halfMoved,
            (world) => world.cloud.terminate(world.stack.serverId!),
            ["ba", "bc"],
            28,
        ],
        [
            "a planned rehost in the middle of a move",
            halfMoved,
            (world) => (world.cloud.machines.get(world.stack.serverId!)!.leaving = true),
            ["ba", "bc"],
            28,
        ],
    ];
    for (const [name, prepare, change, slots, sizeGiB] of moves) {
        it(`${name}: killed before or after any effect, the next run ends in the same world`, async () => {
            const points = await killEverywhere(prepare, change, (world) => {
                assert.deepEqual(Object.keys(world.desired.slots), slots);
                assert.equal(world.cloud.extents.length, sizeGiB);
                assert.ok(Object.values(world.desired.slots).every(({ takes }) => takes === undefined));
            });
            assert.ok(points >= 10, `only ${points} points`);
        });
    }

    for (const [name, config, change] of [
        ["a replacement", two, (world: SimWorld) => replaced(world.desired, { slot: "bb", sizeGiB: 20 })],
        ["a consolidation", three, (world: SimWorld) => consolidated(world.desired, { into: 2 })],
    ] as const) {
        it(`${name} that is cancelled before or after any effect: the drive is as before, and what was made for it is no part of it`, async () => {
            const seen = new Set<string>();
            for (let limit = 0, survived = false; !survived; limit++) {
                const world = await madeOf(config);
                const { slots } = world.desired;
                asked(world, change(world));
                survived = await run(world, fuseAt(limit)).then(
                    () => true,
                    (error: unknown) => (tolerated(error), false),
                );
                const slot = leavingSlot(world.desired);
                if (slot === undefined || world.desired.slots["ba"]?.state === "released") break; // nothing can go back
                const stages = stagesOf(world);
                Object.values(stages).forEach((stage) => seen.add(stage));
                asked(world, cancelled(world.desired, stages));
                await run(world);
                assertDone(world);
                assert.deepEqual(world.desired.slots, slots);
            }
            assert.deepEqual([...seen].sort(), ["attached", "joined", "made", "nothing"]);
        });
    }

    it("a cancel before the move began, killed anywhere: the next run ends in the drive as it was", async () => {
        for (let begun = 0; begun < 8; begun++) {
            const prepare = async (): Promise<SimWorld> => {
                const world = await made();
                asked(world, replaced(two, { slot: "bb", sizeGiB: 20 }));
                await run(world, fuseAt(begun)).catch(tolerated);
                return world;
            };
            const change = (world: SimWorld): void => asked(world, cancelled(world.desired, stagesOf(world)));
            await killEverywhere(prepare, change, (world) => assert.deepEqual(world.desired.slots, two.slots));
        }
    });

    it("makes two of a full drive: killed at many moments, the next run goes on, and never are there more than may be", async () => {
        const names = freeNames({}).slice(0, 20);
        const full = drive(Object.fromEntries(names.map((name) => [name, { sizeGiB: 1 }])));
        for (let limit = 5; ; limit += 37) {
            const world = await madeOf(full);
            asked(world, consolidated(full, { into: 2 }));
            const watched = (fuse: () => void) => (): void => {
                const joined = [...world.cloud.disks.values()].filter(({ content }) => content === "member").length;
                assert.ok(joined <= 21, `${joined} members`);
                fuse();
            };
            const died = await run(world, watched(fuseAt(limit))).then(
                () => false,
                (error: unknown) => {
                    if (error instanceof Killed) return true;
                    throw error;
                },
            );
            await run(
                world,
                watched(() => undefined),
            );
            assertDone(world);
            assert.deepEqual(Object.keys(world.desired.slots), ["bu", "bv"]);
            assert.equal(world.cloud.extents.length, 20);
            if (!died) {
                assert.ok(limit > 200, `only ${limit} points`);
                return;
            }
        }
    });

    it("keeps the old volumes of a consolidation: killed anywhere, each stays once", async () => {
        await killEverywhere(
            () => madeOf(three),
            (world) => asked(world, kept(consolidated(three, { into: 1 }), 48)),
            (world) => {
                const left = [...world.cloud.disks.values()].filter(({ isKept }) => isKept).map(({ slot }) => slot);
                assert.deepEqual([left.sort(), world.cloud.extents.length], [["ba", "bb", "bc"], 20]);
            },
        );
    });

    it("says beforehand all that it is going to do for a slot's way out", async () => {
        const world = await made();
        asked(world, replaced(two, { slot: "bb" }));
        const plan = nextSteps(world.desired, world.view(true));
        assert.ok("steps" in plan);
        const kinds = plan.steps.map(({ kind }) => kind);
        assert.deepEqual(kinds, ["up", "move", "letGo", "configure", "up", "configure", "up"]);
        assert.equal(await run(world), kinds.length);
    });

    it("a cancelled consolidation keeps what it has taken, and the drive becomes larger by what stays", async () => {
        const world = await madeOf(three);
        asked(world, consolidated(three, { into: 1 }));
        await run(world, () => {
            if (world.desired.slots["ba"] === undefined && world.cloud.extents.filter(on(world, "bb")).length < 5)
                throw new Killed("killed");
        }).catch(tolerated);
        asked(world, cancelled(world.desired));
        await run(world);
        assertDone(world);
        assert.deepEqual(Object.keys(world.desired.slots), ["bb", "bc", "bd"]);
        assert.equal(world.cloud.extents.length, 8 + 4 + 20);
    });
});

function stagesOf(world: SimWorld): Record<string, TakerStage> {
    const stages = takerStages(world.desired, world.view(false));
    assert.ok(Object.values(stages).every((stage) => stage !== undefined));
    return stages as Record<string, TakerStage>;
}
