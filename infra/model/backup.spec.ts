import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { ageHours, Backup, backupFaults, KEEP_LEVELS } from "./backup";

const faults = (value: Record<string, unknown>): string[] =>
    backupFaults(value, "").map(({ path, reason }) => `${path}: ${reason}`);

describe("backup in the configuration", () => {
    it("reads ages in hours, days, weeks, and months and years that are never too short", () => {
        const read = ["36h", "2d", "8w", "12m", "1y", "none"].map(ageHours);
        assert.deepEqual(read, [36, 48, 1_344, 8_928, 8_784, 0]);
        for (const wrong of ["", "2", "d", "0d", "-2d", "2D", "2d ", "1.5d", "2 d", "99999d", "toString", "1min"])
            assert.equal(ageHours(wrong), undefined, wrong);
    });

    it("wants the warning later than the next set, and a level at least as long as its period", () => {
        assert.deepEqual(faults({}), []);
        assert.deepEqual(faults({ everyHours: 24, warnAfterHours: 24 }), [
            "warnAfterHours: got 24; more than everyHours, which is 24",
        ]);
        assert.deepEqual(faults({ everyHours: 48 }), ["warnAfterHours: got 30; more than everyHours, which is 48"]);
        assert.deepEqual(faults({ keep: { daily: "23h", weekly: "6d", monthly: "30d" } }), [
            "keep.daily: got '23h'; at least one period, 1 d, or none",
            "keep.weekly: got '6d'; at least one period, 7 d, or none",
            "keep.monthly: got '30d'; at least one period, 31 d, or none",
        ]);
        assert.deepEqual(faults({ keep: { daily: "none", weekly: "7d", monthly: "31d" } }), []);
    });

    it("wants something kept until the next set is taken", () => {
        const none = { all: "none", daily: "none", weekly: "none", monthly: "none" };
        assert.deepEqual(faults({ keep: none }), [
            "keep: keeps for 0 h at most; at least everyHours, 24 h: else a set goes when the next is taken",
        ]);
        assert.equal(faults({ keep: { ...none, all: "23h" } }).length, 1);
        assert.deepEqual(faults({ keep: { ...none, all: "24h" } }), []);
        assert.equal(faults({ everyHours: 72, warnAfterHours: 80, keep: { ...none, daily: "2d" } }).length, 1);
    });

    it("leaves to the schema what has the wrong type", () => {
        for (const wrong of [null, "2d", [], 7, { all: 2, daily: null }]) assert.deepEqual(faults({ keep: wrong }), []);
        assert.deepEqual(faults({ everyHours: "24", warnAfterHours: 1 }), []);
        assert.ok(!Backup.safeParse({ keep: { all: 2 }, everyHours: 0, warnAfterHours: 1.5 }).success);
    });

    it("is the same, and as legal, with its defaults written out", () => {
        const level = fc.constantFrom("none", "12h", "1d", "7d", "31d", "9w", "2y");
        const given = fc.record(
            {
                everyHours: fc.integer({ min: 1, max: 8_760 }),
                warnAfterHours: fc.integer({ min: 1, max: 8_760 }),
                freeze: fc.constantFrom("prefer", "required", "never"),
                keep: fc.record(Object.fromEntries(KEEP_LEVELS.map((one) => [one, level])), { requiredKeys: [] }),
            },
            { requiredKeys: [] },
        );
        fc.assert(
            fc.property(given, (value) => {
                const once = Backup.parse(value);
                assert.deepEqual(Backup.parse(once), once);
                assert.deepEqual(backupFaults(once, ""), backupFaults(value, ""));
            }),
        );
    });
});
