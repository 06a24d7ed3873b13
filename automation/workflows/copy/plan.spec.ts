import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../../infra/model/config";
import type { Observed, SnapshotView } from "../../model/observed";
import { nextSteps } from "../../reconcile/next-steps";
import { inside, kinds, settled, slots, volume } from "../../reconcile/testing";

const wished = slots({ bc: { sizeGiB: 16, copies: "bb" } });
const copying = slots({ bb: { sizeGiB: 8, state: "copying" }, bc: { sizeGiB: 16, copies: "bb" } });
const from = { from: "snap-0000000000000000f", fromVolume: "vol-000000000000000bb" };
const taken = slots({ bb: { sizeGiB: 8, state: "copying" }, bc: { sizeGiB: 16, copies: "bb", ...from } });
const gone = { mounted: false, active: false, exports: [], asideSince: 1 };

const applied = (desired: DriveConfig, observed: Observed, volumes = [volume("ba"), volume("bb")]): Observed => ({
    ...observed,
    stack: { ...observed.stack, desired },
    ec2: { ...observed.ec2, volumes },
});
const free = volume("bb", { state: "available", attachedTo: undefined, attachment: undefined });
const detached = (...snapshots: SnapshotView[]): Observed => {
    const observed = applied(wished, inside({ ...gone, missing: ["bb"] }), [volume("ba"), free]);
    return { ...observed, ec2: { ...observed.ec2, snapshots } };
};
const snapshot = (stage: "ahead" | "final", state: SnapshotView["state"] = "completed"): SnapshotView => ({
    ...{ id: from.from, volumeId: "vol-bb", stage, state, progress: 100 },
});
const first = (desired: DriveConfig, observed: Observed): unknown => {
    const plan = nextSteps(desired, observed);
    return "steps" in plan ? plan.steps[0]?.kind : plan.refused.map(({ code }) => code).join();
};

describe("nextSteps of a slot that is copied", () => {
    it("puts the drive aside only once the snapshot ahead is there", () => {
        const seen = (...snapshots: SnapshotView[]): Observed => {
            const observed = applied(wished, settled);
            return { ...observed, ec2: { ...observed.ec2, snapshots } };
        };
        assert.equal(first(wished, seen()), "snapshot");
        assert.equal(first(wished, seen(snapshot("ahead", "pending"))), "waitSnapshot");
        assert.equal(first(wished, seen(snapshot("ahead"))), "quiesce");
    });
    it("lets no slot leave that was only to become a copy: it never had a volume", () => {
        const plan = nextSteps(slots({ bc: { sizeGiB: 16, state: "released" } }), applied(wished, settled));
        assert.deepEqual("refused" in plan && plan.refused.map(({ code }) => code), ["SlotNeverJoined"]);
    });
    it("says copying only when the server has shown that it is put aside, and nothing active", () => {
        assert.equal(first(wished, applied(wished, inside(gone))), "configure");
        assert.notEqual(first(wished, applied(wished, inside({ ...gone, active: true }))), "configure");
        assert.notEqual(first(wished, applied(wished, inside({ ...gone, asideSince: undefined }))), "configure");
    });
    it("detaches what nobody uses, and nothing else", () => {
        assert.equal(first(copying, applied(wished, inside(gone))), "detach");
        assert.equal(first(copying, applied(wished, inside({}))), "quiesce");
        assert.equal(
            first(copying, { ...applied(wished, settled), guest: { reachable: false, why: "" } }),
            "waitGuest",
        );
    });
    it("takes the final snapshot of the detached volume, waits for it, and makes the copy of it", () => {
        assert.equal(first(copying, detached()), "snapshot");
        assert.equal(first(copying, detached(snapshot("final", "pending"))), "waitSnapshot");
        assert.equal(first(copying, detached(snapshot("final"))), "configure");
        const { steps } = nextSteps(taken, detached(snapshot("final"))) as { steps: unknown[] };
        assert.deepEqual(steps[0], { kind: "up", refresh: true, adopt: {}, redo: true });
    });
    it("believes no snapshot of a volume that was attached again, and none that failed", () => {
        const observed = applied(wished, inside(gone));
        const again = { ...observed, ec2: { ...observed.ec2, snapshots: [snapshot("final")] } };
        assert.equal(first(copying, again), "deleteSnapshot");
        assert.equal(first(taken, again), "deleteSnapshot");
        assert.equal(first(taken, { ...again, ec2: { ...again.ec2, snapshots: [] } }), "configure");
        assert.equal(first(copying, detached(snapshot("final", "error"))), "deleteSnapshot");
    });
    it("comes back: first the snapshots go, then an up with a refresh that runs the commands again", () => {
        const back = slots({});
        assert.equal(first(back, detached(snapshot("final"))), "deleteSnapshot");
        assert.deepEqual(nextSteps(back, detached()), {
            steps: [{ kind: "up", refresh: true, adopt: {}, redo: true }],
        });
    });
    it("refuses two disks of one physical volume on one server, and the old one back once the copy was made", () => {
        const copy = volume("bc", { sizeGiB: 16, snapshotId: from.from, fromVolume: "vol-bb" });
        const made = (old: typeof free): Observed => {
            const observed = applied(taken, settled, [volume("ba"), old, copy]);
            const volumes = { ...observed.stack.volumes, bc: "vol-bc" };
            return { ...observed, stack: { ...observed.stack, volumes, ids: [...observed.stack.ids, "vol-bc"] } };
        };
        assert.equal(first(taken, made(volume("bb"))), "VolumeAttachedAgain");
        const back = slots({ bc: { sizeGiB: 16, ...from } });
        assert.equal(first(back, made(free)), "CopyInPlace");
    });
    it("refuses a slot for the copy that has a volume already", () => {
        const other = applied(wished, settled, [volume("ba"), volume("bb"), volume("bc", { attachedTo: undefined })]);
        assert.ok(kinds(wished, other).includes("refused SlotTaken"));
    });
});
