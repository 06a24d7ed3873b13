import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { DriveConfig } from "../../infra/model/config";
import { parseDriveConfig } from "../../infra/model/config";
import { DriveError, InvalidInput } from "../../infra/model/errors";
import { RecordingHost } from "../io/recording";
import { nextSteps } from "../plan";
import { reconcile } from "../reconcile";
import { systemClock } from "../wait";
import { Killed } from "./cloud";
import { SimWorld } from "./sim";

function drive(slots: Record<string, unknown>, more: Record<string, unknown> = {}): DriveConfig {
    return parseDriveConfig({
        name: "content",
        revision: 1,
        zone: "us-east-1a",
        network: { subnetId: "subnet-00000001" },
        server: { instanceType: "m7i.large", imageId: "ami-00000001" },
        share: { clients: ["10.0.0.0/16"] },
        slots,
        ...more,
    });
}

const two = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } });

async function run(world: SimWorld, fuse: () => void = () => undefined): Promise<number> {
    world.cloud.fuse = fuse;
    const loop = { ports: world, host: new RecordingHost(), clock: systemClock, note: () => Promise.resolve() };
    const { steps } = await reconcile(world.desired, await world.observe({ preview: true }), loop);
    world.cloud.fuse = () => undefined;
    return steps;
}

/** Dies at the `limit`-th point before or after an effect. */
function fuseAt(limit: number): () => void {
    let left = limit;
    return () => {
        if (left-- <= 0) throw new Killed("killed");
    };
}

function assertDone(world: SimWorld): void {
    const { cloud, stack, desired } = world;
    assert.deepEqual(nextSteps(desired, world.view(true)), { steps: [] });
    const wanted = Object.keys(desired.slots).sort();
    assert.deepEqual([...stack.volumes.keys()].sort(), wanted);
    // A slot taken out of the configuration before its half-made volume was adopted: blank, and named by status.
    const [leftOver, disks] = [false, true].map((inUse) =>
        [...cloud.disks.values()].filter(({ slot }) => wanted.includes(slot) === inUse),
    );
    assert.deepEqual(disks!.map(({ slot }) => slot).sort(), wanted, "one volume a slot, none doubled");
    assert.ok(leftOver!.every(({ content, attachedTo }) => content === "blank" && attachedTo === undefined));
    assert.equal([...cloud.machines.values()].filter(({ state }) => state !== "terminated").length, 1, "one server");
    assert.equal(cloud.formats === 1 || cloud.content.length > 0, true);
    assert.equal(cloud.machines.get(stack.serverId!)!.exported, true);
    assert.equal(stack.pending, 0);
}

/** Kills a run of `change` at every point there is; each time a second run must end in the same world. */
async function killEverywhere(prepare: () => Promise<SimWorld>, change: (world: SimWorld) => void): Promise<number> {
    for (let limit = 0; ; limit++) {
        const world = await prepare();
        change(world);
        const survived = await run(world, fuseAt(limit)).then(
            () => true,
            (error: unknown) => {
                if (error instanceof Killed) return false;
                throw error;
            },
        );
        await run(world);
        assertDone(world);
        if (survived) return limit;
    }
}

const nothing = (): Promise<SimWorld> => Promise.resolve(new SimWorld(two));
const made = async (): Promise<SimWorld> => {
    const world = new SimWorld(two);
    await run(world);
    return world;
};

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

    it("retires a slot in two ups, killed anywhere: released first, then absent", async () => {
        const released = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, state: "released" } }, { revision: 2 });
        const prepare = async (): Promise<SimWorld> => {
            const world = await made();
            const bb = world.stack.volumes.get("bb")!.id;
            world.cloud.content = world.cloud.content.filter((id) => id !== bb); // pvmove, vgreduce and pvremove are done
            world.cloud.disks.get(bb)!.content = "blank";
            world.desired = released;
            await run(world);
            return world;
        };
        await killEverywhere(prepare, (world) => (world.desired = drive({ ba: { sizeGiB: 8 } }, { revision: 3 })));
    });

    it("waits for a running modification before the next one", async () => {
        const world = await made();
        world.desired = drive({ ba: { sizeGiB: 16 }, bb: { sizeGiB: 8 } });
        await run(world);
        world.desired = drive({ ba: { sizeGiB: 32 }, bb: { sizeGiB: 8 } });
        assert.equal(await run(world), 2);
        assertDone(world);
    });

    it("whatever happens to the drive in whatever order, it ends done or refuses, and no rule is broken", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(event(), { maxLength: 6 }), async (events) => {
                const world = new SimWorld(two);
                for (const { happens, killedAt } of events) {
                    happens(world);
                    await run(world, fuseAt(killedAt)).catch(tolerated);
                }
                world.cloud.fuse = () => undefined;
                const held = [...world.cloud.content];
                const refused = await run(world).then(() => false, refusal);
                if (!refused) assertDone(world);
                assert.ok(
                    held.every((id) => world.cloud.content.includes(id) || !refused),
                    "a refusal changes nothing",
                );
            }),
            { numRuns: 300 },
        );
    });
});

function tolerated(error: unknown): void {
    if (!(error instanceof Killed || error instanceof DriveError)) throw error;
}

function refusal(error: unknown): boolean {
    if (!(error instanceof DriveError) || error.code === "StepNotVerified") throw error;
    return true;
}

type Happening = (world: SimWorld) => void;

function event(): fc.Arbitrary<{ happens: Happening; killedAt: number }> {
    const slot = fc.constantFrom("ba", "bb", "bc", "bd");
    const state = fc.constantFrom("member", "leaving", "released");
    const resize = fc.record({ name: slot, sizeGiB: fc.integer({ min: 1, max: 64 }), state }).map(
        ({ name, ...rest }): Happening =>
            (world) =>
                (world.desired = reconfigured(world, { ...world.desired.slots, [name]: rest })),
    );
    const remove = slot.map((name): Happening => (world) => {
        const { [name]: _gone, ...slots } = world.desired.slots;
        if (Object.keys(slots).length > 0) world.desired = reconfigured(world, slots);
    });
    const image = fc.constantFrom("ami-00000001", "ami-00000002").map((imageId): Happening => (world) => {
        world.desired = { ...world.desired, server: { ...world.desired.server, imageId } };
    });
    const accident = fc.constantFrom<Happening>(
        (world) =>
            void (
                world.stack.serverId !== undefined &&
                world.cloud.machines.has(world.stack.serverId) &&
                world.cloud.terminate(world.stack.serverId)
            ),
        (world) =>
            void Object.assign(world.cloud.machines.get(world.stack.serverId ?? "") ?? {}, {
                state: "stopping",
                mounted: false,
                exported: false,
            }),
        (world) => void Object.assign(world.cloud.machines.get(world.stack.serverId ?? "") ?? {}, { leaving: true }),
        (world) => void Object.assign(world.cloud.machines.get(world.stack.serverId ?? "") ?? {}, { exported: false }),
        (world) => world.cloud.disks.forEach((disk) => (disk.modifying = false)),
    );
    return fc.record({ happens: fc.oneof(resize, remove, image, accident), killedAt: fc.integer({ min: 0, max: 40 }) });
}

/** What the schema refuses never reaches the loop. */
function reconfigured(world: SimWorld, slots: Record<string, unknown>): DriveConfig {
    try {
        return drive(slots, { server: world.desired.server });
    } catch (error) {
        if (error instanceof InvalidInput) return world.desired;
        throw error;
    }
}
