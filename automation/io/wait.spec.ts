import * as assert from "node:assert/strict";
import type { Clock } from "./wait";
import { systemClock, until } from "./wait";

/** Time that passes only when slept. */
function fakeClock(): Clock & { slept: number } {
    const clock = {
        slept: 0,
        now: () => clock.slept,
        sleep: (ms: number) => Promise.resolve(void (clock.slept += ms)),
    };
    return clock;
}
const wait = { what: "vol-1 to be attached", hint: "look", deadlineMs: 10_000, everyMs: 1_000 };

describe("until", () => {
    it("gives what the probe found, and tells each new sight once", async () => {
        const sights = ["creating", "creating", "attaching"];
        const seen: string[] = [];
        const found = await until({ ...wait, onSeen: (sight) => seen.push(sight) }, fakeClock(), () => {
            const sight = sights.shift();
            return Promise.resolve(sight === undefined ? { ready: 42 } : { seen: sight });
        });
        assert.equal(found, 42);
        assert.deepEqual(seen, ["creating", "attaching"]);
    });
    it("gives up at its deadline with its name and what it last saw", async () => {
        const clock = fakeClock();
        await assert.rejects(
            until(wait, clock, () => Promise.resolve({ seen: "attaching" })),
            { code: "WaitTimedOut", message: "vol-1 to be attached: still 'attaching' after 10 s" },
        );
        assert.equal(clock.slept, 10_000);
    });
    it("stops when it is told to, also while it sleeps", async () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 5);
        await assert.rejects(
            until({ ...wait, signal: stop.signal }, systemClock, () => Promise.resolve({ seen: "creating" })),
            { code: "Interrupted" },
        );
    });
    it("sleeps not at all when it was told to before", async () => {
        const began = Date.now();
        await assert.rejects(systemClock.sleep(10_000, AbortSignal.abort()), { code: "Interrupted" });
        assert.ok(Date.now() - began < 5_000);
    });
});
