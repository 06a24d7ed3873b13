import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { Backup } from "../../../infra/model/backup";
import { TAG } from "../../../infra/model/names";
import { backupLine, checkSets, isDue } from "./due";
import { setsOf } from "./sets";
import { DAY, FROZEN, HOUR, tagged, taken } from "./testing";

const NOW = Date.UTC(2026, 10, 27, 12);
const sets = (...snapshots: ReturnType<typeof taken>[]) => setsOf("content", snapshots.flat(), NOW);
const daily = Backup.parse({});

describe("when a set is due", () => {
    it("is when the newest good one is as old as sets are to be apart, or there is none", () => {
        assert.deepEqual(isDue([], 24, NOW), { due: true, why: "there is no good set" });
        assert.deepEqual(isDue(sets(taken(NOW - 3 * HOUR)), 24, NOW), {
            due: false,
            why: "the newest good set is 3 h old, one is due every 24 h",
            nextInSeconds: 20 * 3_600,
        });
        assert.equal(isDue(sets(taken(NOW - 3 * HOUR)), 3, NOW).due, true);
        const failed = taken(NOW - HOUR, { state: "error" });
        assert.equal(isDue(sets(failed, taken(NOW - DAY)), 24, NOW).due, true);
        assert.equal(isDue(sets(taken(NOW - HOUR).slice(1), taken(NOW - DAY)), 24, NOW).due, true);
    });

    it("is once for each run of a timer that runs as often, though each is a moment early", () => {
        for (const every of [1, 6, 24, 168]) {
            const early = Math.min(every / 20, 1) * HOUR;
            assert.equal(isDue(sets(taken(NOW - every * HOUR + early)), every, NOW).due, true);
            assert.equal(isDue(sets(taken(NOW - every * HOUR + early + 1_000)), every, NOW).due, false);
        }
    });

    it("is not while the last one is pending, however long that takes", () => {
        const pending = taken(NOW - 30 * HOUR, { state: "pending" });
        const due = isDue(sets(pending, taken(NOW - 60 * HOUR)), 24, NOW);
        assert.equal(due.due, false);
        assert.match(due.why, /^set 20261126T060000Z-0000 is pending since 30 h: 0 of 2 members are completed/);
        assert.equal(due.pending?.state, "pending");
        assert.equal(isDue(sets(pending, taken(NOW - 26 * HOUR)), 24, NOW).due, true, "it is not the last one");
    });

    it("is not held up by a set of the future", () => {
        assert.equal(isDue(sets(taken(NOW + 400 * DAY)), 24, NOW).due, true);
        assert.equal(isDue(sets(taken(NOW + 400 * DAY, { state: "pending" })), 24, NOW).due, true);
        assert.equal(isDue(sets(taken(NOW + 1_000)), 24, NOW).due, false, "EC2's time is in whole seconds");
    });

    it("comes when it said it would", () => {
        const hours = fc.integer({ min: 1, max: 200 });
        fc.assert(
            fc.property(hours, hours, (every, old) => {
                const { due, nextInSeconds } = isDue(sets(taken(NOW - old * HOUR)), every, NOW);
                if (due) return;
                const then = NOW + nextInSeconds! * 1_000;
                assert.equal(isDue(sets(taken(NOW - old * HOUR)), every, then).due, true);
                assert.equal(isDue(sets(taken(NOW - old * HOUR)), every, then - 1_000).due, false);
            }),
        );
    });
});

describe("the check of sets", () => {
    it("is 0, 3 or 4 by the age of the newest good one", () => {
        const exit = (hours: number, freeze: Backup["freeze"] = "prefer") =>
            checkSets(sets(taken(NOW - hours * HOUR)), { warnAfterHours: 30, freeze }, NOW).exit;
        assert.deepEqual(
            [1, 30, 30.5, 60, 60.5].map((hours) => exit(hours)),
            [0, 0, 3, 3, 4],
        );
        assert.equal(exit(1, "required"), 3);
        const frozen = sets(tagged(taken(NOW - HOUR), FROZEN));
        assert.equal(checkSets(frozen, { warnAfterHours: 30, freeze: "required" }, NOW).exit, 0);
        assert.equal(checkSets([], daily, NOW).exit, 4);
    });

    it("says what was taken since, and is no use", () => {
        const failed = taken(NOW - HOUR, { state: "error" });
        assert.equal(
            checkSets(sets(failed, taken(NOW - 40 * HOUR)), daily, NOW).text,
            "the newest good set is 40 h old (20261125T200000Z-0000, crash); since then 1 error; warned of after 30 h",
        );
        assert.equal(checkSets(sets(failed), daily, NOW).text, "there is no good set; since then 1 error");
    });
});

describe("the line of status on backup", () => {
    it("says what there is, what is next, and that none is declared", () => {
        const verified = { [TAG.verified]: new Date(NOW - 6 * DAY).toISOString() };
        const all = sets(
            tagged(taken(NOW - 3 * HOUR, { members: 4 }), FROZEN),
            taken(NOW - 7 * DAY, { tags: verified }),
            taken(NOW - 2 * DAY).slice(1),
        );
        const newest = "newest 3 h (frozen, 4 of 4), verified 6 d";
        assert.equal(backupLine(all, daily, NOW), `${newest}, next in 20 h, 3 sets, 1 incomplete`);
        assert.equal(backupLine(all, undefined, NOW), `none declared, ${newest}, 3 sets, 1 incomplete`);
        assert.equal(backupLine([], undefined, NOW), "none declared");
        assert.equal(backupLine([], daily, NOW), "no good set, due now");
        assert.equal(
            backupLine(sets(taken(NOW - HOUR, { state: "pending" })), daily, NOW),
            "no good set, next when that is completed, 1 set, 1 pending",
        );
    });
});
