import * as assert from "node:assert/strict";
import { Downtime } from "./downtime";
import { RecordingHost } from "../../io/recording";
import type { Step } from "../../model/steps";
import { inside } from "../../reconcile/testing";

const QUIESCE: Step = { kind: "quiesce", serverId: "i-1", aside: "bb" };
const aside = inside({ mounted: false, exports: [], asideSince: 40 });

describe("downtime", () => {
    const noted: number[] = [];
    let now = 0;
    const downtime = (): Downtime => {
        noted.length = 0;
        return new Downtime({
            host: new RecordingHost(),
            now: () => now,
            note: (_event, _text, seconds) => Promise.resolve(void noted.push(seconds)),
        });
    };

    it("goes from the end of the exports to the look that finds them again, and is said once", async () => {
        const clock = downtime();
        now = 50_000;
        clock.begins(QUIESCE);
        now = 60_000;
        await clock.sees(aside);
        await clock.sees(inside({ exports: [] }));
        now = 75_500;
        await clock.sees(inside({}));
        await clock.sees(inside({}));
        assert.deepEqual(noted, [25.5]);
    });
    it("that another driver began is known from the server", async () => {
        const clock = downtime();
        now = 90_000;
        await clock.sees(aside);
        now = 100_000;
        await clock.sees(inside({}));
        assert.deepEqual(noted, [60]);
    });
    it("is none of a planned rehost's, nor of a drive that was never put aside", async () => {
        const clock = downtime();
        clock.begins({ kind: "quiesce", serverId: "i-1" });
        await clock.sees(inside({}));
        assert.deepEqual(noted, []);
    });
});
