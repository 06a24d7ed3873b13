import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { TAG } from "../../../infra/model/names";
import { collectSteps } from "./collect";
import { judgeSets } from "./retention";
import type { SetSnapshot } from "./set";
import { setsOf, type BackupSet } from "./sets";
import { DAY, EXPIRING, NONCE, OTHER_GROUP, tagged, taken, VERIFIED } from "./testing";

const NOW = Date.UTC(2026, 10, 27, 12);
const KEEP = { all: "1d", daily: "2d", weekly: "none", monthly: "none" };

class Killed extends Error {}

/** EC2's snapshots, changed one at a time; a call over many of them can be killed between any two. */
class Snapshots {
    private readonly all: Map<string, SetSnapshot>;
    /** Called before each change, and after it. */
    fuse: () => void = () => undefined;

    constructor(snapshots: readonly SetSnapshot[]) {
        this.all = new Map(snapshots.map((one) => [one.id, one]));
    }

    list = (): SetSnapshot[] => [...this.all.values()];
    count = (set: string): number => this.list().filter(({ tags }) => tags[TAG.set] === set).length;
    sets = (): BackupSet[] => setsOf("content", this.list(), NOW);

    tag(id: string, tags: Readonly<Record<string, string>>): void {
        this.fuse();
        const snapshot = this.all.get(id);
        if (snapshot !== undefined) this.all.set(id, { ...snapshot, tags: { ...snapshot.tags, ...tags } });
        this.fuse();
    }

    /** A part of a set without its mark would be what people take for a set that lost a member. */
    delete(id: string): void {
        this.fuse();
        const set = this.all.get(id)?.tags[TAG.set];
        for (const { tags } of this.list().filter((one) => one.tags[TAG.set] === set))
            assert.ok(tags[TAG.expiring] !== undefined, `${set} would be a half set that nothing marks`);
        this.all.delete(id);
        this.fuse();
    }
}

/** As `gc` does it; a generator, so that others can act between any two of its changes. */
function* collecting(ec2: Snapshots): Generator<void> {
    for (let look = 0; look < 10; look++) {
        const steps = collectSteps(judgeSets(ec2.sets(), { keep: KEEP, nonce: NONCE, now: NOW }));
        if (steps.length === 0) return;
        for (const { kind, snapshots } of steps)
            for (const id of snapshots) {
                yield;
                if (kind === "mark") ec2.tag(id, EXPIRING);
                else ec2.delete(id);
            }
    }
    assert.fail("gc comes to no end");
}

const collect = (ec2: Snapshots): void => void [...collecting(ec2)];

/** Some days of sets, a failed one, a part, another group's, and what a killed gc and a restore have left. */
const world = (): SetSnapshot[] => [
    ...[0.5, 1.5, 2.5, 3.5, 7.5].flatMap((days) => taken(NOW - days * DAY, { members: 3 })),
    ...tagged(taken(NOW - 5 * DAY, { members: 3 }), VERIFIED),
    ...taken(NOW - 6 * DAY, { state: "error" }),
    ...taken(NOW - 20 * DAY, { members: 3 }).slice(1),
    ...taken(NOW - 30 * DAY, { group: OTHER_GROUP }),
    ...taken(NOW - 31 * DAY, { group: OTHER_GROUP }),
    ...tagged(taken(NOW - 21 * DAY, { members: 3 }), EXPIRING).slice(2),
    ...taken(NOW - 22 * DAY, { tags: { [TAG.inUse]: "restore" } }),
];

describe("gc of sets", () => {
    it("marks a set whole, looks again, and only then deletes it whole", () => {
        const ec2 = new Snapshots([...taken(NOW - DAY), ...taken(NOW - 9 * DAY)]);
        const look = () => collectSteps(judgeSets(ec2.sets(), { keep: KEEP, now: NOW }));
        const [first, ...others] = look();
        assert.deepEqual(others, []);
        const old = ec2.list().slice(2);
        const set = old[0]!.tags[TAG.set]!;
        assert.deepEqual(first, { kind: "mark", set, snapshots: old.map(({ id }) => id) });
        ec2.tag(old[0]!.id, EXPIRING);
        assert.deepEqual(look(), [{ kind: "mark", set, snapshots: [old[1]!.id] }]);
        ec2.tag(old[1]!.id, EXPIRING);
        assert.deepEqual(look(), [{ kind: "delete", set, snapshots: old.map(({ id }) => id) }]);
        ec2.delete(old[0]!.id);
        assert.deepEqual(look(), [{ kind: "delete", set, snapshots: [old[1]!.id] }]);
        ec2.delete(old[1]!.id);
        assert.deepEqual(look(), []);
    });

    it("leaves whole sets only, what is in use among them", () => {
        const ec2 = new Snapshots(world());
        collect(ec2);
        const left = ec2.sets();
        assert.ok(left.every(({ state }) => state === "good"));
        assert.deepEqual(
            left.map(({ ageSeconds }) => ageSeconds! / 86_400),
            [0.5, 1.5, 2.5, 5, 22, 30],
        );
    });

    it("killed anywhere, goes on to the same end, and no half set is offered meanwhile", () => {
        const [whole, undisturbed] = [new Snapshots(world()), new Snapshots(world())];
        let points = 0;
        undisturbed.fuse = () => void points++;
        collect(undisturbed);
        const end = undisturbed.list().map(({ id }) => id);
        assert.ok(points >= 50);
        for (let at = 0; at < points; at++) {
            const ec2 = new Snapshots(world());
            let left = at;
            ec2.fuse = () => {
                if (left-- === 0) throw new Killed();
            };
            assert.throws(() => collect(ec2), Killed);
            ec2.fuse = () => undefined;
            for (const { id, state } of ec2.sets().filter((set) => set.state === "good"))
                assert.equal(ec2.count(id), whole.count(id), `${id} is ${state}`);
            collect(ec2);
            assert.deepEqual(
                ec2.list().map(({ id }) => id),
                end,
                `killed at point ${at}`,
            );
        }
    });

    it("run by two at once comes to the same end", () => {
        const alone = new Snapshots(world());
        collect(alone);
        fc.assert(
            fc.property(fc.infiniteStream(fc.boolean()), (turns) => {
                const ec2 = new Snapshots(world());
                const both = [collecting(ec2), collecting(ec2)] as const;
                while (!(turns.next().value === true ? both[0] : both[1]).next().done);
                for (const one of both) while (!one.next().done);
                assert.deepEqual(ec2.list(), alone.list());
            }),
            { numRuns: 10 },
        );
    });

    it("never deletes from a set that a restore has begun with, however the two meet", () => {
        /** Writes first that the set is in use, and looks then. */
        function* restoring(ec2: Snapshots, set: string, begun: { is: boolean }): Generator<void> {
            for (const { id } of ec2.list().filter(({ tags }) => tags[TAG.set] === set)) {
                yield;
                ec2.tag(id, { [TAG.inUse]: "restore" });
            }
            yield;
            begun.is = ec2.sets().find(({ id }) => id === set)?.state === "good";
        }
        const seen = new Set<boolean>();
        fc.assert(
            fc.property(fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }), (turns) => {
                const old = taken(NOW - 9 * DAY, { members: 3 });
                const ec2 = new Snapshots([...taken(NOW - DAY), ...old]);
                const begun = { is: false };
                const [gc, restore] = [collecting(ec2), restoring(ec2, old[0]!.tags[TAG.set]!, begun)];
                for (const turn of turns) (turn ? gc : restore).next();
                for (const one of [gc, restore]) while (!one.next().done);
                seen.add(begun.is);
                if (begun.is) assert.equal(ec2.list().length, 5);
            }),
        );
        assert.equal(seen.size, 2, "both ways were met");
    });
});
