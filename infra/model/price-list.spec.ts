import * as assert from "node:assert/strict";
import { InvalidInput } from "./errors";
import { parsePricesText } from "./price-list";

describe("prices of one's own", () => {
    const read = (text: string) => parsePricesText(text, "prices.json");

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
