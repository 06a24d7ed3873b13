import * as assert from "node:assert/strict";
import { simulated, type Outcome, type Scenario } from "./guard.testing";

const EIO = 5;
/** Calls of a guard that freezes at once and is asked to thaw. */
const CALLS = ["arm", "sync", "mark", "begin", "freeze", "answer", "thaw", "tell", "disarm"];
const TAKEN = { thawAfter: 1.5 } as const;

const run = (scenario: Scenario): Outcome => simulated([scenario])[0]!;
const told = ({ result }: Outcome): unknown => result && { thawed: result.thawed, held: result.held };

/** What holds whatever happened: nothing is frozen, nothing still runs, and no claim was made that its own thaw did not prove. */
function assertOver(outcome: Outcome, what: string, atMost: number): void {
    assert.deepEqual([outcome.frozen, outcome.running], [false, []], what);
    assert.ok((outcome.window ?? 0) <= atMost, `${what}: frozen for ${outcome.window} s`);
    if (outcome.result?.thawed === true) assert.equal(outcome.thawedBy, "guard", what);
}

describe("the guard of a freeze", () => {
    it("arms, syncs, marks, freezes, answers, and thaws when it is asked", () => {
        const outcome = run(TAKEN);
        assert.deepEqual(outcome.calls, CALLS);
        assert.deepEqual(outcome.answer, { frozen: true, freezeMs: 0 });
        assert.deepEqual(told(outcome), { thawed: true, held: true });
        assert.ok(outcome.window !== null && outcome.window >= 1.5 && outcome.window < 1.7, String(outcome.window));
        assert.equal(outcome.said, "disarmed");
        assertOver(outcome, "asked", 2);
    });
    it("thaws by itself at the limit, and then claims nothing, however soon after that it is asked", () => {
        for (const scenario of [{}, { thawAfter: 6.05 }, { limit: 2, thawAfter: 3 }]) {
            const outcome = run(scenario);
            assert.deepEqual([told(outcome), outcome.thawedBy], [{ thawed: false, held: false }, "guard"]);
            assertOver(outcome, "at its limit", (scenario.limit ?? 6) + 0.1);
        }
    });
    it("thaws when its unit is stopped, as by a shutdown, at any time", () => {
        const times = Array.from({ length: 160 }, (_, at) => at * 0.05);
        const scenarios = times.flatMap((stopAt) => [0, 3].map((takes) => ({ stopAt, takes })));
        simulated(scenarios).forEach((outcome, at) => assertOver(outcome, JSON.stringify(scenarios[at]), 6.5));
    });
    it("freezes only once a sync is short, and at most at the third", () => {
        assert.deepEqual(run({ ...TAKEN, syncs: [4, 0.2] }).calls, ["arm", "sync", ...CALLS.slice(1)]);
        const outcome = run({ ...TAKEN, syncs: [4, 3, 2] });
        assert.deepEqual(outcome.calls, ["arm", "sync", "sync", "sync", "disarm", "answer", "tell", "disarm"]);
        assert.match(outcome.answer?.why ?? "", /3 syncs in a row .* 2\.0 s/);
        assert.deepEqual(told(outcome), { thawed: false, held: true });
        assert.match(run({ syncs: [70] }).answer?.why ?? "", /more than 60 s/);
    });
    it("freezes nothing where the mark cannot be written or the thaw cannot be armed", () => {
        for (const [scenario, why] of [
            [{ markFails: "No space left on device" }, /mark could not be written: No space/],
            [{ armFails: "no systemd" }, /could not be armed: no systemd/],
        ] as const) {
            const outcome = run({ ...TAKEN, ...scenario });
            assert.match(outcome.answer?.why ?? "", why);
            assert.ok(!outcome.calls.includes("freeze"));
        }
    });
    it("leaves what somebody else has frozen as it is, and so does the switch", () => {
        assert.equal(run({ foreign: true }).thawedBy, null, "nor later");
        const outcome = run({ ...TAKEN, foreign: true });
        assert.deepEqual(
            [outcome.frozen, outcome.thawedBy, outcome.said, outcome.running],
            [true, null, "disarmed", []],
        );
        assert.match(outcome.answer?.why ?? "", /somebody else/);
        assert.match(run({ ...TAKEN, freezeFails: EIO }).answer?.why ?? "", /the kernel refused: EIO/);
    });
    it("without a freeze holds until it is asked, or until its limit", () => {
        const outcome = run({ freeze: false, limit: 30, thawAfter: 12 });
        assert.deepEqual(outcome.calls, ["answer", "tell", "disarm"]);
        assert.deepEqual(
            [outcome.answer, told(outcome)],
            [
                { frozen: false, freezeMs: 0 },
                { thawed: false, held: true },
            ],
        );
        const late = run({ freeze: false, limit: 30, thawAfter: 31 });
        assert.equal(late.result?.held, false);
    });
});

describe("a freeze ends", () => {
    /** Each killed before and behind each of its calls. */
    function killed(...all: readonly Scenario[]): readonly (readonly [string, Outcome, Scenario])[] {
        const cases = all.flatMap((more) =>
            CALLS.flatMap((call, at) =>
                [false, true].map((killBehind) => ({
                    what: `killed ${killBehind ? "behind" : "before"} ${call}, ${JSON.stringify(more)}`,
                    scenario: { ...more, killAt: at + 1, killBehind },
                    more,
                })),
            ),
        );
        const outcomes = simulated(cases.map(({ scenario }) => scenario));
        return cases.map(({ what, more }, at) => [what, outcomes[at]!, more]);
    }

    it("though the guard is killed anywhere: at once, by the switch alone, by the unit alone, by both", () => {
        const alone = [
            { ...TAKEN, release: false },
            { ...TAKEN, killSwitch: [0], switchReturns: false },
        ];
        for (const [what, outcome] of killed(TAKEN, ...alone)) {
            assertOver(outcome, what, 1.7);
            if (/behind (freeze|answer)|before thaw/.test(what))
                assert.match(outcome.thawedBy!, /switch|release/, what);
        }
    });
    it("though guard and switch are killed at the same moment: the switch comes again, and the unit does the same behind the guard", () => {
        const moments = [0.1, 0.15, 0.2, 0.25, 1, 1.6, 1.65, 1.7];
        const cases = moments.flatMap((at) =>
            [true, false].map((release) => ({ ...TAKEN, killSwitch: [at], switchReturns: true, release })),
        );
        for (const [what, outcome] of killed(...cases)) assertOver(outcome, what, 2.5);
    });
    it("though it hangs on a disk beyond the limit: whoever is left thaws it when the disk answers", () => {
        const durations = [5.9, 6, 6.3, 7, 40, 900];
        simulated(durations.map((takes) => ({ takes, thawAfter: 0.1 }))).forEach((outcome, at) => {
            const takes = durations[at]!;
            assertOver(outcome, `it takes ${takes} s`, Math.max(7, takes + 1));
            if (takes < 6.1) return;
            assert.match(outcome.answer?.why ?? "", /has not ended in 6\.0 s: a disk does not answer/);
            assert.deepEqual(told(outcome), { thawed: false, held: false });
        });
        const left = [{}, { release: false }, { killSwitch: [1], switchReturns: false }];
        for (const [what, dead, { takes }] of killed(
            ...durations.flatMap((takes) => left.map((one) => ({ ...one, takes }))),
        ))
            assertOver(dead, what, Math.max(7, takes! + 1));
    });
    it("though the guard gets no processor: the switch thaws at the limit, and the guard claims nothing afterwards", () => {
        for (const outcome of simulated([8, 60].map((stops) => ({ stops, thawAfter: 0.5 })))) {
            assertOver(outcome, "it stands still", 7);
            assert.deepEqual([outcome.thawedBy, outcome.result?.thawed], ["switch", false]);
        }
    });
    it("not before the guard runs again where it gets no processor and the switch is killed for good: that is not promised", () => {
        const outcome = run({ stops: 60, killSwitch: [2], switchReturns: false });
        assert.ok(outcome.window! > 59, "it waits for the guard");
        assertOver(outcome, "then the guard thaws", 61);
    });
});
