import * as assert from "node:assert/strict";
import { budgetOf } from "./modifications";
import type { Observed } from "../model/observed";
import { nextSteps } from "./next-steps";
import { settled, slots, volume } from "./testing";

const NOW = settled.ec2.readAt!;
const ago = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();
const seen = (last?: number): Observed => ({
    ...settled,
    ec2: { ...settled.ec2, volumes: [volume("ba"), volume("bb", last === undefined ? {} : { modifiedAt: ago(last) })] },
});
const noted = (sizeGiB: number, ...hours: number[]) => slots({ bb: { sizeGiB, modified: hours.map(ago) } });

describe("what EC2 still lets be modified of a volume", () => {
    it("is four in a rolling day, less the last that it shows and those that were noted, each once", () => {
        assert.deepEqual(budgetOf(noted(8), "bb", seen()), { left: 4 });
        assert.deepEqual(budgetOf(noted(8), "bb", seen(1)), { left: 3 });
        assert.deepEqual(budgetOf(noted(8, 1, 5), "bb", seen(1)), { left: 2 });
        assert.deepEqual(budgetOf(noted(8, 25, 30), "bb", seen(26)), { left: 4 });
    });
    it("counts what was noted in the configuration that was applied, where a hand wrote the slot anew", () => {
        const observed = { ...seen(1), stack: { ...settled.stack, desired: noted(8, 10, 5) } };
        assert.deepEqual(budgetOf(slots({ bb: { sizeGiB: 12 } }), "bb", observed), { left: 1 });
    });
    it("is none after the fourth, until the oldest of the four is a day old", () => {
        assert.deepEqual(budgetOf(noted(8, 20, 10, 5), "bb", seen(1)), { left: 0, nextAt: ago(-4) });
        assert.equal(budgetOf(noted(8, 22, 20, 10, 5), "bb", seen(1)).nextAt, ago(-4));
    });
    it("is written down before the next modification hides the last one, and once", () => {
        const plan = nextSteps(noted(12, 30, 5), seen(1));
        assert.ok("steps" in plan);
        const [first, second] = plan.steps;
        assert.deepEqual([first?.kind, second?.kind], ["configure", "up"]);
        assert.ok(first?.kind === "configure");
        assert.deepEqual(first.desired.slots["bb"]?.modified, [ago(5), ago(1)]);
        assert.equal(first.desired.revision, noted(12).revision + 1);
        const next = nextSteps(first.desired, seen(1));
        assert.deepEqual("steps" in next && next.steps.map(({ kind }) => kind), ["up"]);
    });
    it("is not written for what is a day old, nor where nothing is modified", () => {
        for (const [wanted, observed] of [
            [noted(12), seen(25)],
            [noted(12), seen()],
            [slots({ bc: { sizeGiB: 8 } }), seen(1)],
        ] as const) {
            const plan = nextSteps(wanted, observed);
            assert.deepEqual("steps" in plan && plan.steps.map(({ kind }) => kind), ["up"]);
        }
    });
});
