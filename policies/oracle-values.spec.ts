import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { fake, judge } from "./kit/testing";
import { TYPE } from "./kit/types";
import { notOpenToTheWorld } from "./not-open-to-the-world";
import { volumeLimits } from "./volume-limits";

/** Facts of EBS as they stood in autumn 2026, typed a second time. */
const LEGAL: Readonly<
    Record<string, (size: number, iops: number | undefined, throughput: number | undefined) => boolean>
> = {
    gp3: (size, iops = 3000, throughput = 125) =>
        size >= 1 &&
        size <= 65_536 &&
        iops >= 3000 &&
        iops <= 80_000 &&
        (iops === 3000 || iops <= 500 * size) &&
        throughput >= 125 &&
        throughput <= 2000 &&
        throughput * 4 <= iops,
    gp2: (size, iops, throughput) => size >= 1 && size <= 16_384 && iops === undefined && throughput === undefined,
    io2: (size, iops, throughput) =>
        size >= 4 &&
        size <= 65_536 &&
        iops !== undefined &&
        iops >= 100 &&
        iops <= 256_000 &&
        iops <= 1000 * size &&
        throughput === undefined,
    io1: (size, iops, throughput) =>
        size >= 4 &&
        size <= 16_384 &&
        iops !== undefined &&
        iops >= 100 &&
        iops <= 64_000 &&
        iops <= 50 * size &&
        throughput === undefined,
    st1: (size, iops, throughput) => size >= 125 && size <= 16_384 && iops === undefined && throughput === undefined,
    sc1: (size, iops, throughput) => size >= 125 && size <= 16_384 && iops === undefined && throughput === undefined,
};
/** Limits and their neighbours, where mistakes live. */
const near = (...values: readonly number[]) =>
    fc.constantFrom(...values.flatMap((value) => [value - 1, value, value + 1]));
const some = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 });

describe("policies on random values", () => {
    it("refuse exactly the volumes that EBS has no room for", () => {
        const seen = { legal: 0, illegal: 0 };
        fc.assert(
            fc.property(
                fc.constantFrom(...Object.keys(LEGAL)),
                fc.oneof(near(2, 4, 125, 16_384, 65_536), fc.integer({ min: 1, max: 70_000 })),
                some(fc.oneof(near(100, 500, 3000, 64_000, 80_000, 256_000), fc.integer({ min: 1, max: 300_000 }))),
                some(fc.oneof(near(125, 250, 750, 2000), fc.integer({ min: 1, max: 3000 }))),
                (type, size, iops, throughput) => {
                    const legal = LEGAL[type]!(size, iops, throughput);
                    seen[legal ? "legal" : "illegal"]++;
                    const found = judge(volumeLimits, [fake(TYPE.volume, "v", { type, size, iops, throughput })]);
                    assert.equal(found.length === 0, legal, JSON.stringify({ type, size, iops, throughput, found }));
                },
            ),
            { numRuns: 3000 },
        );
        assert.ok(seen.legal > 100 && seen.illegal > 100);
    });

    it("refuse exactly the rules that let half the world in to a guarded port", () => {
        const octet = fc.integer({ min: 0, max: 255 });
        const network = fc
            .tuple(octet, octet, fc.integer({ min: 0, max: 32 }))
            .map(([a, b, bits]) => ({ text: `${a}.${b}.0.0/${bits}`, bits }));
        const port = fc.oneof(near(20, 21, 22, 990, 2049), fc.integer({ min: 0, max: 65_535 }));
        let refused = 0;
        fc.assert(
            fc.property(
                network,
                port,
                port,
                fc.constantFrom("tcp", "udp", "-1", "6", "17", "icmp"),
                (from, a, b, protocol) => {
                    const [low, high] = [Math.min(a, b), Math.max(a, b)];
                    const guarded: Readonly<Record<string, number[]>> = {
                        tcp: [20, 21, 22, 990, 2049],
                        "6": [20, 21, 22, 990, 2049],
                        udp: [2049],
                        "17": [2049],
                    };
                    let open = protocol === "-1";
                    // Port by port, as a visitor would try them.
                    for (let at = low; at <= high; at++) open ||= (guarded[protocol] ?? []).includes(at);
                    const rule = { ipProtocol: protocol, fromPort: low, toPort: high, cidrIpv4: from.text };
                    const found = judge(notOpenToTheWorld, [fake(TYPE.ingressRule, "r", rule)]);
                    assert.equal(found.length > 0, open && from.bits < 8, JSON.stringify(rule));
                    refused += found.length;
                },
            ),
            { numRuns: 500 },
        );
        assert.ok(refused > 20);
    });
});
