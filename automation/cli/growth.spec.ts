import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidInput } from "../../infra/model/errors";
import { growInput } from "./growth";
import { onStop } from "./moves";
import { UsageFault } from "./report";

describe("the flags of plan and grow", () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "drive-prices-"))));
    after(() => rmSync(folder, { recursive: true }));
    const prices = (text: string): string => {
        const file = join(folder, "prices.json");
        writeFileSync(file, text);
        return file;
    };

    it("become what the library takes", () => {
        const file = prices('{ "source": "a contract", "gp3": { "perGiB": 0.05 } }');
        const input = growInput({ to: "4TiB", how: "replace", rate: "200MiB/s", type: "gp3", prices: file });
        assert.deepEqual([input.to, input.how, input.rate, input.type], [4096, "replace", 200, "gp3"]);
        assert.deepEqual([input.prices?.gp3.perGiB, input.pricesFrom], [0.05, "a contract"]);
        assert.equal(growInput({ by: "1GiB", rate: "12.5" }).rate, 12.5);
    });
    it("are refused with all that is wrong", () => {
        assert.throws(
            () => growInput({ to: "much", how: "somehow", rate: "fast", type: "gp9" }),
            (error: Error) => {
                assert.ok(error instanceof UsageFault);
                for (const flag of ["--to", "--how", "--rate", "--type"]) assert.ok(error.message.includes(flag), flag);
                return true;
            },
        );
        assert.throws(() => growInput({ to: "4TiB", rate: "0" }), UsageFault);
    });
    it("refuse prices that are none, with every fault, and a file that is not there", () => {
        assert.throws(
            () => growInput({ to: "4TiB", prices: prices('{ "gp9": {}, "gp3": { "perGiB": "dear" } }') }),
            (error: Error) => {
                assert.ok(error instanceof InvalidInput);
                assert.deepEqual(
                    error.faults.map(({ path }) => path),
                    ["gp9", "gp3.perGiB", "source"],
                );
                return true;
            },
        );
        assert.throws(() => growInput({ to: "4TiB", prices: join(folder, "none.json") }), InvalidInput);
    });
});

describe("--on-stop", () => {
    it("says what becomes of a running move, in the library's words", () => {
        assert.deepEqual(["leave", "pause", undefined].map(onStop), ["leave", "pause", undefined]);
        assert.throws(() => onStop("end"), UsageFault);
    });
});
