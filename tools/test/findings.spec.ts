import * as assert from "node:assert/strict";
import { outcomeOf, type Finding } from "./findings";

const passed: Finding = { kind: "passed", title: "a" };
const failed: Finding = { kind: "failed", title: "b", error: "seen 1" };
const end: Finding = { kind: "end", title: "" };

describe("the outcome of a suite", () => {
    it("counts what passed, failed and was skipped", () => {
        const outcome = outcomeOf([passed, failed, { kind: "skipped", title: "c" }, end], "unit", "exit 1", false);
        assert.deepEqual(outcome, { passed: 1, skipped: 1, failures: ["b: seen 1"] });
    });

    it("counts a suite that died as one failure more, and keeps what it did", () => {
        const outcome = outcomeOf([passed, failed], "unit", "SIGKILL", false);
        assert.deepEqual(outcome, {
            passed: 1,
            skipped: 0,
            failures: ["b: seen 1", "unit: died before its end (SIGKILL)"],
        });
    });

    it("does not call a suite good that failed after its last test", () => {
        const outcome = outcomeOf([passed, end], "unit", "SIGTERM", false);
        assert.deepEqual(outcome.failures, ["unit: its tests passed, and then it failed (SIGTERM)"]);
    });

    it("does not call a suite good in which no test was found, unless a filter was given", () => {
        assert.deepEqual(outcomeOf([end], "unit", "exit 0", false).failures, ["unit: no test was found"]);
        assert.deepEqual(outcomeOf([end], "unit", "exit 0", true).failures, []);
    });
});
