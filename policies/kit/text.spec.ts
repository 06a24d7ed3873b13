import * as assert from "node:assert/strict";
import { count, list, quote } from "./text";

describe("text", () => {
    it("keeps names with quotes and line breaks on one line, and short", () => {
        assert.equal(quote('a "b"\nc\td\u0007'), `'a "b"\\nc\\td\\u0007'`);
        assert.ok(quote("x".repeat(5_000)).length <= 122);
    });

    it("counts and lists", () => {
        assert.deepEqual(
            [count(1, "volume"), count(0, "volume"), count(2, "volume")],
            ["one volume", "0 volumes", "2 volumes"],
        );
        assert.equal(list(["a", "b"]), "'a', 'b'");
        assert.equal(list(["a", "b", "c"], 2), "'a', 'b' and 1 more");
    });
});
