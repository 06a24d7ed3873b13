import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { VOLUME_TYPES } from "./volume-types";
import { LIMITS, performanceOf, volumeFaults, type VolumeShape } from "./limits";
import { monthlyPrice } from "./prices";

describe("volume limits", () => {
    const cases: [VolumeShape, string[]][] = [
        [{ type: "gp3", sizeGiB: 1 }, []],
        [{ type: "gp3", sizeGiB: 65_536, iops: 80_000, throughput: 2_000 }, []],
        [{ type: "gp3", sizeGiB: 8, iops: 4_001 }, ["got 4001; gp3 takes at most 500 per GiB, so 4000 at 8 GiB"]],
        [{ type: "gp3", sizeGiB: 8, iops: 2_999 }, ["got 2999; gp3 takes 3000 to 80000"]],
        [{ type: "gp3", sizeGiB: 8, throughput: 751 }, ["got 751; at most 0.25 MiB/s per IOPS, so 750 at 3000 IOPS"]],
        [{ type: "gp3", sizeGiB: 8, throughput: 100 }, ["got 100; gp3 takes 125 to 2000 MiB/s"]],
        [
            { type: "gp2", sizeGiB: 16_385, iops: 100 },
            ["got 16385; a gp2 volume holds 1 to 16384 GiB", "got 100; gp2 has no IOPS to set (gp3, io1 and io2 do)"],
        ],
        [{ type: "io2", sizeGiB: 3, iops: 3_000 }, ["got 3; a io2 volume holds 4 to 65536 GiB"]],
        [{ type: "io2", sizeGiB: 8 }, ["missing; io2 needs IOPS, 100 to 256000"]],
        [{ type: "io1", sizeGiB: 10, iops: 501 }, ["got 501; io1 takes at most 50 per GiB, so 500 at 10 GiB"]],
        [
            { type: "st1", sizeGiB: 124, throughput: 500 },
            ["got 124; a st1 volume holds 125 to 16384 GiB", "got 500; only gp3 has a throughput to set"],
        ],
    ];
    for (const [shape, reasons] of cases) {
        it(`${JSON.stringify(shape)}: ${reasons.length === 0 ? "legal" : reasons.join("; ")}`, () => {
            assert.deepEqual(
                volumeFaults(shape).map((fault) => fault.reason),
                reasons,
            );
        });
    }

    it("is legal exactly inside the table's ranges and ratios", () => {
        const shapes = fc.record({
            type: fc.constantFrom(...VOLUME_TYPES),
            sizeGiB: fc.integer({ min: 1, max: 70_000 }),
            iops: fc.option(fc.integer({ min: 1, max: 300_000 }), { nil: undefined }),
            throughput: fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: undefined }),
        });
        const inside = (value: number, range: { min: number; max: number }) => value >= range.min && value <= range.max;
        fc.assert(
            fc.property(shapes, (shape) => {
                const { sizeGiB, iops, throughput } = LIMITS[shape.type];
                const effective = performanceOf(shape);
                const legal =
                    inside(shape.sizeGiB, sizeGiB) &&
                    (iops
                        ? effective.iops !== undefined &&
                          inside(effective.iops, iops) &&
                          (effective.iops <= (iops.default ?? 0) || effective.iops <= iops.perGiB * shape.sizeGiB)
                        : shape.iops === undefined) &&
                    (throughput
                        ? inside(effective.throughput!, throughput) &&
                          effective.throughput! <= throughput.perIops * effective.iops!
                        : shape.throughput === undefined);
                const found = volumeFaults(shape);
                assert.equal(found.length === 0, legal, JSON.stringify(found));
            }),
            { numRuns: 500 },
        );
    });

    it("prices what is provisioned above what is free", () => {
        assert.equal(monthlyPrice({ type: "gp3", sizeGiB: 100 }), 8);
        assert.equal(monthlyPrice({ type: "gp3", sizeGiB: 100, iops: 4_000, throughput: 225 }), 8 + 5 + 4);
        assert.equal(monthlyPrice({ type: "io2", sizeGiB: 100, iops: 1_000 }), 12.5 + 65);
        assert.equal(monthlyPrice({ type: "sc1", sizeGiB: 1_000 }), 15);
    });
});
