import * as assert from "node:assert/strict";
import { fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { volumeProtected } from "./volume-protected";

describe("policy volume-protected", () => {
    it("passes protected volumes, and leaves a drive's to drive-protected", () => {
        const mine = fake(TYPE.volume, "data", {}, { protect: true });
        assert.deepEqual(judge(volumeProtected, [mine, slot("ba", { protect: false })]), []);
    });

    it("refuses an unprotected one", () => {
        const bare = fake(TYPE.volume, "data", {});
        assert.deepEqual(judge(volumeProtected, [bare]), [
            {
                message: "volume 'data' is not protected: removing it from the program deletes its data",
                urn: bare.urn,
                level: "violation",
            },
        ]);
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(volumeProtected, strangers([TYPE.volume])), []);
    });

    it("needs no value that a preview may not know", () => {
        const found = judge(volumeProtected, [
            fake(TYPE.volume, "data", { tags: NOT_KNOWN, size: NOT_KNOWN, id: NOT_KNOWN }),
        ]);
        assert.deepEqual(
            found.map(({ level }) => level),
            ["violation"],
        );
    });
});
