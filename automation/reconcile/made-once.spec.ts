import * as assert from "node:assert/strict";
import { parseDriveConfig } from "../../infra/model/config";
import { nextSteps } from "./next-steps";
import { desired, inside, kinds, settled, slots } from "./testing";
import type { Observed } from "../model/observed";

const [MADE, OTHER] = ["AbCdEf-0000-0000-0000-0000-0000-AbCdEf", "AbCdEf-0000-0000-0000-0000-0000-AbCdEg"];
const made = parseDriveConfig({ ...desired, made: MADE });
const DISKS = ["vol-ba", "vol-bb"];
const bare = (more: object = {}): Observed =>
    inside({ group: undefined, present: DISKS, members: [], mounted: false, exports: [], ...more });
const lost = (left: readonly string[]): Observed => ({
    ...settled,
    ec2: {
        ...settled.ec2,
        servers: [],
        volumes: settled.ec2.volumes
            .filter(({ slot }) => left.includes(slot))
            .map((volume) => ({ ...volume, attachedTo: undefined, attachment: undefined, state: "available" })),
    },
    stack: { volumes: {}, ids: [], pending: 0 },
    guest: undefined,
});

describe("a drive that was made", () => {
    it("is gone where all its disks answer and hold no group: it says where to look, and how to restore", () => {
        const plan = nextSteps(made, bare());
        assert.ok("refused" in plan);
        const [{ code, message, hint }] = plan.refused as [(typeof plan.refused)[0]];
        assert.equal(code, "DriveGone");
        assert.match(message, new RegExp(`group ${MADE}.* no group on vol-ba \\(slot ba\\), vol-bb \\(slot bb\\)`));
        for (const word of [
            "account or region",
            "describe-volumes",
            "content",
            "snapshots",
            "Recycle Bin",
            "docs/guide.md",
        ])
            assert.ok(hint.includes(word), word);
        assert.doesNotMatch(hint, /destroy/);
    });
    it("is told by the configuration, by the stack's outputs, or by an up that ended", () => {
        assert.deepEqual(kinds(desired, bare()), ["refused DriveGone"]);
        const never = { ...bare(), stack: { ...settled.stack, desired: undefined } };
        assert.deepEqual(kinds(desired, never), ["up"], "an up that has not made it yet");
        assert.deepEqual(kinds(made, never), ["refused DriveGone"]);
        assert.deepEqual(kinds(desired, { ...never, stack: { ...never.stack, group: MADE } }), ["refused DriveGone"]);
    });
    it("is not gone while a disk is not seen yet, nor where its group is", () => {
        assert.equal(kinds(made, bare({ present: ["vol-ba"] })).includes("refused DriveGone"), false);
        assert.deepEqual(kinds(made, inside({ group: MADE, present: DISKS })), []);
    });
    it("refuses another group on its disks", () => {
        assert.deepEqual(kinds(made, inside({ group: OTHER, present: DISKS })), ["refused GroupNotOurs"]);
        assert.deepEqual(kinds(desired, inside({ group: OTHER, present: DISKS })), [], "where nothing is known of it");
    });
    it("makes no volume where the state is lost and not every volume is left", () => {
        assert.deepEqual(kinds(made, lost([])), ["refused DriveGone"]);
        for (const left of [["ba"], ["ba", "bb"]])
            assert.deepEqual(kinds(made, lost(left)), ["refused StateLost"], "what is left is adopted by nobody");
        assert.deepEqual(kinds(desired, lost([])), ["up"], "a drive that was never made");
    });
    it("is no other drive for being noted, and gets a new slot as ever", () => {
        assert.deepEqual(kinds(made, inside({ group: MADE, present: DISKS })), []);
        const more = parseDriveConfig({ ...slots({ bc: { sizeGiB: 4 } }), made: MADE });
        assert.deepEqual(kinds(more, inside({ group: MADE, present: DISKS })), ["up"]);
    });
});
