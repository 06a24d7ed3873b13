import * as assert from "node:assert/strict";
import { phasesOfCreation, phasesOfGrowth } from "./phases";
import type { Step, Update } from "./update";

const step = (type: string, name: string, from: number, to: number, stdout?: unknown): Step => ({
    ...{ type, name, from, to },
    outputs: stdout === undefined ? {} : { stdout: JSON.stringify(stdout) },
});
const VERBS = { milliseconds: { ready: 500, join: 1_000, extend: 2_000, mount: 500 } };

/** Rounded, as sums of decimals are. */
const shown = (phases: ReturnType<typeof phasesOfGrowth>): [string, string][] =>
    phases.map(({ name, seconds }) => [name, seconds.toFixed(1)]);

describe("the phases of an update", () => {
    it("of one that adds a slot follow one another and are the whole", () => {
        const update: Update = {
            seconds: 12,
            steps: [
                step("aws:ebs/volume:Volume", "content-bc", 2, 3),
                step("aws:ec2/volumeAttachment:VolumeAttachment", "content-bc", 3, 4.5),
                step("command:remote:Command", "content-volume-group", 4.5, 11, VERBS),
            ],
        };
        assert.deepEqual(shown(phasesOfGrowth(update)), [
            ["engine and program", "2.0"],
            ["EC2, create", "1.0"],
            ["EC2, attach", "1.5"],
            ["ssh handshake", "2.5"],
            ["guest, ready", "0.5"],
            ["guest, join", "1.0"],
            ["guest, extend", "2.0"],
            ["guest, mount", "0.5"],
            ["engine's end", "1.0"],
        ]);
    });

    it("of a creation follow one another and are the whole, whatever ran side by side", () => {
        const update: Update = {
            seconds: 100,
            steps: [
                step("aws:ebs/volume:Volume", "content-ba", 3, 4),
                step("aws:ec2/instance:Instance", "content-server", 4, 8),
                step("aws:ec2/volumeAttachment:VolumeAttachment", "content-ba", 8, 9),
                step("command:remote:Command", "content-volume-group", 9, 80, VERBS),
                step("command:remote:Command", "content-share", 80, 98),
                step("command:remote:Command", "content-uploads", 80, 95),
            ],
        };
        const phases = phasesOfCreation(update);
        assert.equal(phases.reduce((total, { seconds }) => total + seconds, 0).toFixed(1), "100.0");
        assert.deepEqual(shown(phases).slice(0, 5), [
            ["engine and program", "3.0"],
            ["EC2, until the server runs", "5.0"],
            ["EC2, attachments", "1.0"],
            ["boot and ssh handshake", "67.0"],
            ["guest, ready", "0.5"],
        ]);
    });

    it("are refused when the update did not do what they are of", () => {
        assert.throws(() => phasesOfGrowth({ seconds: 3, steps: [] }), /ran no command for the volume group/);
    });
});
