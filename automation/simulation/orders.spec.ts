import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { DriveConfig } from "../../infra/model/config";
import { DriveError, InvalidInput } from "../../infra/model/errors";
import { copyUnderWay, isCopyMade } from "../workflows/copy/plan";
import { nextSteps } from "../reconcile/next-steps";
import { copied, uncopied } from "../workflows/copy/edits";
import { cancelled, consolidated, replaced } from "../workflows/move/edits";
import { takerStages } from "../workflows/move/stages";
import type { Machine } from "./things";
import { FaultyWorld } from "./faulty";
import { SimWorld } from "./sim";
import { PATIENCE_MS, soaked } from "./soak";
import { asked, assertDone, drive, fuseAt, refusal, run, tolerated, two } from "./testing";
import { CALM, weather, type Weather } from "./weather";

describe("a simulated world", function () {
    this.timeout(PATIENCE_MS);
    it("whatever happens to the drive in whatever order, it ends done or refuses, and no rule is broken", async () => {
        await soaked(
            __filename,
            300,
            fc.asyncProperty(fc.array(event(), { maxLength: 8 }), async (events) => {
                const world = new SimWorld(two);
                const faulty = new FaultyWorld(world, CALM);
                for (const { happens, killedAt, weather } of events) {
                    happens(world);
                    faulty.turn(weather);
                    const fuses = [fuseAt(killedAt), faulty.fuse()];
                    await run(world, () => fuses.forEach((fuse) => fuse()), faulty).catch(tolerated);
                    world.cloud.verify();
                }
                world.cloud.fuse = () => undefined;
                const before = [...world.cloud.extents];
                const refusedAtOnce = "refused" in nextSteps(world.desired, world.view(true));
                const refused = await run(world).then(() => false, refusal);
                if (!refused) assertDone(world);
                if (refusedAtOnce) assert.deepEqual(world.cloud.extents, before, "a refusal changes nothing");
                world.cloud.verify();
            }),
        );
    });
});

const WISHES = ["replace", "consolidate", "cancel", "copy", "take back the copy of"];

type Happening = (world: SimWorld) => unknown;

/** Said by its name in a failure. */
function named(name: string, happens: Happening): Happening {
    return Object.assign(happens, { [fc.toStringMethod]: () => name });
}

function event(): fc.Arbitrary<{ happens: Happening; killedAt: number; weather: Weather }> {
    const slot = fc.constantFrom("ba", "bb", "bc", "bd");
    const state = fc.constantFrom("member", "leaving", "released");
    const resize = fc
        .record({ name: slot, sizeGiB: fc.integer({ min: 1, max: 64 }), state })
        .map(({ name, ...rest }) =>
            named(
                `${name} becomes ${rest.sizeGiB} GiB, ${rest.state}`,
                (world) => (world.desired = reconfigured(world, { ...world.desired.slots, [name]: rest })),
            ),
        );
    const remove = slot.map((name) =>
        named(`${name} is taken out`, (world) => {
            const { [name]: _gone, ...slots } = world.desired.slots;
            if (Object.keys(slots).length > 0) world.desired = reconfigured(world, slots);
        }),
    );
    const moving = fc
        .record({ slot, into: fc.integer({ min: 1, max: 3 }), more: fc.integer({ min: 0, max: 8 }), which: fc.nat(4) })
        .map(({ slot: name, into, more, which }) =>
            named(`${WISHES[which]} ${name}, ${more} more, into ${into}`, (world) => {
                const { desired } = world;
                const size = (desired.slots[name]?.sizeGiB ?? 0) + more;
                const copy = copyUnderWay(desired);
                // As the operations do it: one at a time.
                const free = (wish: () => DriveConfig["slots"]) => () =>
                    Object.values(desired.slots).every(
                        ({ state, copies }) => state === "member" && copies === undefined,
                    )
                        ? wish()
                        : desired.slots;
                const wishes = [
                    free(() => replaced(desired, { slot: name, sizeGiB: size })),
                    free(() => consolidated(desired, { into })),
                    () => {
                        const stages = Object.entries(takerStages(desired, world.view(false)));
                        const seen = stages.flatMap(([taker, stage]) => (stage === undefined ? [] : [[taker, stage]]));
                        return seen.length < stages.length
                            ? desired.slots
                            : cancelled(desired, Object.fromEntries(seen));
                    },
                    free(() => copied(desired, { slot: name, sizeGiB: size })),
                    () =>
                        copy === undefined || isCopyMade(world.view(false), copy)
                            ? desired.slots
                            : uncopied(desired, copy),
                ];
                try {
                    asked(world, wishes[which]!());
                } catch (error) {
                    if (!(error instanceof DriveError)) throw error;
                }
            }),
        );
    const image = fc.constantFrom("ami-00000001", "ami-00000002").map((imageId) =>
        named(`the image becomes ${imageId}`, (world) => {
            world.desired = { ...world.desired, server: { ...world.desired.server, imageId } };
        }),
    );
    const accident = fc.constantFrom(
        named("the server dies", (world) => {
            if (world.cloud.machines.has(world.stack.serverId ?? "")) world.cloud.terminate(world.stack.serverId!);
        }),
        onServer("the server is being stopped", { state: "stopping", mounted: false, exported: false }),
        onServer("the server is to leave", { leaving: true }),
        onServer("the export is lost", { exported: false }),
        named("a hand takes the leaving slot's tag off", (world) =>
            world.cloud.disks.forEach((disk) => (disk.leaving = false)),
        ),
        named("modifications end", (world) => world.cloud.disks.forEach((disk) => (disk.modifying = false))),
    );
    return fc.record({
        happens: fc.oneof(resize, remove, image, accident, { arbitrary: moving, weight: 4 }),
        killedAt: fc.integer({ min: 0, max: 80 }),
        weather: fc.oneof(fc.constant(CALM), weather()),
    });
}

function onServer(name: string, change: Partial<Machine>): Happening {
    return named(name, (world) => Object.assign(world.cloud.machines.get(world.stack.serverId ?? "") ?? {}, change));
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
