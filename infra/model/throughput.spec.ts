import * as assert from "node:assert/strict";
import { serverCopyThroughput, volumeThroughput } from "./throughput";

describe("stated throughput", () => {
    it("is what is provisioned, or the type's baseline", () => {
        assert.equal(volumeThroughput({ type: "gp3", sizeGiB: 8 }), 125);
        assert.equal(volumeThroughput({ type: "gp3", sizeGiB: 8, iops: 4_000, throughput: 500 }), 500);
        assert.deepEqual(
            [100, 250, 1_000].map((sizeGiB) => volumeThroughput({ type: "gp2", sizeGiB })),
            [128, 187.5, 250],
        );
        assert.equal(volumeThroughput({ type: "io2", sizeGiB: 1_000, iops: 1_000 }), 256);
        assert.deepEqual(
            [1_000, 16_000, 64_000].map((iops) => volumeThroughput({ type: "io1", sizeGiB: 2_000, iops })),
            [250, 500, 1_000],
        );
        assert.equal(volumeThroughput({ type: "st1", sizeGiB: 2_048 }), 80);
        assert.equal(volumeThroughput({ type: "sc1", sizeGiB: 16_384 }), 192);
    });
    it("of a server is half its baseline, since what moves is read and written", () => {
        assert.equal(Math.round(serverCopyThroughput("m7i.large")!), 39);
        assert.equal(serverCopyThroughput("z9.large"), undefined);
    });
});
