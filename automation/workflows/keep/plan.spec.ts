import * as assert from "node:assert/strict";
import { kept, keptVolumes, unkept } from "./plan";
import type { VolumeView } from "../../model/observed";
import { nextSteps } from "../../reconcile/next-steps";
import { consolidated, replaced } from "../move/edits";
import { describe as describeStep } from "../../model/steps";
import { desired, ec2, settled, volume } from "../../reconcile/testing";

const gone = (more: Partial<VolumeView> = {}): VolumeView => ({
    ...volume("", { id: "vol-old", state: "available", attachedTo: undefined, attachment: undefined }),
    kept: { slot: "bc", hours: 48 },
    ...more,
});
const beside = (old: VolumeView) => ec2({ volumes: [...settled.ec2.volumes, old] });

describe("kept volumes", () => {
    it("have written on them until when as soon as their slot is gone, and nothing else is done about them", () => {
        assert.deepEqual(nextSteps(desired, beside(gone())), {
            steps: [{ kind: "keep", volumeId: "vol-old", hours: 48 }],
        });
        const until = "2026-11-27T09:12:00.000Z";
        assert.deepEqual(nextSteps(desired, beside(gone({ kept: { slot: "bc", hours: 48, until } }))), { steps: [] });
    });
    it("are those alone that are on no server and in no state", () => {
        assert.equal(keptVolumes(beside(gone())).length, 1);
        assert.equal(keptVolumes(beside(gone({ attachedTo: "i-2" }))).length, 0);
        assert.equal(keptVolumes(beside(gone({ id: "vol-bb" }))).length, 0);
        assert.equal(keptVolumes(beside(gone({ state: "deleting" }))).length, 0);
        assert.equal(keptVolumes(beside(gone({ kept: undefined }))).length, 0);
    });
    it("are said beforehand, with what is on them and that they cost something", () => {
        const slots = kept(replaced(desired, { slot: "bb" }), 48);
        const plan = nextSteps({ ...desired, revision: desired.revision + 1, slots }, settled);
        const said = "steps" in plan ? plan.steps.map(describeStep).join() : "";
        assert.match(said, /slot bb is empty: released; its volume, blank, is kept for 48 h and costs what it cost/);
    });
    it("are those of the slots that go, and of no other; an operation that is called off keeps none", () => {
        const slots = kept(consolidated(desired, { into: 1 }), 24);
        assert.deepEqual(
            Object.entries(slots).map(([slot, { keepHours }]) => [slot, keepHours]),
            [
                ["ba", 24],
                ["bb", 24],
                ["bc", undefined],
            ],
        );
        assert.deepEqual(unkept(slots), consolidated(desired, { into: 1 }));
        assert.deepEqual(kept(desired.slots, undefined), desired.slots);
    });
});
