import * as assert from "node:assert/strict";
import { fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { volumesPerCustomer } from "./volumes-per-customer";

const volumes = (n: number, tags?: unknown) =>
    Array.from({ length: n }, (_, i) => fake(TYPE.volume, `v${String(i).padStart(4, "0")}`, { tags }));

describe("policy volumes-per-customer", () => {
    it("passes twenty, whatever root volumes there are", () => {
        const servers = Array.from({ length: 30 }, (_, i) =>
            fake(TYPE.instance, `s${i}`, { rootBlockDevice: { volumeSize: 8 } }),
        );
        assert.deepEqual(judge(volumesPerCustomer, [...volumes(20), ...servers]), []);
    });

    it("refuses the twenty-first, with the number", () => {
        const many = volumes(21);
        assert.deepEqual(judge(volumesPerCustomer, many), [
            { message: "the stack has 21 data volumes: 20 are allowed", urn: many[20]?.urn, level: "violation" },
        ]);
    });

    it("allows one more while one is leaving, and does not count what is released", () => {
        assert.deepEqual(
            judge(volumesPerCustomer, [
                ...volumes(20),
                slot("ba", { state: "leaving" }),
                slot("bb", { state: "released" }),
            ]),
            [],
        );
        assert.deepEqual(judge(volumesPerCustomer, [...volumes(20), slot("ba", { state: "copying" })]), []);
        assert.equal(judge(volumesPerCustomer, [...volumes(20), slot("ba")]).length, 1);
    });

    it("counts by a customer's tag when told to", () => {
        const config = { customerTag: "Customer", max: 3 };
        const stack = [...volumes(3, { Customer: "a" }), ...volumes(4, { Customer: "b" })];
        assert.deepEqual(
            judge(volumesPerCustomer, stack, config).map(({ message }) => message),
            ["customer 'b' has 4 data volumes: 3 are allowed"],
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(volumesPerCustomer, strangers([TYPE.volume])), []);
    });

    it("counts volumes whose tags a preview does not know", () => {
        assert.equal(judge(volumesPerCustomer, volumes(21, NOT_KNOWN)).length, 1);
        assert.equal(
            judge(volumesPerCustomer, volumes(21, { Customer: NOT_KNOWN }), { customerTag: "Customer" }).length,
            1,
        );
    });
});
