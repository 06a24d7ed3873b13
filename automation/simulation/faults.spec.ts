import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { DriveConfig } from "../../infra/model/config";
import { copyUnderWay } from "../workflows/copy/plan";
import { kept } from "../workflows/keep/plan";
import { copied, uncopied } from "../workflows/copy/edits";
import { cancelled, consolidated, replaced } from "../workflows/move/edits";
import { Killed } from "./cloud";
import { FaultyWorld } from "./faulty";
import type { SimWorld } from "./sim";
import { PATIENCE_MS, soaked } from "./soak";
import { CALM, weather, type Weather } from "./weather";
import { asked, assertDone, halfMoved, made, madeOf, nothing, run, three, tolerated, two } from "./testing";

type Story = readonly [name: string, prepare: () => Promise<SimWorld>, change: (world: SimWorld) => void];

/** The volume is off its server. */
const halfCopied = async (): Promise<SimWorld> => {
    const world = await made();
    asked(world, copied(two, { slot: "bb", sizeGiB: 20 }));
    const bb = world.stack.volumes.get("bb")!.id;
    await run(world, () => {
        if (world.cloud.disks.get(bb)?.attachedTo === undefined) throw new Killed("killed");
    }).catch(tolerated);
    return world;
};
const server = (world: SimWorld) => world.cloud.machines.get(world.stack.serverId!)!;

const STORIES: readonly Story[] = [
    ["creation", nothing, () => undefined],
    ["a new slot", made, (world) => asked(world, { ...two.slots, bc: { ...two.slots["ba"]!, sizeGiB: 4 } })],
    ["growth in place", made, (world) => asked(world, { ...two.slots, ba: { ...two.slots["ba"]!, sizeGiB: 16 } })],
    ["a dead server", made, (world) => world.cloud.terminate(world.stack.serverId!)],
    ["a planned rehost", made, (world) => (server(world).leaving = true)],
    ["a slot replaced", made, (world) => asked(world, replaced(two, { slot: "bb", sizeGiB: 20 }))],
    ["three made one", () => madeOf(three), (world) => asked(world, consolidated(three, { into: 1 }))],
    ["three made two", () => madeOf(three), (world) => asked(world, consolidated(three, { into: 2 }))],
    ["a larger copy", made, (world) => asked(world, copied(two, { slot: "bb", sizeGiB: 20 }))],
    [
        "a larger copy, and the old volume kept",
        made,
        (world) => asked(world, kept(copied(two, { slot: "ba", sizeGiB: 9 }), 24)),
    ],
    ["a copy cancelled", halfCopied, (world) => asked(world, uncopied(world.desired, copyUnderWay(world.desired)!))],
    ["a server lost in mid-copy", halfCopied, (world) => world.cloud.terminate(world.stack.serverId!)],
    ["a move cancelled", halfMoved, (world) => asked(world, cancelled(world.desired))],
    ["a server lost in mid-move", halfMoved, (world) => world.cloud.terminate(world.stack.serverId!)],
];

describe("a faulty simulated world", function () {
    this.timeout(PATIENCE_MS);
    it("throttled, replies lost, answers old or slow, killed: the next runs end as one without any fault", async () => {
        const story = fc.constantFrom(...STORIES.keys());
        await soaked(__filename, 300, fc.asyncProperty(story, fc.array(weather(), { maxLength: 6 }), endsAlike));
    });

    it("three old answers of the server after a quiesce detach nothing that is in use (found by the soak)", async () => {
        const day = (...lags: Partial<Weather["lags"][number]>[]): Weather => ({
            lags: lags.map((lag) => ({ ec2: 0, stack: 0, guest: 0, ...lag })),
            ...{ faults: [], slow: 0 },
        });
        const kept = STORIES.findIndex(([name]) => name === "a larger copy, and the old volume kept");
        const days = [day({}, {}, { ec2: 2 }), day({}, { ec2: 1 }), day({}, { guest: 2 }, { guest: 7 }, { guest: 10 })];
        await endsAlike(kept, days);
    });
});

async function endsAlike(story: number, days: readonly Weather[]): Promise<void> {
    const [, prepare, change] = STORIES[story]!;
    const world = await prepare();
    const old = world.desired;
    change(world);
    const faulty = new FaultyWorld(world, CALM);
    for (const day of days) {
        faulty.turn(day);
        await run(world, faulty.fuse(), faulty).catch(tolerated);
        world.cloud.verify();
    }
    faulty.turn(CALM);
    await run(world, faulty.fuse(), faulty);
    assertDone(world);
    assert.deepEqual(shape(world), await shapeWithoutFaults(story));
    await assertOldCheckoutIsRefused(world, old);
}

/** What another checkout still has in its configuration. */
async function assertOldCheckoutIsRefused(world: SimWorld, old: DriveConfig): Promise<void> {
    if (old.revision >= world.desired.revision) return;
    const [before, now] = [shape(world), world.desired];
    world.desired = old;
    await assert.rejects(run(world), { code: "StaleCheckout" });
    world.desired = now;
    assert.deepEqual(shape(world), before);
}

/** What people see of a drive: its slots, their sizes, the whole. */
function shape({ cloud, stack, desired }: SimWorld): unknown {
    const sizes = [...stack.volumes].map(([slot, { id }]) => [slot, cloud.disks.get(id)!.sizeGiB] as const);
    const slots = Object.fromEntries(
        Object.entries(desired.slots).map(([slot, { state, takes }]) => [slot, { state, takes }]),
    );
    return { sizes: Object.fromEntries(sizes), slots, extents: cloud.extents.length, disks: cloud.disks.size };
}

const shapes = new Map<number, unknown>();
async function shapeWithoutFaults(story: number): Promise<unknown> {
    if (!shapes.has(story)) {
        const [, prepare, change] = STORIES[story]!;
        const world = await prepare();
        change(world);
        await run(world);
        shapes.set(story, shape(world));
    }
    return shapes.get(story);
}
