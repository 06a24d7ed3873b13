import * as assert from "node:assert/strict";
import type { Volume, VolumeModification } from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { budgetOf, noteOf, shapeOf } from "./modifications";

const NOW = Date.UTC(2026, 9, 2, 12);
const ago = (hours: number): Date => new Date(NOW - hours * 3_600_000);
const volume = (...noted: number[]): Volume => ({
    Tags: [{ Key: TAG.modified, Value: noted.map((hours) => ago(hours).toISOString()).join(" ") }],
});
const last = (hours: number): VolumeModification => ({ StartTime: ago(hours) });

describe("what a volume is", () => {
    const was = { Size: 8, VolumeType: "gp3", Iops: 3_000, Throughput: 125 } as const;
    const done: VolumeModification = {
        ...{ ModificationState: "optimizing", OriginalSize: 8, OriginalVolumeType: "gp3", OriginalIops: 3_000 },
        ...{
            OriginalThroughput: 125,
            TargetSize: 10,
            TargetVolumeType: "gp3",
            TargetIops: 6_000,
            TargetThroughput: 250,
        },
    };
    it("is what EC2 shows, but not what was before a modification that it shows as carried out", () => {
        assert.deepEqual(shapeOf(was, undefined), { sizeGiB: 8, type: "gp3", iops: 3_000, throughput: 125 });
        assert.deepEqual(shapeOf(was, done), { sizeGiB: 10, type: "gp3", iops: 6_000, throughput: 250 });
        assert.equal(shapeOf(was, { ...done, ModificationState: "modifying" }).sizeGiB, 8);
        assert.equal(shapeOf({ ...was, Size: 12 }, done).sizeGiB, 12);
    });
});

describe("what EC2 still lets be modified of a volume", () => {
    it("is four in a rolling day, less what it shows and what was noted, each once", () => {
        assert.deepEqual(budgetOf({}, undefined, NOW), { modificationsLeft: 4, nextModificationAt: undefined });
        assert.equal(budgetOf({}, last(1), NOW).modificationsLeft, 3);
        assert.equal(budgetOf(volume(1, 5), last(1), NOW).modificationsLeft, 2);
        assert.equal(budgetOf(volume(25, 30), last(26), NOW).modificationsLeft, 4);
    });
    it("is none after the fourth, until the oldest of the four is a day old", () => {
        assert.deepEqual(budgetOf(volume(20, 10, 5), last(1), NOW), {
            modificationsLeft: 0,
            nextModificationAt: ago(-4).toISOString(),
        });
        assert.equal(budgetOf(volume(22, 20, 10, 5), last(1), NOW).nextModificationAt, ago(-4).toISOString());
    });
    it("is not guessed from a tag that holds something else", () => {
        const spoilt = { Tags: [{ Key: TAG.modified, Value: "yesterday" }] };
        assert.equal(budgetOf(spoilt, last(1), NOW).modificationsLeft, 3);
    });
    it("is noted before the next modification hides the last one, and no more than a day back", () => {
        assert.equal(noteOf(volume(30, 5), last(1), NOW), `${ago(5).toISOString()} ${ago(1).toISOString()}`);
        assert.equal(noteOf(volume(5, 1), last(1), NOW), undefined);
        assert.equal(noteOf({}, last(25), NOW), undefined);
        assert.equal(noteOf({}, undefined, NOW), undefined);
    });
});
