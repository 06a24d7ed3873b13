import * as assert from "node:assert/strict";
import { fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { STACK, TYPE } from "./kit/types";
import { replacementSize } from "./replacement-size";

const old = (name: string, sizeGiB: number, state?: string) =>
    slot(name, { sizeGiB, exists: true, ...(state !== undefined && { state }) });
const messages = (...volumes: ReturnType<typeof slot>[]) =>
    judge(replacementSize, volumes).map(({ message }) => message);

describe("policy replacement-size", () => {
    it("passes a drive in which nothing leaves, and a new volume that holds what leaves", () => {
        const joins = (name: string, sizeGiB: number, takes: string) => slot(name, { sizeGiB, takes });
        assert.deepEqual(messages(old("ba", 8), old("bb", 8), slot("bc", { sizeGiB: 1 })), []);
        assert.deepEqual(messages(old("ba", 8), old("bb", 8, "leaving"), joins("bc", 8, "bb")), []);
        assert.deepEqual(messages(old("ba", 8, "leaving"), joins("bc", 4, "ba"), joins("bd", 4, "ba")), []);
        assert.deepEqual(messages(old("ba", 8), old("bb", 8, "released")), []);
    });

    it("refuses one that is too small, with what is missing", () => {
        const leaving = old("bb", 8, "leaving");
        assert.deepEqual(judge(replacementSize, [old("ba", 100), leaving, slot("bc", { sizeGiB: 6 })]), [
            {
                message:
                    "'content-bb' with 8 GiB leaves drive 'content' and 'content-bc' with 6 GiB joins: 2 GiB are missing to hold 8 GiB",
                urn: leaving.urn,
                level: "violation",
            },
        ]);
    });

    it("refuses a volume that leaves while nothing joins: the others are full, however large", () => {
        assert.deepEqual(messages(old("ba", 1000), old("bb", 8, "leaving")), [
            "'content-bb' with 8 GiB leaves drive 'content' and nothing joins to take it: 8 GiB are missing to hold 8 GiB",
        ]);
    });

    it("refuses one that does not say whose data it takes: once it is there it would count as full", () => {
        const leaving = old("bb", 8, "leaving");
        // What EC2 fills in is not known of a new volume.
        const silent = slot("bc", { sizeGiB: 16, props: { snapshotId: NOT_KNOWN } });
        assert.deepEqual(judge(replacementSize, [old("ba", 8), leaving, silent]), [
            {
                message:
                    "'content-bb' with 8 GiB leaves drive 'content' and 'content-bc' with 16 GiB joins, but does not say that it takes it over: write takes: [bb] to it",
                urn: leaving.urn,
                level: "violation",
            },
        ]);
    });

    it("adds the growth that is declared", () => {
        const stack = [old("ba", 8, "leaving"), slot("bc", { sizeGiB: 10, takes: "ba" })];
        assert.deepEqual(judge(replacementSize, stack, { growthGiB: 2 }), []);
        assert.match(
            judge(replacementSize, stack, { growthGiB: 3 })[0]?.message ?? "",
            /1 GiB are missing to hold 8 GiB and 3 GiB of growth/,
        );
    });

    it("knows a volume that has joined already by what it says it takes", () => {
        const joined = (takes: string) => slot("bc", { sizeGiB: 8, exists: true, takes });
        assert.deepEqual(messages(old("ba", 8), old("bb", 8, "leaving"), joined("bb")), []);
        assert.equal(messages(old("ba", 8), old("bb", 8, "leaving"), joined("ba")).length, 1);
    });

    it("asks no more for a volume that leaves in the middle of taking over than it can have taken", () => {
        const back = (takes: string) => slot("bc", { sizeGiB: 16, exists: true, state: "leaving", takes });
        const bb = slot("bb", { sizeGiB: 8, exists: true, takes: "bc" });
        assert.deepEqual(messages(old("ba", 8), bb, back("bb")), []);
        assert.equal(messages(old("ba", 8), bb, back("ba, bb")).length, 1);
        assert.equal(messages(old("ba", 8), bb, back("")).length, 1);
    });

    it("lets a volume be copied, also the last one, and go when the copy is there", () => {
        assert.deepEqual(messages(old("ba", 8, "copying")), []);
        const copy = slot("bb", { sizeGiB: 16, props: { snapshotId: "snap-1" } });
        assert.deepEqual(messages(old("ba", 8, "copying"), copy), []);
        assert.deepEqual(messages(old("ba", 8, "released"), copy), []);
    });

    it("refuses to let the last volume go, leaving or released", () => {
        assert.deepEqual(messages(old("ba", 8, "leaving")), [
            "the last volume ('content-ba') of drive 'content' would leave: no volume would be left",
        ]);
        assert.deepEqual(messages(old("ba", 8, "released"), old("bb", 8, "leaving")), [
            "every volume ('content-ba', 'content-bb') of drive 'content' would leave: no volume would be left",
        ]);
    });

    it("refuses a leaving volume that was never there, but not one restored from a snapshot", () => {
        assert.deepEqual(messages(slot("ba", { sizeGiB: 99 }), slot("bb", { state: "leaving" })), [
            "volume 'content-bb' is leaving before it was ever there: nothing is on it to be moved",
        ]);
        const taker = slot("ba", { sizeGiB: 99, takes: "bb" });
        const restored = slot("bb", { state: "leaving", props: { snapshotId: "snap-1" } });
        assert.deepEqual(messages(taker, restored), []);
        const { tags } = restored.props as { tags: object };
        const props = { size: 8, arn: NOT_KNOWN, snapshotId: NOT_KNOWN, tags };
        const snapshot = fake("aws:ebs/snapshot:Snapshot", "kept");
        const later = fake(TYPE.volume, "content-bb", props, { from: { snapshotId: snapshot } });
        assert.deepEqual(messages(taker, later), []);
        assert.match(messages(taker, fake(TYPE.volume, "content-bb", props))[0] ?? "", /before it was ever there/);
    });

    it("reads our own stack's slots from its output", () => {
        const desired = { name: "content", slots: { ba: {}, bb: { state: "leaving" }, bc: { takes: ["bb"] } } };
        const root = (slots: object) => fake(STACK, "stack", { desired: { ...desired, slots } });
        const volumes = [old("ba", 8), old("bb", 8), old("bc", 8)];
        assert.deepEqual(judge(replacementSize, [root(desired.slots), ...volumes]), []);
        assert.equal(judge(replacementSize, [root({ ...desired.slots, bc: {} }), ...volumes]).length, 1);
        for (const odd of [
            { slots: 3 },
            { slots: { bb: null } },
            "text",
            NOT_KNOWN,
            { name: "content", slots: { bb: NOT_KNOWN } },
        ]) {
            assert.deepEqual(judge(replacementSize, [fake(STACK, "stack", { desired: odd }), ...volumes]), []);
        }
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(replacementSize, strangers([TYPE.volume])), []);
    });

    it("says when a preview does not know a size, and judges the other drives", () => {
        const elsewhere = (name: string, props: object) =>
            fake(TYPE.volume, `other-${name}`, {
                tags: { "elastic-drive:drive": "other", "elastic-drive:slot": name },
                size: 8,
                arn: "arn",
                ...props,
            });
        const leaving = {
            tags: { "elastic-drive:drive": "other", "elastic-drive:slot": "bb", "elastic-drive:state": "leaving" },
        };
        const found = judge(replacementSize, [
            old("ba", 8, "leaving"),
            slot("bc", { takes: "ba", props: { size: NOT_KNOWN } }),
            elsewhere("ba", {}),
            elsewhere("bb", leaving),
        ]);
        assert.deepEqual(
            found.map(({ level }) => level),
            ["note", "violation"],
        );
    });
});
