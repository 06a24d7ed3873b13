import * as assert from "node:assert/strict";
import { tableOf, type Described } from "./table";

const described = (more: Described): Described => ({
    Hypervisor: "nitro",
    ProcessorInfo: { SupportedArchitectures: ["x86_64"] },
    EbsInfo: { AttachmentLimitType: "shared", MaximumEbsAttachments: 27 },
    ...more,
});
const MADE = { version: "1.0", date: "2026-01-01" };
const rows = (types: Record<string, Described>): unknown =>
    (JSON.parse(tableOf(types, MADE)) as { types: unknown }).types;

describe("the instance table that the script writes", () => {
    it("has a line a type, sorted, whatever the order of the answer", () => {
        const text = tableOf({ "b1.large": described({}), "a1.large": described({}) }, MADE);
        assert.match(text, /^ {4}"a1\.large": ".*",\n {4}"b1\.large": ".*"$/m);
        assert.match(text, /moto 1\.0/);
    });

    it("corrects what the answer has wrong", () => {
        const metal = described({ BareMetal: true });
        assert.deepEqual(
            rows({ "i7i.metal-24xl": metal, "m5.metal": metal, "t2.micro": described({ Hypervisor: "xen" }) }),
            {
                "i7i.metal-24xl": "metal x86_64 27 dedicated - -",
                "m5.metal": "metal x86_64 27 shared - -",
                "t2.micro": "xen x86_64 27 dedicated - -",
            },
        );
    });

    it("refuses an answer of another shape", () => {
        assert.throws(
            () => tableOf({ "a1.large": { Hypervisor: "nitro" } }, MADE),
            /a1\.large: no kind, no architecture/,
        );
    });
});
