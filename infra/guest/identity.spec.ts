import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { exportFsid, pvUuid } from "./identity";

describe("identities made from names", () => {
    it("never change: disks and clients out there carry them", () => {
        assert.equal(pvUuid("vol-00000000000000001"), "FTSSXl-U8yk-urXK-WK8T-p1ia-rKM1-JB68G4");
        assert.equal(exportFsid("content"), "484dd74d-16d2-8d51-a4ab-8ad9dc92fb94");
    });

    it("have the form LVM and nfsd want, and differ for different names", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), (a, b) => {
                assert.match(pvUuid(a), /^[0-9a-zA-Z]{6}(-[0-9a-zA-Z]{4}){5}-[0-9a-zA-Z]{6}$/);
                assert.match(exportFsid(a), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
                assert.equal(pvUuid(a) === pvUuid(b), a === b);
                assert.equal(exportFsid(a) === exportFsid(b), a === b);
            }),
        );
    });
});
