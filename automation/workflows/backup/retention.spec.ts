import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Keep } from "../../../infra/model/backup";
import { TAG } from "../../../infra/model/names";
import { judgeSets, periodOf, type Rules, type Verdict } from "./retention";
import type { SetSnapshot } from "./set";
import { groupOf, latest, setsOf } from "./sets";
import { DAY, EXPIRING, GROUP, HOUR, NONCE, OTHER_GROUP, tagged, taken, VERIFIED, type Taken } from "./testing";

/** A Friday. */
const NOW = Date.UTC(2026, 10, 27, 12);
const NONE: Keep = { all: "none", daily: "none", weekly: "none", monthly: "none" };
const DEFAULT: Keep = { all: "2d", daily: "14d", weekly: "8w", monthly: "12m" };

const judge = (snapshots: readonly SetSnapshot[], keep: Keep = NONE, more: Partial<Rules> = {}): Verdict[] => {
    const now = more.now ?? NOW;
    return judgeSets(setsOf("content", snapshots, now), { keep, now, ...more });
};
/** `date: fate reasons`, the newest first. */
const said = (verdicts: readonly Verdict[]): string[] =>
    verdicts.map(({ set, fate, reasons }) => `${set.startedAt!.slice(5, 13)} ${fate}: ${reasons.join("; ")}`);
const gone = (verdicts: readonly Verdict[]): string[] =>
    verdicts.filter(({ fate }) => fate === "expired").map(({ set }) => set.id);
const without = (snapshots: readonly SetSnapshot[], ids: readonly string[]): SetSnapshot[] =>
    snapshots.filter(({ tags }) => !ids.includes(tags[TAG.set]!));
const NEWEST = "newest good of its group";

describe("retention", () => {
    it("keeps the last set of each natural period up to its age, and says every reason", () => {
        const days = [0.1, 0.6, 1, 5, 6, 13, 14, 20, 27, 40, 70, 100, 300, 400];
        const verdicts = judge(
            days.flatMap((day) => taken(NOW - day * DAY)),
            DEFAULT,
        );
        const newest = "11-27T09 kept: within 2d of the newest; daily 2026-11-27; weekly 2026-W48";
        assert.deepEqual(said(verdicts), [
            `${newest}; monthly 2026-11; ${NEWEST}`,
            "11-26T21 kept: within 2d of the newest; daily 2026-11-26",
            "11-26T12 kept: within 2d of the newest",
            "11-22T12 kept: daily 2026-11-22; weekly 2026-W47",
            "11-21T12 kept: daily 2026-11-21",
            "11-14T12 kept: daily 2026-11-14; weekly 2026-W46",
            "11-13T12 kept: daily 2026-11-13",
            "11-07T12 kept: weekly 2026-W45",
            "10-31T12 kept: weekly 2026-W44; monthly 2026-10",
            "10-18T12 kept: weekly 2026-W42",
            "09-18T12 kept: monthly 2026-09",
            "08-19T12 kept: monthly 2026-08",
            "01-31T12 kept: monthly 2026-01",
            "10-23T12 expired: no level of backup.keep holds it",
        ]);
    });

    it("counts ages from the newest good set: when backups stop, nothing goes", () => {
        const old = [0, 1, 2].flatMap((day) => taken(NOW - day * DAY));
        const keep = { ...NONE, all: "2d" };
        for (const later of [0, 30 * DAY, 4_000 * DAY])
            assert.deepEqual(gone(judge(old, keep, { now: NOW + later })), []);
        const failed = taken(NOW + 30 * DAY, { state: "error" });
        assert.deepEqual(gone(judge([...old, ...failed], keep, { now: NOW + 30 * DAY + HOUR })), []);
        const fresh = judge([...old, ...taken(NOW + 30 * DAY)], keep, { now: NOW + 31 * DAY });
        assert.equal(gone(fresh).length, 3);
    });

    it("never lets go of the newest good and the newest verified set of any group under the drive's name", () => {
        const before = [1, 2, 3].flatMap((day) =>
            taken(NOW - day * DAY, { group: OTHER_GROUP, tags: day === 3 ? VERIFIED : {} }),
        );
        const after = [0.5, 0.6].flatMap((day) => taken(NOW - day * DAY));
        assert.deepEqual(said(judge([...before, ...after])), [
            `11-27T00 kept: ${NEWEST}`,
            "11-26T21 expired: no level of backup.keep holds it",
            `11-26T12 kept: ${NEWEST}`,
            "11-25T12 expired: no level of backup.keep holds it",
            "11-24T12 kept: newest verified of its group",
        ]);
    });

    it("keeps what is young, in use, pending or of the future", () => {
        const sets = [
            ...taken(NOW + DAY),
            ...taken(NOW - HOUR / 2),
            ...taken(NOW - 2 * HOUR, { state: "pending" }),
            ...taken(NOW - 3 * HOUR, { tags: { [TAG.inUse]: "restore by build-7" } }),
            ...taken(NOW - 4 * HOUR, { tags: { [TAG.inUse]: "drill", ...EXPIRING } }),
        ];
        assert.deepEqual(said(judge(sets)), [
            "11-28T12 kept: its time is in the future",
            `11-27T11 kept: younger than 1 h; ${NEWEST}`,
            "11-27T10 kept: EC2 has not completed it",
            "11-27T09 kept: in use by restore by build-7",
            "11-27T08 kept: in use by drill",
        ]);
    });

    it("shows a failed set for a day", () => {
        const state = "error";
        const verdicts = judge([...taken(NOW - 23 * HOUR, { state }), ...taken(NOW - 25 * HOUR, { state })]);
        assert.deepEqual(
            verdicts.map(({ fate }) => fate),
            ["kept", "expired"],
        );
        // One member of two is there: it is no use to anybody, but nothing newer is.
        const [good, bad] = taken(NOW - 25 * HOUR) as [SetSnapshot, SetSnapshot];
        assert.deepEqual(gone(judge([good, { ...bad, state }])), []);
        assert.equal(gone(judge([good, { ...bad, state }, ...taken(NOW - 2 * HOUR)])).length, 1);
    });

    it("deletes what is no whole set by nonce and age alone, and only where a newer good set is there", () => {
        const part = taken(NOW - 20 * DAY).slice(1);
        const rules = { nonce: NONCE };
        const newer = taken(NOW - DAY);
        const fate = (snapshots: readonly SetSnapshot[], keep = NONE, more: Partial<Rules> = rules) =>
            judge(snapshots, keep, more).at(-1)!.fate;
        assert.equal(fate([...part, ...newer]), "expired");
        assert.equal(fate([...part, ...newer], NONE, {}), "kept");
        assert.equal(fate([...part, ...newer], NONE, { nonce: "b123456789abcdef" }), "kept");
        assert.equal(fate([...part, ...newer], { ...NONE, weekly: "3w" }), "kept");
        assert.equal(fate([...part, ...taken(NOW - DAY, { group: OTHER_GROUP })]), "kept");
        assert.equal(judge([...part, ...taken(NOW - 21 * DAY)], NONE, rules)[0]!.fate, "kept", "that one is older");
        const foreign = { ...part[0]!, id: "snap-foreign", tags: { ...part[0]!.tags, [TAG.nonce]: "another" } };
        assert.equal(fate([...part, foreign, ...newer]), "kept", "somebody else's member");
        const bare = { ...part[0]!, tags: { [TAG.drive]: "content", [TAG.set]: part[0]!.tags[TAG.set]! } };
        assert.match(said(judge([bare], DEFAULT, rules))[0]!, /kept: no whole set \(.*not proven to be this stack's/);
    });

    it("finishes what is marked, but for the last good or verified set of its group", () => {
        const newer = taken(NOW - DAY);
        const marked = tagged(taken(NOW - 2 * DAY), EXPIRING);
        const half = [...taken(NOW - 2 * DAY).slice(1), ...marked.slice(0, 1)];
        const fate = (snapshots: readonly SetSnapshot[]) => judge(snapshots, DEFAULT).at(-1)!.fate;
        assert.equal(fate([...marked, ...newer]), "expired", "all are marked");
        assert.equal(fate([...half, ...newer]), "expired", "marking was killed");
        assert.equal(fate([...marked.slice(1), ...newer]), "expired", "deleting was killed");
        assert.equal(fate(marked), "kept");
        assert.equal(fate([...marked, ...taken(NOW - DAY, { group: OTHER_GROUP })]), "kept");
        assert.equal(fate([...marked, ...tagged(newer, EXPIRING)]), "kept", "somebody marked them all");
        const verified = tagged(marked, VERIFIED);
        assert.equal(fate([...verified, ...newer]), "kept");
        assert.equal(fate([...verified, ...tagged(newer, VERIFIED)]), "expired");
        const [one, two] = taken(NOW - 2 * DAY, { members: 3 }) as [SetSnapshot, SetSnapshot];
        assert.equal(fate([...tagged([one], EXPIRING), two, ...newer]), "kept", "not our doing: we mark whole sets");
        assert.match(said(judge(marked)).join(), /no newer good set .* remove the tag elastic-drive:expiring$/);
    });

    it("knows periods by UTC, weeks from Monday to Sunday, of the year of their Thursday", () => {
        const at = (text: string) => Date.parse(text);
        assert.equal(periodOf("daily", at("2026-11-27T23:59:59.999Z")), "2026-11-27");
        assert.equal(periodOf("monthly", at("2026-12-01T00:00:00Z")), "2026-12");
        for (const [day, week] of [
            ["2026-11-22", "2026-W47"],
            ["2026-11-23", "2026-W48"],
            ["2026-12-31", "2026-W53"],
            ["2027-01-03", "2026-W53"],
            ["2027-01-04", "2027-W01"],
            ["2029-12-31", "2030-W01"],
        ] as const)
            assert.equal(periodOf("weekly", at(`${day}T12:00:00Z`)), week, day);
    });
});

/** Sets of every kind at any time of two years, some of them in the future. */
const someSet = fc
    .record({
        hours: fc.integer({ min: -48, max: 17_000 }),
        group: fc.constantFrom(GROUP, GROUP, GROUP, OTHER_GROUP),
        state: fc.constantFrom("completed", "completed", "completed", "completed", "pending", "error"),
        members: fc.integer({ min: 1, max: 3 }),
        lost: fc.constantFrom(0, 0, 0, 0, 1),
        marks: fc.constantFrom({}, {}, {}, {}, VERIFIED, EXPIRING, { [TAG.inUse]: "restore" }),
    })
    .map(({ hours, lost, marks, ...given }) => ({ at: NOW - hours * HOUR, lost, given: { ...given, tags: marks } }));
const someSets = fc
    .uniqueArray(someSet, { maxLength: 25, selector: ({ at }) => at })
    .map((all) => all.flatMap(({ at, lost, given }) => taken(at, given satisfies Taken).slice(lost)));
const age = fc.constantFrom("none", "1d", "3d", "14d", "8w", "12m");
const someKeep = fc.record({ all: age, daily: age, weekly: age, monthly: age });
const nonce = fc.constantFrom(undefined, NONCE);

describe("retention, of any sets", () => {
    it("never lets the newest good set of a group go, nor the newest verified one", () => {
        fc.assert(
            fc.property(someSets, someKeep, nonce, (snapshots, keep, own) => {
                const left = without(snapshots, gone(judge(snapshots, keep, { nonce: own })));
                const [before, after] = [snapshots, left].map((all) => setsOf("content", all, NOW)) as [[], []];
                for (const group of [GROUP, OTHER_GROUP]) {
                    assert.equal(latest(after, group)?.id, latest(before, group)?.id);
                    const verified = [before, after].map((sets: ReturnType<typeof setsOf>) =>
                        latest(
                            sets.filter(({ verifiedAt }) => verifiedAt !== undefined),
                            group,
                        ),
                    );
                    assert.equal(verified[1]?.id, verified[0]?.id);
                }
            }),
        );
    });

    it("has nothing more to say once that is done, and gives every set one fate with a reason", () => {
        fc.assert(
            fc.property(someSets, someKeep, nonce, (snapshots, keep, own) => {
                const verdicts = judge(snapshots, keep, { nonce: own });
                assert.equal(verdicts.length, setsOf("content", snapshots, NOW).length);
                assert.ok(verdicts.every(({ reasons }) => reasons.length > 0));
                const left = without(snapshots, gone(verdicts));
                assert.deepEqual(gone(judge(left, keep, { nonce: own })), []);
            }),
        );
    });

    it("never takes back that a set goes as time goes by, and deletes no more by keeping more", () => {
        const later = fc.integer({ min: 0, max: 3_000 });
        const isIn = (some: readonly string[], all: readonly string[]) => some.every((id) => all.includes(id));
        const levels = ["none", "1d", "3d", "14d", "8w", "12m"];
        const longer = (a: string, b: string) => (levels.indexOf(a) > levels.indexOf(b) ? a : b);
        fc.assert(
            fc.property(someSets, someKeep, someKeep, later, nonce, (snapshots, keep, more, hours, own) => {
                const rules = { nonce: own };
                const now = gone(judge(snapshots, keep, rules));
                assert.ok(isIn(now, gone(judge(snapshots, keep, { ...rules, now: NOW + hours * HOUR }))));
                const both = Object.fromEntries(
                    Object.entries(keep).map(([level, text]) => [level, longer(text, more[level as keyof Keep])]),
                ) as Keep;
                assert.ok(isIn(gone(judge(snapshots, both, rules)), now));
            }),
        );
    });

    it("lets nothing go that is in use, of the future, or not shown to be a whole set of the drive", () => {
        fc.assert(
            fc.property(someSets, someKeep, (snapshots, keep) => {
                for (const { set } of judge(snapshots, keep).filter(({ fate }) => fate === "expired")) {
                    assert.equal(set.inUseBy, undefined);
                    assert.ok(set.ageSeconds! >= 3_600 || set.state === "expiring");
                    assert.ok(set.defect === undefined || set.snapshots.every(({ tags }) => TAG.expiring in tags));
                    assert.notEqual(groupOf(set), undefined);
                }
            }),
        );
    });
});
