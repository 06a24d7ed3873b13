import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../../infra/model/config";
import type { Observed } from "../../model/observed";
import { nextSteps } from "../../reconcile/next-steps";
import { retirement } from "./plan";
import { desired, kinds, settled, slots, volume, without } from "../../reconcile/testing";

describe("nextSteps of a slot that leaves", () => {
    const GIB = 1024 ** 3;
    const leaving = slots({ bb: { sizeGiB: 8, state: "leaving" }, bc: { sizeGiB: 16, takes: ["bb"] } });
    const member = (slot: string, usedGiB: number, tagged = slot === "bb") => ({
        ...{ volumeId: `vol-${slot}`, sizeBytes: 16 * GIB, usedBytes: usedGiB * GIB, leaving: tagged },
    });
    const applied = (wanted: DriveConfig, members: readonly object[]): Observed => ({
        ...settled,
        ec2: {
            ...settled.ec2,
            volumes: ["ba", "bb", "bc"].map((slot) => volume(slot, { sizeGiB: slot === "bc" ? 16 : 8 })),
        },
        stack: {
            ...settled.stack,
            desired: wanted,
            volumes: { ba: "vol-ba", bb: "vol-bb", bc: "vol-bc" },
            ids: [...settled.stack.ids, "vol-bc"],
        },
        guest: { ...settled.guest!, members } as Observed["guest"],
    });
    const first = (wanted: DriveConfig, observed: Observed): unknown => {
        const plan = nextSteps(wanted, observed);
        return "steps" in plan ? plan.steps[0] : plan.refused.map(({ code }) => code);
    };

    it("moves its data to who takes it, then lets the volume go, and then only says released", () => {
        const at = (usedGiB: number): Observed =>
            applied(leaving, [member("ba", 8), member("bb", usedGiB), member("bc", 0)]);
        assert.deepEqual(first(leaving, at(8)), { kind: "move", slot: "bb", to: ["bc"] });
        assert.deepEqual(first(leaving, at(0)), { kind: "letGo", slot: "bb" });
        const released = first(leaving, applied(leaving, [member("ba", 8), member("bc", 8)])) as {
            desired: DriveConfig;
        };
        assert.deepEqual([released.desired.revision, released.desired.slots["bb"]?.state], [4, "released"]);
    });
    it("believes nothing of a drive that is not mounted or not whole", () => {
        const observed = applied(leaving, [member("ba", 8)]);
        assert.deepEqual(first(leaving, { ...observed, guest: { ...observed.guest!, mounted: false } as never }), {
            ...{ kind: "up", refresh: false, adopt: {}, redo: true },
        });
    });
    it("says released of no slot by itself before the whole drive has shown it", () => {
        const { guest, ...observed } = applied(leaving, [member("ba", 8)]);
        for (const unsure of [{ mounted: false }, { missing: ["uuid"] }, { reachable: false }] as object[]) {
            const steps = retirement(leaving, { ...observed, guest: { ...guest!, ...unsure } }, false);
            assert.deepEqual(steps[0], { kind: "move", slot: "bb", to: ["bc"] });
        }
    });
    it("has its tag set again where it was lost", () => {
        const observed = applied(leaving, [member("ba", 8), member("bb", 8, false), member("bc", 0)]);
        assert.deepEqual(first(leaving, observed), { kind: "up", refresh: false, adopt: {}, redo: true });
    });
    it("takes the slot out once released was applied, and what it took is forgotten", () => {
        const released = slots({ bb: { sizeGiB: 8, state: "released" }, bc: { sizeGiB: 16, takes: ["bb"] } });
        const gone = first(released, applied(released, [member("ba", 8), member("bc", 8)])) as {
            desired: DriveConfig;
        };
        assert.deepEqual(Object.keys(gone.desired.slots), ["ba", "bc"]);
        assert.equal(gone.desired.slots["bc"]?.takes, undefined);
    });
    it("ends the leave on the server first, when the configuration says that it stays", () => {
        const stays = slots({ bc: { sizeGiB: 16 } });
        const observed = applied(leaving, [member("ba", 8), member("bb", 8), member("bc", 0)]);
        assert.deepEqual(kinds(stays, observed), ["stay", "up"]);
    });
    it("lets no slot stay that was made from a snapshot and has been let go: it takes no blank disk", () => {
        const bb = { sizeGiB: 8, from: "snap-0000000000000000f" };
        const observed = applied(slots({ bb: { ...bb, state: "leaving" }, bc: { sizeGiB: 16, takes: ["bb"] } }), [
            ...[member("ba", 8), member("bc", 4)],
        ]);
        const back = slots({ bb: { ...bb, takes: ["bc"] }, bc: { sizeGiB: 16, state: "leaving", takes: ["bb"] } });
        const volumes = observed.ec2.volumes.map((one) => (one.slot === "bb" ? { ...one, snapshotId: bb.from } : one));
        assert.deepEqual(first(back, { ...observed, ec2: { ...observed.ec2, volumes } }), ["SlotEmptied"]);
        const blank = slots({
            bb: { sizeGiB: 8, takes: ["bc"] },
            bc: { sizeGiB: 16, state: "leaving", takes: ["bb"] },
        });
        assert.deepEqual(kinds(blank, { ...observed, stack: { ...observed.stack, desired: leaving } })[0], "up");
    });
    it("refuses what cannot hold the data, before anything is made", () => {
        const small = slots({ bb: { sizeGiB: 8, state: "leaving" }, bd: { sizeGiB: 8, takes: ["bb"] } });
        const observed = {
            ...settled,
            guest: { ...settled.guest!, members: [member("ba", 16), member("bb", 8, false)] },
        };
        assert.deepEqual(first(small, observed as Observed), ["NoRoomToMove"]); // a disk of 8 GiB holds a little less
    });
    it("counts a range in mid-move once, though it takes room on both sides: onwards and back", () => {
        const inFlight = (members: readonly object[]): Observed => {
            const observed = applied(leaving, members);
            return { ...observed, guest: { ...observed.guest!, inFlightBytes: 4 * GIB } as Observed["guest"] };
        };
        const onwards = inFlight([member("ba", 16), member("bb", 16), member("bc", 4)]);
        assert.deepEqual(first(leaving, onwards), { kind: "move", slot: "bb", to: ["bc"] });
        const back = slots({
            bb: { sizeGiB: 8, takes: ["bc"] },
            bc: { sizeGiB: 16, state: "leaving", takes: ["bb"] },
        });
        assert.deepEqual(first(back, inFlight([member("ba", 16), member("bb", 16), member("bc", 4)])), {
            ...{ kind: "stay", slot: "bb" },
        });
    });
    it("ends an up that was killed between its outputs and the deletion, and only what has left the group", () => {
        const gone = without("bb");
        const left = (members: readonly object[], unprotected = ["bb"]): Observed => {
            const observed = applied(gone, members);
            return { ...observed, stack: { ...observed.stack, unprotected, volumes: { ba: "vol-ba", bb: "vol-bb" } } };
        };
        assert.deepEqual(kinds(gone, left([member("ba", 8)])), ["up"]);
        assert.deepEqual(first(gone, left([member("ba", 8), member("bb", 8, false)])), ["SlotHoldsData"]);
        assert.deepEqual(
            first(gone, left([member("ba", 8)], [])),
            ["SlotHoldsData"],
            "added, made, and taken out again",
        );
        const calledOff = left([], ["ba", "bb"]); // a destroy: nothing is protected, and nobody can say what is a member
        const silent: Observed = { ...calledOff, guest: { reachable: false, why: "stopped" } };
        assert.deepEqual(first(gone, silent), ["SlotHoldsData"]);
    });
    it("lets the volume of a move that never began go, on whichever server it is, and never a member's", () => {
        const begun = slots({ bc: { sizeGiB: 16, state: "released", unattached: true } });
        const seen = (members: readonly object[], more: object): Observed => {
            const observed = applied(desired, members);
            const volumes = [volume("ba"), volume("bb"), volume("bc", { sizeGiB: 16, ...more })];
            return { ...observed, ec2: { ...observed.ec2, volumes } };
        };
        const two = [member("ba", 8), member("bb", 8, false)];
        const free = { state: "available", attachedTo: undefined, attachment: undefined } as const;
        assert.deepEqual(kinds(begun, seen(two, free)), ["up", "configure", "up"]);
        assert.deepEqual(first(begun, seen(two, {})), {
            ...{ kind: "detach", slot: "bc", volumeId: "vol-bc", serverId: "i-1" },
        });
        assert.deepEqual(first(begun, seen([...two, member("bc", 0)], {})), ["SlotHoldsData"]);
        const silent: Observed = { ...seen(two, free), guest: { reachable: false, why: "no answer" } };
        assert.deepEqual(first(begun, silent), ["SlotHoldsData"]);
    });
});
