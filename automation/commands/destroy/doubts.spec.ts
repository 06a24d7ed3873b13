import * as assert from "node:assert/strict";
import { doubts, remains, strangeVolumes } from "./doubts";
import type { Observed } from "../../model/observed";
import { ours } from "../../reconcile/ours";
import { nextSteps } from "../../reconcile/next-steps";
import { desired, ec2, kinds, settled, slots, volume } from "../../reconcile/testing";

const codes = (observed: Observed): string[] => doubts(desired, observed).map(({ code }) => code);
const left = volume("bc", { state: "available", attachedTo: undefined, attachment: undefined });
const none: Observed["stack"] = { volumes: {}, ids: [], pending: 0 };
const empty: Observed = { ...ec2({ volumes: [], servers: [] }), stack: none, guest: undefined };
const part = (kind: "address" | "door", id: string) => ({ kind, id, used: true });

describe("what speaks against destroying", () => {
    it("is nothing that only an up needs: a volume lost, a group with a hole, a change by hand", () => {
        assert.deepEqual(codes(ec2({ volumes: [volume("ba", { sizeGiB: 10 })] })), []);
        assert.deepEqual(kinds(desired, ec2({ volumes: [volume("ba")] })), ["refused VolumeLost"]);
    });
    it("is an old checkout, another name, and a volume that another server uses", () => {
        assert.deepEqual(codes({ ...settled, stack: { ...settled.stack, revision: 9 } }), ["StaleCheckout"]);
        const renamed = { ...settled.stack, desired: { ...desired, name: "films" } };
        assert.deepEqual(codes({ ...settled, stack: renamed }), ["NameChanged"]);
        assert.deepEqual(codes(ec2({ volumes: [volume("ba", { attachedTo: "i-9" })] })), ["VolumeElsewhere"]);
        const used = [...settled.ec2.volumes, { ...left, attachedTo: "i-9" }];
        assert.deepEqual(codes(ec2({ volumes: used })), ["DriveElsewhere"]);
    });
    it("is anything of the drive in a stack that knows nothing, but after a destroy that was killed", () => {
        const lost = { ...empty, ec2: { ...empty.ec2, volumes: [left] } };
        assert.deepEqual(codes(lost), ["StateLost"]);
        assert.deepEqual(doubts(desired, lost, true), []);
        const foreign = ours(desired, {
            ...empty,
            ec2: { ...empty.ec2, volumes: [{ ...left, nonce: "f000000000000000" }] },
        });
        assert.deepEqual(codes(foreign), ["DriveNotOurs"]);
    });
    it("is not what one interrupted up has left", () => {
        const volumes = [...settled.ec2.volumes, left];
        assert.deepEqual(codes(ec2({ volumes, parts: [part("door", "sg-9")] })), []);
        assert.deepEqual(codes(ec2({ volumes, parts: [part("address", "eni-1"), part("door", "sg-9")] })), []);
    });
});

describe("what there is of a drive", () => {
    it("is named by volume and server; what is gone already and what no state knows is said", () => {
        const { texts, volumes, isNothing } = remains(ec2({ volumes: [volume("ba"), left] }));
        assert.deepEqual(texts, [
            "ba vol-ba (8 GiB)",
            "bb vol-bb (gone already)",
            "bc vol-bc (8 GiB), which an interrupted up left",
            "server i-1",
        ]);
        assert.deepEqual([volumes, isNothing], [["vol-ba", "vol-bb", "vol-bc"], false]);
    });
    it("is its parts where there is neither, and nothing where there is nothing", () => {
        const parts = [part("door", "sg-1")];
        assert.deepEqual(remains({ ...empty, ec2: { ...empty.ec2, parts } }).texts, ["door sg-1"]);
        assert.deepEqual(remains(empty), { texts: [], volumes: [], isNothing: true });
        assert.equal(remains({ ...empty, stack: { ...none, ids: ["x"] } }).isNothing, false);
    });
    it("is nothing that is kept on purpose; what nobody was asked about stays", () => {
        const kept = { ...left, slot: "", kept: { slot: "bc", hours: 24 } };
        assert.equal(remains({ ...empty, ec2: { ...empty.ec2, volumes: [kept] } }).isNothing, true);
        const late = ec2({ volumes: [...settled.ec2.volumes, left, kept] });
        assert.deepEqual(
            [strangeVolumes(late, []), strangeVolumes(late, ["vol-bc"])].map((all) => all.map(({ id }) => id)),
            [["vol-bc"], []],
        );
    });
});

describe("a destroy that was called off", () => {
    const bare = (unprotected: readonly string[]): Observed => ({
        ...settled,
        stack: { ...settled.stack, unprotected },
    });
    it("is followed by an up that protects the volumes again", () => {
        assert.deepEqual(kinds(desired, bare(["ba"])), ["up"]);
        assert.deepEqual(kinds(desired, bare([])), []);
    });
    it("a released slot is unprotected as it should be", () => {
        const released = slots({ bb: { sizeGiB: 8, state: "released" } });
        const observed = { ...bare(["bb"]), stack: { ...bare(["bb"]).stack, desired: released } };
        const plan = nextSteps(released, observed);
        assert.ok("steps" in plan && plan.steps[0]?.kind !== "up", JSON.stringify(plan));
    });
});
