import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { InvalidInput } from "../../infra/model/errors";
import { readPrices } from "./prices";

describe("prices of one's own", () => {
    let folder: string;
    before(() => (folder = mkdtempSync(path.join(tmpdir(), "elastic-drive-prices-"))));
    after(() => rmSync(folder, { recursive: true }));
    const read = (text: string) => {
        const file = path.join(folder, "prices.json");
        writeFileSync(file, text);
        return readPrices(file);
    };

    it("replace what they name and leave the rest", () => {
        const { source, prices } = read(
            '{ "source": "contract 7", "gp3": { "perGiB": 0.05 }, "snapshotPerGiB": 0.01 }',
        );
        assert.deepEqual(
            [source, prices.gp3.perGiB, prices.gp3.freeIops, prices.gp2.perGiB, prices.snapshotPerGiB],
            ["contract 7", 0.05, 3000, 0.1, 0.01],
        );
    });

    it("are refused with every fault at once", () => {
        for (const text of ["", "[]", "null", "3"]) assert.throws(() => read(text), InvalidInput, text);
        assert.throws(
            () => read('{ "gp9": {}, "gp3": { "perGiB": -1, "perTiB": 2 }, "gp2": 3, "snapshotPerGiB": "x" }'),
            (error: InvalidInput) => {
                const paths = error.faults.map(({ path: where }) => where);
                assert.deepEqual(paths, ["gp9", "gp3.perGiB", "gp3.perTiB", "gp2", "snapshotPerGiB", "source"]);
                return true;
            },
        );
    });
});
