import * as assert from "node:assert/strict";
import { copied } from "../workflows/copy/edits";
import { effectOf, effectText } from "./effect";
import { consolidated, replaced } from "../workflows/move/edits";
import { drive, twelve } from "./testing";

describe("what a change named by hand means", () => {
    it("is price, time, copy, risk, and what the volumes do less than before", () => {
        const text = effectText(effectOf(twelve, consolidated(twelve, { into: 2, type: "gp3" })));
        assert.match(text, /\$ a month: 600\.00 before, 480\.00 after, 1080\.00 meanwhile \(list of us-east-1, 2026/);
        assert.match(text, /takes \d+\.\d h or so, no downtime\n/);
        assert.match(text, /5\.9 TiB copied at \d+(\.\d+)? MiB\/s; what is there twice meanwhile costs \$\d/);
        assert.match(text, /lost in a year: 1\.2 to 2\.4 % before, 0\.2 to 0\.4 % after/);
        assert.match(text, /do less: 250 MiB\/s for 3000, 6000 IOPS for 18000/);
    });
    it("has no loss of speed where there is none, and the downtime where there is one", () => {
        const one = drive({ ba: { sizeGiB: 100 } });
        const moved = effectOf(one, replaced(one, { slot: "ba", sizeGiB: 200 }));
        const copy = effectOf(one, copied(one, { slot: "ba", sizeGiB: 200 }));
        assert.ok(!effectText(moved).includes("less"));
        assert.match(effectText(copy), /5 min of downtime/);
        assert.deepEqual([moved.after, moved.passage.copy?.gib, copy.after], [copy.after, 100, copy.after]);
        assert.ok(copy.passage.during.monthly > moved.passage.during.monthly, "the snapshot is paid for");
    });
    it("is about a minute and the new price for a modification", () => {
        const one = drive({ ba: { sizeGiB: 100 } });
        const slots = { ba: { ...one.slots["ba"]!, iops: 6000 } };
        assert.equal(
            effectText(effectOf(one, slots)),
            "  $ a month: 8.00 before, 23.00 after (list of us-east-1, 2026-10-01)\n  takes 60 s or so, no downtime",
        );
    });
});
