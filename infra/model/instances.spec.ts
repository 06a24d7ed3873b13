import * as assert from "node:assert/strict";
import { INSTANCES_AS_OF, instanceLimits, instanceTypes, LEAST_ATTACHMENTS } from "./instances";

/** EC2 user guide, "Amazon EBS volume limits": 28 places, less cards, disks and accelerators; d3.8xlarge and d3en.12xlarge 3. */
const BY_THE_GUIDE = {
    "m7i.large": "nitro 32 dedicated",
    "m7a.16xlarge": "nitro 48 dedicated",
    "m7i.24xlarge": "nitro 64 dedicated",
    "r7a.32xlarge": "nitro 88 dedicated",
    "m7i.48xlarge": "nitro 128 dedicated",
    "m7i.metal-24xl": "metal 39 dedicated",
    "m7i.metal-48xl": "metal 79 dedicated",
    "i7ie.metal-48xl": "metal 79 dedicated", // the answer of DescribeInstanceTypes says shared
    "t3.nano": "nitro 27 shared",
    "m7g.medium": "nitro 27 shared", // 28, and its own card
    "m5d.large": "nitro 26 shared", // one disk
    "c5d.24xlarge": "nitro 23 shared", // four disks
    "d3.xlarge": "nitro 24 shared", // three disks
    "d3.8xlarge": "nitro 3 shared", // 24 disks
    "d3en.12xlarge": "nitro 3 shared", // 24 disks
    "inf1.xlarge": "nitro 26 shared", // an accelerator
    "inf1.24xlarge": "nitro 11 shared", // 16 of them
    "g5.48xlarge": "nitro 9 shared",
    "m5.metal": "metal 31 shared",
    "mac1.metal": "metal 16 shared",
    "mac2.metal": "metal 10 shared",
    "t2.micro": "xen 40 dedicated", // under Xen nothing else takes a place
    "m4.large": "xen 40 dedicated",
};

describe("instance types", () => {
    it("has EC2's limits, which count network cards, disks and accelerators", () => {
        const seen = Object.keys(BY_THE_GUIDE).map((type) => {
            const { kind, attachments, limit } = instanceLimits(type)!;
            return [type, `${kind} ${attachments} ${limit}`];
        });
        assert.deepEqual(Object.fromEntries(seen), BY_THE_GUIDE);
    });

    it("knows architectures and bandwidth, of several EBS cards that of the first", () => {
        const { architectures, baselineMBps, maximumMBps } = instanceLimits("m7i.large")!;
        assert.deepEqual([architectures, baselineMBps, maximumMBps], [["x86_64"], 81.25, 1250]);
        const of = (type: string) => instanceLimits(type)!.architectures;
        assert.deepEqual(
            [of("t4g.medium"), of("t2.micro"), of("mac2.metal")],
            [["arm64"], ["i386", "x86_64"], ["arm64_mac"]],
        );
        assert.equal(instanceLimits("c8ib.96xlarge")!.baselineMBps, 18_750, "37,500 of both cards together");
        assert.equal(instanceLimits("t2.micro")!.baselineMBps, undefined);
    });

    it("is sound in every row", () => {
        const types = instanceTypes();
        assert.ok(types.length > 1_300, `${types.length} types`);
        const bad = types.filter((type) => {
            const {
                kind,
                architectures,
                attachments,
                limit,
                baselineMBps = 1,
                maximumMBps = 1e9,
            } = instanceLimits(type)!;
            const isKnown = /^(nitro|xen|metal)$/.test(kind) && /^(shared|dedicated)$/.test(limit);
            const isWhole = Number.isSafeInteger(attachments) && attachments >= LEAST_ATTACHMENTS;
            const isFast = baselineMBps > 0 && maximumMBps >= baselineMBps;
            return (
                !isKnown ||
                !isWhole ||
                !isFast ||
                architectures.some((one) => !/^(x86_64|arm64|i386)(_mac)?$/.test(one))
            );
        });
        assert.deepEqual(bad, []);
        assert.equal(Math.min(...types.map((type) => instanceLimits(type)!.attachments)), LEAST_ATTACHMENTS);
    });

    it("does not invent what it does not know", () => {
        for (const name of ["m7i", "m7i.", "m7i.lar", "", "x.large", "toString", "__proto__", "u-24tb1.metal"]) {
            assert.equal(instanceLimits(name), undefined, name);
        }
    });

    it("names its source and date", () => {
        assert.match(INSTANCES_AS_OF.date, /^\d{4}-\d\d-\d\d$/);
        assert.match(INSTANCES_AS_OF.source, /DescribeInstanceTypes/);
    });
});
