import * as assert from "node:assert/strict";
import { fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { volumesPerDrive } from "./volumes-per-drive";

/** ba … bz, ca … */
const names = (n: number) =>
    Array.from({ length: n }, (_, i) => `${"bcd"[Math.floor(i / 26)]}${String.fromCharCode(97 + (i % 26))}`);
const drive = (n: number) => names(n).map((name) => slot(name));

describe("policy volumes-per-drive", () => {
    it("passes twenty, and one more while one is leaving, is copied or is released", () => {
        assert.deepEqual(judge(volumesPerDrive, drive(20)), []);
        assert.deepEqual(judge(volumesPerDrive, [...drive(20), slot("da", { state: "leaving" })]), []);
        assert.deepEqual(judge(volumesPerDrive, [...drive(20), slot("da", { state: "copying" })]), []);
        assert.deepEqual(judge(volumesPerDrive, [...drive(20), slot("da", { state: "released" })]), []);
    });

    it("refuses the twenty-first, and the twenty-second while one is leaving", () => {
        const many = drive(21);
        assert.deepEqual(judge(volumesPerDrive, many), [
            { message: "drive 'content' has 21 volumes: 20 are allowed", urn: many.at(-1)?.urn, level: "violation" },
        ]);
        assert.equal(
            judge(volumesPerDrive, [
                ...drive(20),
                slot("da", { state: "leaving" }),
                slot("db", { state: "leaving" }),
            ])[0]?.message,
            "drive 'content' has 22 volumes: 20 and one more while a volume is leaving are allowed",
        );
    });

    it("takes another number from its settings", () => {
        assert.deepEqual(judge(volumesPerDrive, drive(21), { max: 21 }), []);
        assert.equal(judge(volumesPerDrive, drive(3), { max: 2 }).length, 1);
    });

    it("leaves other types, and volumes of no drive, alone", () => {
        assert.deepEqual(judge(volumesPerDrive, strangers([TYPE.volume])), []);
        assert.deepEqual(
            judge(
                volumesPerDrive,
                names(30).map((name) => fake(TYPE.volume, name, { tags: NOT_KNOWN })),
            ),
            [],
        );
    });

    it("counts volumes whose other values a preview does not know", () => {
        const many = names(21).map((name) => slot(name, { props: { size: NOT_KNOWN, availabilityZone: NOT_KNOWN } }));
        assert.equal(judge(volumesPerDrive, many).length, 1);
    });
});
