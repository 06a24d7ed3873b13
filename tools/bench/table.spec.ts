import * as assert from "node:assert/strict";
import { tableOf, verdict } from "./table";

describe("the table of a bench", () => {
    it("holds a ratio against its goal, else our figure", () => {
        assert.equal(verdict({ name: "a", unit: "s", ours: 9, ratio: 1.2, goal: 1.2 }), "met");
        assert.equal(verdict({ name: "a", unit: "s", ours: 1, ratio: 1.21, goal: 1.2 }), "missed");
        assert.equal(verdict({ name: "a", unit: "s", ours: 9, goal: 8 }), "missed");
        assert.equal(verdict({ name: "a", unit: "s", ours: 9 }), "");
    });

    it("stays within 100 columns, whatever the names and notes", () => {
        const rows = [
            {
                name: "n".repeat(140),
                unit: "policies/s",
                ours: 123456,
                baseline: 2,
                ratio: 3,
                goal: 1,
                note: "word ".repeat(60).trim(),
            },
            { name: "short", unit: "s", ours: 1.234 },
        ];
        const lines = tableOf(rows).split("\n");
        assert.deepEqual(
            lines.filter((line) => line.length > 100),
            [],
        );
        assert.match(lines[lines.length - 1]!, /^short +1\.23 s$/);
    });
});
