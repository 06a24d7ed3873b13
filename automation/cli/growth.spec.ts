import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidInput } from "../../infra/model/errors";
import { autogrowInput } from "./autogrow";
import { growInput } from "./growth";
import { consolidateInput, onStop, paceInput } from "./moves";
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
        const auto = autogrowInput({ maxSize: "4TiB", prices: file });
        assert.deepEqual([auto.maxGiB, auto.prices?.gp3.perGiB, auto.pricesFrom], [4096, 0.05, "a contract"]);
        const fast = { type: "gp3", iops: "6000", throughput: "500MiB/s" };
        for (const { type, iops, throughput } of [
            growInput({ to: "4TiB", ...fast }),
            consolidateInput({ into: "2", ...fast }),
        ])
            assert.deepEqual([type, iops, throughput], ["gp3", 6000, 500]);
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
        assert.throws(() => autogrowInput({ prices: join(folder, "none.json") }), InvalidInput);
        assert.throws(() => growInput({ to: "4TiB", prices: join(folder, "none.json") }), InvalidInput);
    });
});

describe("--on-stop", () => {
    it("says what becomes of a running move, in the library's words", () => {
        assert.deepEqual(["leave", "pause", undefined].map(onStop), ["leave", "pause", undefined]);
        assert.throws(() => onStop("end"), UsageFault);
    });
});

describe("the pace of a move", () => {
    it("is MiB/s with or without its unit, or full", () => {
        for (const text of ["20", "20MiB/s", "20 MiB/s"]) assert.deepEqual(paceInput(text), { mibPerSecond: 20 });
        assert.deepEqual(paceInput("full"), {});
        for (const text of ["fast", "0", "1.5", "-1", ""])
            assert.throws(() => paceInput(text), { code: "Usage", message: /200MiB\/s, or full$/ });
    });
});
