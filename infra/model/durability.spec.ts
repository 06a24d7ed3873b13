import * as assert from "node:assert/strict";
import { yearlyLoss } from "./durability";

describe("durability", () => {
    it("is 2 to 4 % a year for twenty gp3 in one file system", () => {
        const { low, high } = yearlyLoss(Array<"gp3">(20).fill("gp3"));
        assert.equal(low.toFixed(3), "0.020");
        assert.equal(high.toFixed(3), "0.039");
    });

    it("is nothing without volumes, and the volume's own for one", () => {
        assert.deepEqual(yearlyLoss([]), { low: 0, high: 0 });
        assert.equal(yearlyLoss(["gp2"]).high.toFixed(6), "0.002000");
        assert.ok(yearlyLoss(["io2"]).high < yearlyLoss(["gp3"]).low);
    });
});
