import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../../infra/model/config";
import { copied, uncopied } from "./edits";
import { settledSlots } from "../../growth/facts";
import { sizeOf } from "../../model/sizes";
import { drive } from "../../growth/testing";

const fast = { sizeGiB: 100, type: "gp3", iops: 6000, throughput: 500 };
const two = drive({ ba: { sizeGiB: 8 }, bb: fast });
const after = (slots: DriveConfig["slots"]): DriveConfig => drive(slots);

describe("a slot copied", () => {
    it("stays a member until it is put aside, and one of the next free name is its copy, as fast as it was", () => {
        const slots = copied(two, { slot: "bb", sizeGiB: 200 });
        assert.deepEqual(slots["bb"], two.slots["bb"]);
        assert.deepEqual(slots["bc"], { ...fast, sizeGiB: 200, state: "member", copies: "bb" });
        assert.equal(sizeOf(settledSlots(after(slots))), 208);
        assert.equal(copied(two, { slot: "bb", sizeGiB: 200, iops: 8000 })["bc"]?.iops, 8000);
        assert.deepEqual(uncopied(after(slots), { slot: "bb", to: "bc", stage: "wished" }), two.slots);
    });
    it("may change its type, and then takes nothing over that belongs to the old one", () => {
        assert.deepEqual(copied(two, { slot: "bb", sizeGiB: 100, type: "gp2" })["bc"], {
            ...{ sizeGiB: 100, type: "gp2", state: "member", copies: "bb" },
        });
    });
    for (const [why, code, wish] of [
        ["is there", "NoSuchSlot", { slot: "bz", sizeGiB: 200 }],
        ["does not become smaller", "TargetTooSmall", { slot: "bb", sizeGiB: 99 }],
        ["is legal", "VolumeNotLegal", { slot: "ba", sizeGiB: 8, type: "sc1" }],
    ] as const) {
        it(`only where it ${why}`, () => {
            assert.throws(() => copied(two, wish), { code });
        });
    }
});
