import * as assert from "node:assert/strict";
import type { Observed, VolumeView } from "../model/observed";
import { nextSteps } from "./next-steps";
import { desired, ec2, kinds, settled, slots, spent, SPENT_UNTIL, spentSlot, volume } from "./testing";

const as = (more: Partial<VolumeView>, from: Observed = settled): Observed => ({
    ...from,
    ec2: { ...from.ec2, volumes: [volume("ba"), volume("bb", more)] },
});
const refused = (wanted: typeof desired, observed: Observed) => {
    const plan = nextSteps(wanted, observed);
    assert.ok("refused" in plan, JSON.stringify(plan));
    return plan.refused[0]!;
};

describe("a volume that was modified by hand", () => {
    for (const [why, more, hint] of [
        ["larger", { sizeGiB: 10 }, "change bb --size 10GiB takes"],
        ["of another type", { type: "gp2", iops: 100 }, "change bb --type gp2 takes"],
        ["faster", { iops: 6_000, throughput: 500 }, "change bb --iops 6000 --throughput 500 takes"],
        ["of a type with IOPS", { type: "io2", iops: 500 }, "change bb --type io2 --iops 500 takes"],
    ] as const) {
        it(`is refused where it is ${why}, with the command that takes it into the configuration`, () => {
            const { code, message, hint: told } = refused(desired, as(more));
            assert.equal(code, "VolumeModifiedByHand");
            assert.match(message, /slots\.bb is 8 GiB gp3 3000\/125/);
            assert.ok(told.includes(hint), told);
        });
    }
    it("is never shrunk: larger than a new size that is asked for, the new size is refused", () => {
        assert.equal(refused(slots({ bb: { sizeGiB: 9 } }), as({ sizeGiB: 10 })).code, "ShrinkRefused");
    });
    it("is taken over by a refresh once the configuration says so: no call that changes nothing", () => {
        const adopted = slots({ bb: { sizeGiB: 10, iops: 4_000, throughput: 500 } });
        const plan = nextSteps(adopted, as({ sizeGiB: 10, iops: 4_000, throughput: 500 }));
        assert.deepEqual(plan, { steps: [{ kind: "up", refresh: true, adopt: {}, redo: false }] });
    });
    it("is none where a change is under way, where a view lags, or where EC2 shows the type's default", () => {
        assert.deepEqual(kinds(slots({ bb: { sizeGiB: 12 } }), as({ sizeGiB: 10 })), ["up"]);
        assert.deepEqual(kinds(desired, as({ sizeGiB: 4 })), []);
        assert.deepEqual(kinds(desired, as({ iops: 3_000, throughput: 125 })), []);
    });
});

describe("a modification beyond EC2's four", () => {
    const wanted = (sizeGiB: number) => slots({ bb: { sizeGiB, ...spentSlot } });
    it("is refused before the engine is asked, with the time from which it is possible", () => {
        const { code, message, hint } = refused(wanted(12), as(spent));
        assert.equal(code, "ModificationsSpent");
        assert.ok(message.includes(`the next is possible at ${SPENT_UNTIL}`), message);
        assert.match(hint, /slots\.bb may stay 8 GiB gp3/);
    });
    it("hinders nothing else, and not what has been carried out", () => {
        assert.deepEqual(kinds(slots({ bb: { sizeGiB: 8, ...spentSlot }, bc: { sizeGiB: 8 } }), as(spent)), ["up"]);
        assert.deepEqual(kinds(wanted(12), as({ ...spent, sizeGiB: 12 })), ["up"]);
    });
    it("is possible a day after the first of them", () => {
        const later = { ...as(spent), ec2: { ...as(spent).ec2, readAt: Date.parse(SPENT_UNTIL) } };
        assert.equal(kinds(wanted(12), later).at(-1), "up");
    });
});

/** The drive, and this one as one more member. */
function joinedBy(volumeId: string): Observed {
    assert.ok(settled.guest?.reachable === true);
    const more = { volumeId, sizeBytes: 9, usedBytes: 0, leaving: false };
    return { ...settled, guest: { ...settled.guest, members: [...settled.guest.members, more] } };
}

describe("a disk that was added to the group by hand", () => {
    it("is named and refused, with the way out", () => {
        assert.ok(settled.guest?.reachable === true);
        const more = { volumeId: "vol-hand", sizeBytes: 9, usedBytes: 2 * 1024 ** 3, leaving: false };
        const members = [...settled.guest.members, more];
        const { code, message, hint } = refused(desired, { ...settled, guest: { ...settled.guest, members } });
        assert.equal(code, "ForeignMember");
        assert.match(message, /^vol-hand .* 2\.0 GiB of the drive are on it/);
        assert.match(hint, /get-caller-identity.*describe-volumes --volume-ids vol-hand/);
    });
    it("is never told to be removed, whatever it answers with", () => {
        for (const volumeId of ["vol-hand", "/dev/vdx"]) {
            const { code, hint } = refused(desired, joinedBy(volumeId));
            assert.equal(code, "ForeignMember");
            assert.doesNotMatch(hint, /vgreduce|pvremove|pvmove|destroy|detach|delete/);
        }
    });
    it("is none where its volume is tagged as the drive's, also as one that was kept", () => {
        const kept = volume("", { id: "vol-kept", kept: { slot: "bz", hours: 48 } });
        const observed = { ...ec2({ volumes: [...settled.ec2.volumes, kept] }), guest: joinedBy("vol-kept").guest };
        assert.deepEqual(kinds(desired, observed), []);
    });
    it("is none where the stack knows its volume and EC2 does not show it: that one is said to be lost, to be looked for first", () => {
        const { code, hint } = refused(desired, ec2({ volumes: [volume("ba")] }));
        assert.equal(code, "VolumeLost");
        assert.match(hint, /get-caller-identity.*region.*describe-volumes --volume-ids vol-bb/);
        assert.doesNotMatch(hint, /vgreduce|pvremove|destroy|detach|delete/);
    });
    it("is none where its volume is one of ours that the state does not know yet", () => {
        assert.ok(settled.guest?.reachable === true);
        const leaked = volume("bc", { id: "vol-bc" });
        const members = [...settled.guest.members, { volumeId: "vol-bc", sizeBytes: 8, usedBytes: 0, leaving: false }];
        const observed = {
            ...ec2({ volumes: [...settled.ec2.volumes, leaked] }),
            guest: { ...settled.guest, members },
        };
        assert.deepEqual(kinds(slots({ bc: { sizeGiB: 8 } }), observed), ["up"]);
    });
});

describe("disks that the server refuses to mount", () => {
    const refusing = (wrong: readonly string[], refusedThere = true): Observed => {
        assert.ok(settled.guest?.reachable === true);
        const disks = {
            refused: refusedThere,
            seen: "/dev/vdd (vol-copy) holds PV-b",
            expected: "once",
            hint: "detach vol-copy",
            wrong,
        };
        return { ...settled, guest: { ...settled.guest, mounted: false, disks } };
    };
    it("are refused in its words: which volume, and what to do", () => {
        const { code, message, hint } = refused(desired, refusing(["vol-copy"]));
        assert.deepEqual([code, hint], ["DisksRefused", "detach vol-copy"]);
        assert.match(message, /does not mount the drive: \/dev\/vdd \(vol-copy\) holds PV-b; expected once/);
    });
    it("are refused where no single disk is wrong, such as two of one serial", () => {
        assert.equal(refused(desired, refusing([])).code, "DisksRefused");
    });
    it("are none where a slot's volume is not recorded yet, or where they may come by themselves: up does it", () => {
        assert.deepEqual(kinds(desired, refusing([settled.stack.volumes["bb"]!])), ["up"]);
        assert.deepEqual(kinds(desired, refusing([], false)), ["up"]);
    });
});
