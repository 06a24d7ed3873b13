import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { TAG } from "../../../infra/model/names";
import type { SetSnapshot } from "./set";
import { latest, ofGroup, setsOf, type BackupSet } from "./sets";
import { DAY, EXPIRING, FROZEN, GROUP, HOUR, OTHER_GROUP, tagged, taken, VERIFIED } from "./testing";

const NOW = Date.UTC(2026, 10, 27, 12);
const one = (snapshots: readonly SetSnapshot[]): BackupSet => {
    const [set, ...others] = setsOf("content", snapshots, NOW);
    assert.ok(set !== undefined && others.length === 0);
    return set;
};
const whole = taken(NOW - HOUR, { members: 4 });
const change = (at: number, more: Partial<SetSnapshot>): SetSnapshot[] =>
    whole.map((snapshot, index) => (index === at ? { ...snapshot, ...more } : snapshot));
const retag = (at: number, tags: Record<string, string>): SetSnapshot[] =>
    change(at, { tags: { ...whole[at]!.tags, ...tags } });

describe("sets, from snapshots", () => {
    it("are good when all members are there and completed, of one instant, one group and one map", () => {
        const set = one(whole);
        assert.equal(set.state, "good");
        assert.equal(set.reason, undefined);
        assert.deepEqual([set.groups, set.expected, set.ageSeconds, set.by], [[GROUP], 4, 3_600, "timer-1"]);
        assert.deepEqual(
            set.map.map(({ slot }) => slot),
            ["ba", "bb", "bc", "bd"],
        );
    });

    it("are not good for any one thing that is wrong with a member, and say what", () => {
        const wrong: [SetSnapshot[], BackupSet["state"], RegExp][] = [
            [whole.slice(1), "incomplete", /^1 of 4 members are missing: ba \(vol-0+1\)$/],
            [change(0, { volumeId: whole[1]!.volumeId }), "incomplete", /^it has two snapshots of vol-0+2$/],
            [[...whole, { ...whole[0]!, id: "snap-twice" }], "incomplete", /^it has two snapshots of vol-0+1$/],
            [change(2, { volumeId: "vol-0000000000000beef" }), "incomplete", /which its map does not name$/],
            [change(2, { startedAt: new Date(NOW).toISOString() }), "incomplete", /not of one instant$/],
            [change(2, { startedAt: "" }), "incomplete", /does not say when/],
            [retag(3, { [TAG.group]: OTHER_GROUP }), "incomplete", /^its members differ in volume group$/],
            [retag(3, { [TAG.nonce]: "b123456789abcdef" }), "incomplete", /^its members differ in nonce$/],
            [retag(3, { [TAG.members]: "3" }), "incomplete", /^its members differ in number of members$/],
            [tagged(whole, { [TAG.members]: "3" }), "incomplete", /^its map names 4 of 3 members$/],
            [retag(3, { [`${TAG.map}2`]: "bd:0:x:8/gp3" }), "incomplete", /^its members have different maps$/],
            [change(1, { tags: { [TAG.drive]: "content", [TAG.set]: one(whole).id } }), "incomplete", /differ/],
            [change(1, { state: "recovering" }), "incomplete", /is recovering$/],
            [change(1, { state: "unheard-of" }), "incomplete", /is unheard-of$/],
            [change(1, { state: "error", message: "the key is gone" }), "error", /failed: the key is gone$/],
            [change(1, { state: "pending", progress: 7 }), "pending", /^3 of 4 members are completed.* 7 %$/],
            [retag(2, EXPIRING), "expiring", /^1 of 4 members are marked/],
            [tagged(whole.slice(2), EXPIRING), "expiring", /^2 of 2/],
        ];
        for (const [snapshots, state, reason] of wrong) {
            const set = one(snapshots);
            assert.equal(set.state, state, set.reason);
            assert.match(set.reason ?? "", reason);
            assert.equal(latest([set], GROUP), undefined);
        }
    });

    it("stay whole when somebody takes another under their id later", () => {
        const stolen = taken(NOW - HOUR / 2, { members: 4, id: one(whole).id });
        const late = stolen.map((snapshot) => ({ ...snapshot, id: `${snapshot.id}-late` }));
        for (const some of [late, late.slice(2)]) {
            const [other, set] = setsOf("content", [...some, ...whole], NOW);
            assert.deepEqual([set?.state, set?.snapshots.length], ["good", 4]);
            assert.deepEqual([other?.state, other?.reason], ["incomplete", "its id is that of an older set"]);
            assert.equal(latest([other!, set!], GROUP), set);
        }
    });

    it("of another drive, or of no set, are not looked at", () => {
        assert.deepEqual(setsOf("contents", whole, NOW), []);
        assert.deepEqual(setsOf("content", [{ ...whole[0]!, tags: { [TAG.drive]: "content" } }], NOW), []);
        assert.equal(one(tagged(whole, { [TAG.set]: "mine" })).reason, "'mine' is no set's id");
    });

    it("claim no mark that not every member has, and take what is not marked for the weakest", () => {
        assert.equal(one(whole).mark, "crash");
        assert.equal(one(tagged(whole, FROZEN)).mark, "frozen");
        assert.equal(one(tagged(whole, { [TAG.consistency]: "cold" })).mark, "cold");
        assert.equal(one(tagged(whole, { [TAG.consistency]: "good" })).mark, "crash");
        assert.equal(one(retag(0, FROZEN)).mark, "crash");
        assert.equal(one(tagged(whole, VERIFIED)).verifiedAt, "2026-11-27T10:00:00.000Z");
        assert.equal(one(retag(0, VERIFIED)).verifiedAt, undefined);
        assert.equal(one(tagged(whole, { [TAG.verified]: "yes" })).verifiedAt, undefined);
        assert.equal(one(retag(3, { [TAG.inUse]: "restore on build-7" })).inUseBy, "restore on build-7");
        assert.equal(one(retag(3, { [TAG.inUse]: "" })).inUseBy, undefined);
    });

    it("come the newest first, and the latest is a good one of the group that is asked for", () => {
        const old = taken(NOW - 2 * DAY);
        const mid = taken(NOW - DAY);
        const other = taken(NOW - HOUR, { group: OTHER_GROUP });
        const sets = setsOf("content", [...old, ...other, ...tagged(mid, EXPIRING)], NOW);
        assert.deepEqual(
            sets.map(({ ageSeconds }) => ageSeconds),
            [3_600, 86_400, 172_800],
        );
        assert.equal(latest(sets, GROUP)?.ageSeconds, 172_800);
        assert.equal(latest(sets, OTHER_GROUP)?.ageSeconds, 3_600);
        assert.equal(ofGroup(sets, GROUP).length, 2);
        assert.equal(latest(sets, "none"), undefined);
    });

    it("are the same in whatever order EC2 gives them, and a good one is never made of less than its map", () => {
        const doubles = taken(NOW - HOUR, { members: 2 }).map((two) => ({ ...two, id: `${two.id}-2` }));
        const pool = [...whole, ...taken(NOW - DAY), ...doubles];
        fc.assert(
            fc.property(fc.shuffledSubarray(pool), (some) => {
                const sets = setsOf("content", some, NOW);
                assert.deepEqual(setsOf("content", [...some].reverse(), NOW), sets);
                for (const set of sets.filter(({ state }) => state === "good")) {
                    const ids = set.snapshots.map(({ volumeId }) => volumeId).sort();
                    assert.deepEqual(ids, set.map.map(({ volumeId }) => volumeId).sort());
                    assert.equal(ids.length, set.expected);
                }
            }),
        );
    });
});
