import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../infra/model/config";
import { PRICES } from "../../infra/model/prices";
import type { Observed, VolumeView } from "../model/observed";
import { desired, settled, slots, spent, SPENT_UNTIL, spentSlot, volume } from "../reconcile/testing";
import { withoutSlots, release } from "../workflows/move/plan";
import { isAskedFor, planFor, targetOf } from "./growth-plan";
import { consolidated, replaced } from "../workflows/move/edits";
import { copied } from "../workflows/copy/edits";
import { open } from "./testing";

const as = (ba: Partial<VolumeView>, bb: Partial<VolumeView> = {}): Observed => ({
    ...settled,
    ec2: { ...settled.ec2, volumes: [volume("ba", ba), volume("bb", bb)] },
});

const modified = slots({ ba: { sizeGiB: 8, ...spentSlot } });

describe("a plan of growth", () => {
    it("turns what is to be more into a size, and needs exactly one of both", () => {
        assert.deepEqual(
            [planFor(desired, settled, { by: 4 }).targetGiB, planFor(desired, settled, { to: 20 }).targetGiB],
            [20, 20],
        );
        for (const input of [{}, { to: 20, by: 4 }])
            assert.throws(() => planFor(desired, settled, input), { code: "NoTarget" });
        for (const to of [16, 3]) assert.throws(() => planFor(desired, settled, { to }), { code: "TargetTooSmall" });
    });
    it("goes another way where a volume may not be modified", () => {
        assert.equal(planFor(desired, settled, { to: 20 }).chosen, "in-place");
        const other = planFor(modified, as(spent), { to: 20 });
        assert.deepEqual(
            [other.chosen, other.ways[0]],
            ["in-place", { ...other.ways[0], changes: ["slot bb grows from 8 to 12 GiB"] }],
        );
        const none = planFor(modified, as(spent, { modification: { state: "optimizing", progress: 3 } }), { to: 20 });
        assert.equal(none.chosen, "add");
        assert.deepEqual(none.budget, [
            { slot: "ba", left: 0, nextAt: SPENT_UNTIL, underWay: false },
            { slot: "bb", left: 4, underWay: true },
        ]);
    });
    it("says where its prices are from", () => {
        assert.equal(planFor(desired, settled, { to: 20 }).pricesAsOf.date, "2026-10-01");
        const own = planFor(desired, settled, {
            to: 20,
            prices: { ...PRICES, gp3: { perGiB: 1 } },
            pricesFrom: "a contract",
        });
        assert.deepEqual([own.pricesAsOf, own.before.monthly], [{ source: "a contract" }, 16]);
        const { after, passage } = open(own.ways, "replace");
        assert.deepEqual([after.monthly, passage.during.monthly], [20, 28]);
        const cheap = { ...PRICES, gp2: { perGiB: 0.01 } };
        const mixed = slots({ ba: { sizeGiB: 8, type: "gp2" } });
        assert.deepEqual(open(planFor(mixed, settled, { to: 20, prices: cheap }).ways, "in-place").passage.modifies, [
            "ba",
        ]);
    });
});

const isAsked = (wanted: DriveConfig, input: { to?: number; by?: number }, observed = settled): boolean =>
    isAskedFor(wanted, observed, targetOf(wanted, observed, input));
const applied = (wanted: DriveConfig): Observed => ({ ...settled, stack: { ...settled.stack, desired: wanted } });

describe("a target that is asked for again", () => {
    it("goes on with what is written and not done yet, also where more than it was written", () => {
        assert.ok(isAsked(desired, { to: 16 }));
        const larger = slots({ bc: { sizeGiB: 125, type: "st1" } });
        assert.ok(isAsked(larger, { to: 20 }));
        assert.ok(!isAsked(larger, { to: 16 }), "what was there before is no growth");
        assert.ok(!isAsked(larger, { to: 142 }));
    });
    it("counts a move that is under way by what it ends in", () => {
        const moving = { ...desired, slots: replaced(desired, { slot: "bb", sizeGiB: 20 }) };
        assert.deepEqual(
            [28, 27, 29].map((to) => isAsked(moving, { to })),
            [true, true, false],
        );
        assert.equal(planFor(moving, settled, { to: 40 }).before.sizeGiB, 28);
        const fewer = { ...desired, slots: consolidated(desired, { into: 1, totalGiB: 33 }) };
        assert.deepEqual(
            [33, 34].map((to) => isAsked(fewer, { to })),
            [true, false],
        );
    });
});

describe("so much more, asked for again", () => {
    it("grows once more when the first growth has ended", () => {
        assert.ok(!isAsked(desired, { by: 4 }));
        const grown = slots({ bb: { sizeGiB: 12 } });
        assert.ok(!isAsked(grown, { by: 4 }, applied(grown)));
        assert.equal(targetOf(grown, applied(grown), { by: 4 }), 24);
    });
    it("grows once when the first one was killed, in place or by a further volume", () => {
        for (const begun of [slots({ bb: { sizeGiB: 12 } }), slots({ bc: { sizeGiB: 4 } })]) {
            assert.equal(targetOf(begun, settled, { by: 4 }), 20);
            assert.ok(isAsked(begun, { by: 4 }));
            assert.ok(!isAsked(begun, { by: 5 }), "more than was begun");
            assert.equal(planFor(begun, settled, { by: 6 }).targetGiB, 22);
            assert.throws(() => planFor(begun, settled, { by: 4 }), {
                code: "TargetTooSmall",
                message: /to 20 GiB has begun/,
            });
        }
        assert.ok(isAsked(slots({ bc: { sizeGiB: 125, type: "st1" } }), { by: 4 }), "a type's least size is more");
    });
    it("goes on with a move at any stage of it, the last one included", () => {
        const moving = { ...desired, slots: replaced(desired, { slot: "bb", sizeGiB: 20 }) };
        const released = release(moving, "bb");
        const over = withoutSlots(released, ["bb"]);
        const stages = [
            [moving, desired],
            [moving, moving],
            [released, moving],
            [released, released],
            [over, released],
        ] as const;
        for (const [wanted, last] of stages) {
            assert.ok(isAsked(wanted, { by: 12 }, applied(last)));
            assert.ok(!isAsked(wanted, { by: 13 }, applied(last)));
        }
        assert.ok(!isAsked(over, { by: 12 }, applied(over)), "it has ended");
        const copying = { ...desired, slots: copied(desired, { slot: "bb", sizeGiB: 20 }) };
        for (const last of [desired, copying]) assert.ok(isAsked(copying, { by: 12 }, applied(last)));
    });
    it("counts from nothing that has gone: a consolidation is gone on with by up", () => {
        const fewer = { ...desired, slots: consolidated(desired, { into: 1, totalGiB: 33 }) };
        assert.ok(isAsked(fewer, { by: 17 }, applied(fewer)));
        const half = withoutSlots(release(fewer, "ba"), ["ba"]);
        assert.throws(() => targetOf(half, applied(half), { by: 17 }), { code: "OperationUnderWay" });
    });
});
