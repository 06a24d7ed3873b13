import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { DriveConfig } from "../../infra/model/config";
import { DriveError, InvalidInput } from "../../infra/model/errors";
import { copyUnderWay, isCopyMade } from "../copying";
import { nextSteps } from "../plan";
import { copied, uncopied } from "../planner/copies";
import { cancelled, consolidated, replaced } from "../planner/moves";
import { SimWorld } from "./sim";
import { asked, assertDone, drive, fuseAt, refusal, run, tolerated, two } from "./testing";

describe("a simulated world", () => {
    it("whatever happens to the drive in whatever order, it ends done or refuses, and no rule is broken", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(event(), { maxLength: 8 }), async (events) => {
                const world = new SimWorld(two);
                for (const { happens, killedAt } of events) {
                    happens(world);
                    await run(world, fuseAt(killedAt)).catch(tolerated);
                }
                world.cloud.fuse = () => undefined;
                const before = [...world.cloud.extents];
                const refusedAtOnce = "refused" in nextSteps(world.desired, world.view(true));
                const refused = await run(world).then(() => false, refusal);
                if (!refused) assertDone(world);
                if (refusedAtOnce) assert.deepEqual(world.cloud.extents, before, "a refusal changes nothing");
            }),
            replay(300),
        );
    });
});

/** `npm run soak` asks for more; what fails says seed and path, with which it is run again. */
function replay(runs: number): { numRuns: number; seed?: number; path?: string } {
    const { ELASTIC_DRIVE_RUNS: count, ELASTIC_DRIVE_SEED: seed, ELASTIC_DRIVE_PATH: path } = process.env;
    return {
        numRuns: count === undefined ? runs : Number(count),
        ...(seed === undefined ? {} : { seed: Number(seed) }),
        ...(path === undefined ? {} : { path }),
    };
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
    const moving = fc
        .record({ slot, into: fc.integer({ min: 1, max: 3 }), more: fc.integer({ min: 0, max: 8 }), which: fc.nat(4) })
        .map(({ slot: name, into, more, which }): Happening => (world) => {
            const { desired } = world;
            const size = (desired.slots[name]?.sizeGiB ?? 0) + more;
            const copy = copyUnderWay(desired);
            // As the operations do it: one at a time.
            const free = (wish: () => DriveConfig["slots"]) => () =>
                Object.values(desired.slots).every(({ state, copies }) => state === "member" && copies === undefined)
                    ? wish()
                    : desired.slots;
            const wishes = [
                free(() => replaced(desired, { slot: name, sizeGiB: size })),
                free(() => consolidated(desired, { into })),
                () => cancelled(desired),
                free(() => copied(desired, { slot: name, sizeGiB: size })),
                () =>
                    copy === undefined || isCopyMade(world.view(false), copy) ? desired.slots : uncopied(desired, copy),
            ];
            try {
                asked(world, wishes[which]!());
            } catch (error) {
                if (!(error instanceof DriveError)) throw error;
            }
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
    return fc.record({
        happens: fc.oneof(resize, remove, image, accident, { arbitrary: moving, weight: 4 }),
        killedAt: fc.integer({ min: 0, max: 80 }),
    });
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
