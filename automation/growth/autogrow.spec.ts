import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { Autogrow } from "../../infra/model/autogrow";
import { parseDriveConfig, type DriveConfig } from "../../infra/model/config";
import { PRICES } from "../../infra/model/prices";
import type { Observed, ReachableGuest } from "../model/observed";
import { desired as base, settled, volume } from "../reconcile/testing";
import { decideAutogrow, type AutogrowDecision } from "./autogrow";
import { cents, factsOf } from "./facts";
import { sizeOf } from "../model/sizes";

const GIB = 1024 ** 3;
const OVERHEAD = 0.2 * GIB;
const settings = Autogrow.parse({ maxGiB: 1000, maxMonthly: 100 });
const dear = { ...PRICES, gp3: { perGiB: 1 } };

const drive = (slots: Record<string, object>, more: object = {}): DriveConfig =>
    parseDriveConfig({ ...base, slots, ...more });

/** The drive as it was last brought up, with so much on it. */
function holding(made: DriveConfig, usedGiB: number, more: Partial<Observed> = {}): Observed {
    const names = Object.keys(made.slots);
    const volumes = Object.fromEntries(names.map((slot) => [slot, `vol-${slot}`]));
    return {
        ...settled,
        ec2: { ...settled.ec2, volumes: names.map((slot) => volume(slot, made.slots[slot])) },
        stack: {
            ...settled.stack,
            desired: made,
            revision: made.revision,
            volumes,
            ids: ["i-1", ...Object.values(volumes)],
        },
        guest: inside(made, usedGiB),
        ...more,
    };
}

const inside = (made: DriveConfig, usedGiB: number): ReachableGuest => ({
    ...(settled.guest as ReachableGuest),
    members: Object.keys(made.slots).map((slot) => ({
        volumeId: `vol-${slot}`,
        sizeBytes: 1,
        usedBytes: 1,
        leaving: false,
    })),
    sizeBytes: sizeOf(made.slots) * GIB - OVERHEAD,
    usedBytes: usedGiB * GIB,
});

const hundred = drive({ ba: { sizeGiB: 60 }, bb: { sizeGiB: 40 } });
const decide = (usedGiB: number, more: Partial<Autogrow> = {}): AutogrowDecision =>
    decideAutogrow(hundred, holding(hundred, usedGiB), { ...settings, ...more });
const grown = (decision: AutogrowDecision): [number, boolean] => {
    assert.equal(decision.outcome, "grow");
    return decision.outcome === "grow" ? [decision.way.after.sizeGiB, decision.capped] : [0, false];
};
const why = (decision: AutogrowDecision): string => {
    assert.equal(decision.outcome, "held");
    return decision.outcome === "held" ? `${decision.reason}: ${decision.why}` : "";
};

describe("autogrow", () => {
    it("does nothing while there is room, warns, and grows so far that the level asked for is there", () => {
        assert.equal(decide(74).outcome, "fine");
        assert.equal(decide(76).outcome, "warned");
        assert.equal(decide(84).outcome, "warned");
        // 86 GiB are to be 70 % of 122.9 GiB, and 0.2 GiB of the volumes are not the file system's.
        assert.deepEqual(grown(decide(86)), [124, false]);
    });

    it("stops at the ceilings, and says which holds it", () => {
        assert.deepEqual(grown(decide(90, { maxGiB: 110 })), [110, true]);
        assert.deepEqual(grown(decide(90, { maxMonthly: 9 })), [112, true]);
        assert.match(why(decide(90, { maxGiB: 100 })), /^ceiling: its size is at the ceiling of 100 GiB/);
        assert.match(why(decide(90, { maxMonthly: 8 })), /^ceiling: the least growth is to 101 GiB at \$8.08 a month/);
    });

    it("takes the cheapest of the ways that nobody notices, by the prices that are given", () => {
        const mixed = drive({ ba: { sizeGiB: 60, type: "gp2" }, bb: { sizeGiB: 40 } });
        const most = { ...settings, growTo: 84 };
        const decision = decideAutogrow(mixed, holding(mixed, 86), most);
        assert.ok(decision.outcome === "grow" && decision.way.how === "in-place", JSON.stringify(decision));
        const held = why(decideAutogrow(mixed, holding(mixed, 86), { ...most, maxMonthly: 9 }));
        assert.match(held, /^ceiling: the least growth is to 101 GiB at \$9\.28 a month/);
        assert.match(why(decideAutogrow(hundred, holding(hundred, 86), settings, dear)), /at \$101\.00 a month/);
    });

    it("reaches a ceiling in money to the cent, whatever is lost in sums", () => {
        const old = drive({ ba: { sizeGiB: 1322, type: "gp2" }, bb: { sizeGiB: 74, type: "gp2" } });
        const levels = { warnAt: 39, growAt: 40, growTo: 20, maxGiB: 1610, maxMonthly: 161 };
        assert.deepEqual(grown(decideAutogrow(old, holding(old, 643), levels)), [1610, true]);
    });

    it("takes no volume that its type makes larger than the ceiling", () => {
        const cold = drive({ ba: { sizeGiB: 200, type: "st1" } });
        const volumes = [
            volume("ba", { sizeGiB: 200, type: "st1", modification: { state: "optimizing", progress: 5 } }),
        ];
        const observed = holding(cold, 180, { ec2: { ...settled.ec2, volumes } });
        assert.equal(grown(decideAutogrow(cold, observed, { ...settings, maxGiB: 325 }))[0], 325);
        const held = why(decideAutogrow(cold, observed, { ...settings, maxGiB: 324 }));
        assert.match(held, /^ceiling: the least growth is to 325 GiB/);
    });

    it("goes on with a growth that was begun, before it thinks of another, and not beyond the ceilings", () => {
        const bigger = drive({ ba: { sizeGiB: 84 }, bb: { sizeGiB: 40 } }, { revision: base.revision + 1 });
        const added = drive({ ...hundred.slots, bc: { sizeGiB: 24 } }, { revision: base.revision + 1 });
        for (const begun of [bigger, added]) {
            for (const usedGiB of [10, 86, 99])
                assert.equal(decideAutogrow(begun, holding(hundred, usedGiB), settings).outcome, "resume");
            for (const ceiling of [{ maxGiB: 123 }, { maxMonthly: 9 }])
                assert.match(why(decideAutogrow(begun, holding(hundred, 86), { ...settings, ...ceiling })), /^ceiling/);
            assert.match(
                why(decideAutogrow(begun, holding(hundred, 86), settings, dear)),
                /^ceiling.* \$124\.00 a month/,
            );
        }
    });

    const next = { revision: base.revision + 1 };
    const gone = settled.ec2.servers.map((server) => ({ ...server, leaving: true }));
    for (const [what, wanted, observed, expected] of [
        [
            "an edit that was never brought up",
            drive({ ba: { sizeGiB: 500 }, bb: { sizeGiB: 40 } }),
            {},
            /never brought up/,
        ],
        [
            "another operation that was begun",
            drive(hundred.slots, { ...next, share: { clients: ["10.9.0.0/16"] } }),
            {},
            /another operation/,
        ],
        [
            "a move",
            drive(
                { ba: { sizeGiB: 60, state: "leaving" }, bb: { sizeGiB: 40 }, bc: { sizeGiB: 60, takes: ["ba"] } },
                next,
            ),
            {},
            /slot ba is leaving/,
        ],
        [
            "a copy",
            drive({ ...hundred.slots, bc: { sizeGiB: 60, copies: "ba" } }, next),
            {},
            /slot bc copies ba: another operation/,
        ],
        [
            "a change of type that was begun",
            drive({ ba: { sizeGiB: 60, type: "gp2" }, bb: { sizeGiB: 40 } }, next),
            {},
            /another operation/,
        ],
        [
            "a slot from a snapshot that was begun",
            drive({ ...hundred.slots, bc: { sizeGiB: 24, from: "snap-00000001" } }, next),
            {},
            /another operation/,
        ],
        [
            "a growth that was begun and has lost its server",
            drive({ ba: { sizeGiB: 84 }, bb: { sizeGiB: 40 } }, next),
            { ec2: { ...holding(hundred, 90).ec2, servers: [] } },
            /other work is due/,
        ],
        [
            "a planned new server",
            hundred,
            { ec2: { ...holding(hundred, 90).ec2, servers: gone } },
            /server i-1 is being replaced/,
        ],
        ["an up at work", hundred, { stack: { ...holding(hundred, 90).stack, pending: 1 } }, /other work is due/],
        [
            "a drive that was never whole",
            hundred,
            { stack: { ...holding(hundred, 90).stack, desired: undefined } },
            /never brought up/,
        ],
    ] as const) {
        it(`keeps off ${what}`, () => {
            assert.match(
                why(decideAutogrow(wanted, holding(hundred, 90, observed), settings)),
                new RegExp(`^busy: .*${expected.source}`),
            );
        });
    }

    it("takes its own settings, and a note of a modification, for no change of the drive", () => {
        const noted = { ...hundred.slots["ba"], modified: ["2026-10-01T10:00:00.000Z"] };
        for (const set of [
            drive(hundred.slots, { autogrow: settings }),
            drive({ ...hundred.slots, ba: noted }, { revision: base.revision + 1 }),
        ])
            assert.equal(decideAutogrow(set, holding(hundred, 10), settings).outcome, "fine");
    });

    it("decides nothing by an old checkout", () => {
        const old = drive(hundred.slots, { revision: base.revision - 1 });
        assert.throws(() => decideAutogrow(old, holding(hundred, 90), settings), { code: "StaleCheckout" });
    });

    it("decides nothing when nobody knows how full the drive is", () => {
        const silent = holding(hundred, 90, { guest: { reachable: false, why: "gone" } });
        assert.throws(() => decideAutogrow(hundred, silent, settings), { code: "FillUnknown" });
        const unmounted = holding(hundred, 90, { guest: { ...inside(hundred, 90), mounted: false } });
        assert.match(why(decideAutogrow(hundred, unmounted, settings)), /^busy: other work is due/);
    });

    it("never exceeds a ceiling, never shrinks, and grows once for one fill level, killed or not", () => {
        fc.assert(
            fc.property(life(), ({ slots, levels, used, killed }) => {
                let made = drive(slots);
                for (const share of used) {
                    const usedGiB = (sizeOf(made.slots) - OVERHEAD / GIB) * share;
                    const decision = decideAutogrow(made, holding(made, usedGiB), levels);
                    if (decision.outcome !== "grow") continue;
                    const wanted = drive(decision.way.slots, { revision: made.revision + 1 });
                    const [before, after] = [factsOf(made.slots), factsOf(wanted.slots)];
                    const isWithin = after.sizeGiB <= levels.maxGiB && cents(after) <= levels.maxMonthly * 100;
                    assert.ok(isWithin, "over a ceiling");
                    assert.ok(after.sizeGiB > before.sizeGiB);
                    for (const [slot, { sizeGiB }] of Object.entries(made.slots))
                        assert.ok((wanted.slots[slot]?.sizeGiB ?? 0) >= sizeGiB, "a volume shrinks or goes");
                    if (killed) assert.equal(decideAutogrow(wanted, holding(made, usedGiB), levels).outcome, "resume");
                    made = wanted;
                    const again = decideAutogrow(made, holding(made, usedGiB), levels);
                    assert.notEqual(again.outcome, "grow", "twice for one fill level");
                    if (!decision.capped) assert.ok("fill" in again && again.fill.percent <= levels.growTo + 0.01);
                }
            }),
            { numRuns: 500, examples: [[atTheCent]] },
        );
    });
});

/** The sum of its prices is 379 or a hair more, by the volume that grows. */
const atTheCent: Life = {
    slots: { ba: { type: "gp3", sizeGiB: 9 }, bb: { type: "gp3", iops: 4000, sizeGiB: 366 } },
    levels: { warnAt: 39, growAt: 40, growTo: 20, maxGiB: 4675, maxMonthly: 379 },
    used: [0.9982924226254004, 0.9987819211454215, 0.01],
    killed: false,
};

interface Life {
    readonly slots: Record<string, object>;
    readonly levels: Autogrow;
    readonly used: readonly number[];
    readonly killed: boolean;
}

function life(): fc.Arbitrary<Life> {
    const type = fc.constantFrom(
        { type: "gp3" },
        { type: "gp2" },
        { type: "st1", sizeGiB: 125 },
        { type: "gp3", iops: 4000 },
    );
    const slot = fc
        .tuple(fc.integer({ min: 8, max: 2000 }), type)
        .map(([sizeGiB, of]) => ({ ...of, sizeGiB: Math.max(sizeGiB, of.sizeGiB ?? 0) }));
    const levels = fc
        .record({
            growAt: fc.integer({ min: 40, max: 99 }),
            growTo: fc.integer({ min: 20, max: 95 }),
            maxGiB: fc.integer({ min: 1, max: 20_000 }),
            maxMonthly: fc.integer({ min: 1, max: 2_000 }),
        })
        .map(({ growTo, ...more }) => ({
            ...more,
            growTo: Math.min(growTo, more.growAt - 1),
            warnAt: more.growAt - 1,
        }));
    return fc.record({
        slots: fc
            .array(slot, { minLength: 1, maxLength: 6 })
            .map((all) => Object.fromEntries(all.map((one, at) => [`b${"abcdef"[at]}`, one]))),
        levels,
        used: fc.array(fc.double({ min: 0.01, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 5 }),
        killed: fc.boolean(),
    });
}
