import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidInput } from "../../infra/model/errors";
import { PRICES } from "../../infra/model/prices";
import { Drive } from "../index";
import { checkInput } from "./inputs";

const REST = ["gp2", "io2", "io1", "st1", "sc1"].map((type) => `prices.${type}`);

const faults = (operation: Parameters<typeof checkInput>[0], input: unknown): string[] => {
    try {
        checkInput(operation, input);
        return [];
    } catch (error) {
        assert.ok(error instanceof InvalidInput);
        return error.faults.map(({ path, reason }) => `${path}: ${reason}`);
    }
};

describe("what a program hands over", () => {
    it("passes where it is right, with what other members there are", () => {
        assert.deepEqual(faults("grow", { to: 40, type: "gp3", how: "add", prices: undefined, rate: 12.5 }), []);
        assert.deepEqual(faults("grow", { by: 4, prices: PRICES, pricesFrom: "a contract" }), []);
        assert.deepEqual(faults("replace", { slot: "bb", how: "move", keepHours: 24 }), []);
        assert.deepEqual(faults("change", { slot: "bb", sizeGiB: 40, iops: 4000 }), []);
        assert.deepEqual(faults("consolidate", { into: 2 }), []);
    });

    for (const [operation, input, wrong] of [
        ["grow", { to: NaN, type: "gp9", how: "magic" }, ["to", "type", "how"]],
        ["grow", { to: "4TiB" }, ["to"]],
        ["grow", { by: -1, rate: 0 }, ["by", "rate"]],
        ["grow", { to: 40, rate: NaN }, ["rate"]],
        ["grow", { to: 1.5 }, ["to"]],
        ["grow", null, ["(the whole)"]],
        ["change", { slot: 7, sizeGiB: Infinity, iops: 0 }, ["slot", "sizeGiB", "iops"]],
        ["replace", { type: "GP3" }, ["slot", "type"]],
        ["replace", { slot: "bb", how: "Snapshot" }, ["how"]],
        ["consolidate", { into: 0 }, ["into"]],
        ["replace", { slot: "ba", how: "snapshto", keepHours: -1 }, ["how", "keepHours"]],
        ["grow", { to: 40, rate: "fast" }, ["rate"]],
        ["grow", { to: 40, rate: 0, iops: 1.5, throughput: "200" }, ["iops", "throughput", "rate"]],
        ["grow", { to: 40, rate: Infinity, prices: "list.json", pricesFrom: 7 }, ["rate", "prices", "pricesFrom"]],
        ["grow", { to: 40, prices: { ...PRICES, gp3: { perGiB: -1 }, io2: 7 } }, ["prices.gp3.perGiB", "prices.io2"]],
        ["autogrow", { prices: { gp3: { perGiB: 1 } }, dryRun: "no" }, [...REST, "prices.snapshotPerGiB", "dryRun"]],
        ["consolidate", { into: 2, iops: -5 }, ["iops"]],
        ["log", { count: -1 }, ["count"]],
    ] as const) {
        it(`is refused with all its faults: ${operation} ${JSON.stringify(input)}`, () => {
            assert.deepEqual(
                faults(operation, input).map((fault) => fault.slice(0, fault.indexOf(":"))),
                wrong,
            );
        });
    }

    it("names no stack that would be another file, and no folder that is no project", async () => {
        const folder = mkdtempSync(join(tmpdir(), "drive-inputs-"));
        try {
            for (const stack of ["", "a/b/c/d", "a b", "a\nb", undefined as never])
                await assert.rejects(new Drive({ projectDir: folder, stack }).status(), { code: "InvalidInput" });
            for (const projectDir of [folder, join(folder, "nowhere")]) {
                const drive = new Drive({ projectDir, stack: "content" });
                await assert.rejects(drive.status(), { code: "NoProject" });
                await assert.rejects(drive.log(), { code: "NoProject" });
                await assert.rejects(drive.grow({ to: 40 }), { code: "NoProject" });
            }
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
});
