import * as assert from "node:assert/strict";
import { INSTANCES_AS_OF, instanceLimits } from "./instances";

describe("instance types", () => {
    it("knows dedicated and shared attachment limits", () => {
        assert.deepEqual(instanceLimits("m7i.large"), {
            attachments: 32,
            limit: "dedicated",
            baselineMBps: 81.2,
            maximumMBps: 1250,
        });
        assert.deepEqual(instanceLimits("m7i.48xlarge")?.attachments, 128);
        assert.deepEqual(instanceLimits("t3.micro")?.limit, "shared");
        assert.equal(instanceLimits("m5d.large")?.attachments, 26, "its own disk takes one of the shared attachments");
    });

    it("does not invent what it does not know", () => {
        for (const name of ["m7i", "m7i.", "m7i.lar", "", "x.large", "toString.large"]) {
            assert.equal(instanceLimits(name), undefined, name);
        }
    });

    it("names its source and date", () => {
        assert.match(INSTANCES_AS_OF.date, /^\d{4}-\d\d-\d\d$/);
        assert.match(INSTANCES_AS_OF.source, /DescribeInstanceTypes/);
    });
});
