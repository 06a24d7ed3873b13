import * as assert from "node:assert/strict";
import type { VolumeModification } from "@aws-sdk/client-ec2";
import { shapeOf } from "./modifications";

describe("what a volume is", () => {
    const was = { Size: 8, VolumeType: "gp3", Iops: 3_000, Throughput: 125 } as const;
    const done: VolumeModification = {
        ...{ ModificationState: "optimizing", OriginalSize: 8, OriginalVolumeType: "gp3", OriginalIops: 3_000 },
        ...{
            OriginalThroughput: 125,
            TargetSize: 10,
            TargetVolumeType: "gp3",
            TargetIops: 6_000,
            TargetThroughput: 250,
        },
    };
    it("is what EC2 shows, but not what was before a modification that it shows as carried out", () => {
        assert.deepEqual(shapeOf(was, undefined), { sizeGiB: 8, type: "gp3", iops: 3_000, throughput: 125 });
        assert.deepEqual(shapeOf(was, done), { sizeGiB: 10, type: "gp3", iops: 6_000, throughput: 250 });
        assert.equal(shapeOf(was, { ...done, ModificationState: "modifying" }).sizeGiB, 8);
        assert.equal(shapeOf({ ...was, Size: 12 }, done).sizeGiB, 12);
    });
});
