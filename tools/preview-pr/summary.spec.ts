import * as assert from "node:assert/strict";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type { Previewed, State, Step } from "../../policies/kit/preview";
import { markdownOf, plain } from "./markdown";
import { summarize } from "./summary";

const urn = (type: string, name: string) => `urn:pulumi:test::stack::${type}::${name}`;
const VOLUME = "aws:ebs/volume:Volume";
const state = (inputs: Record<string, unknown>, protect = true): State => ({ id: "x", inputs, outputs: {}, protect });
const volume = (slot: string, size: number, more: object = {}) => ({
    size,
    type: "gp3",
    tags: { "elastic-drive:drive": "content", "elastic-drive:slot": slot },
    ...more,
});
const step = (
    op: string,
    type: string,
    name: string,
    old: State | null,
    wanted: State | null,
    replaces: string[] = [],
): Step => ({
    op,
    urn: urn(type, name),
    type,
    old,
    new: wanted,
    replaces,
});
const previewed = (steps: Step[], more: Partial<Previewed> = {}): Previewed => ({
    exitCode: 0,
    reported: [],
    remediated: [],
    steps,
    errors: [],
    output: "",
    ...more,
});

describe("the summary of a pull request", () => {
    it("says capacity, slots and price before and after, and that growth is online", () => {
        const steps = [
            step("update", VOLUME, "content-ba", state(volume("ba", 8)), state(volume("ba", 16, { throughput: 225 }))),
            step("create", VOLUME, "content-bb", null, state(volume("bb", 8))),
            step("same", VOLUME, "other", state({ size: 100, type: "gp2" }), state({ size: 100, type: "gp2" })),
        ];
        const summary = summarize("content", previewed(steps));
        assert.equal(summary.verdict, "fine");
        assert.deepEqual(summary.losses, []);
        assert.deepEqual(
            summary.drives.map(({ drive, before, after }) => [
                drive,
                before.capacityGiB,
                after.capacityGiB,
                before.slots,
                after.slots,
            ]),
            [
                ["content", 8, 24, 1, 2],
                [undefined, 100, 100, 1, 1],
            ],
        );
        const text = markdownOf([summary]);
        assert.match(text, /\| content \| 8 GiB → \*\*24 GiB\*\* \| 1 → \*\*2\*\* \| \$0\.64 → \*\*\$5\.92\*\* \|/);
        assert.match(text, /- slot ba \(content-ba\) changes in place: 8 GiB gp3 → 16 GiB gp3 225 MiB\/s/);
        assert.match(text, /- slot bb \(content-bb\) joins: 8 GiB gp3/);
        assert.match(text, /\*\*Online\*\*: files stay reachable/);
        assert.match(text, /list prices of 2026-10-01 \(us-east-1/);
    });

    const loud: [string, Step, RegExp][] = [
        [
            "a deleted volume",
            step("delete", VOLUME, "content-ba", state(volume("ba", 8)), null),
            /slot ba \(content-ba\) is deleted/,
        ],
        [
            "a replaced volume",
            step("replace", VOLUME, "content-ba", state(volume("ba", 8)), state(volume("ba", 8)), ["availabilityZone"]),
            /slot ba \(content-ba\) is deleted .* an empty one takes its place/,
        ],
        [
            "a volume that shrinks",
            step("update", VOLUME, "content-ba", state(volume("ba", 8)), state(volume("ba", 4))),
            /would shrink/,
        ],
        [
            "lifted protection",
            step("update", VOLUME, "content-ba", state(volume("ba", 8)), state(volume("ba", 8), false)),
            /the protection of slot ba \(content-ba\) is lifted/,
        ],
        [
            "a detached volume",
            step("delete", "aws:ec2/volumeAttachment:VolumeAttachment", "content-ba", state({}), null),
            /attachment content-ba is taken from a running server/,
        ],
        [
            "a deleted snapshot",
            step("delete", "aws:ebs/snapshot:Snapshot", "before", state({}), null),
            /snapshot before is deleted, and what it keeps with it/,
        ],
        [
            "a delete script",
            step("replace", "command:remote:Command", "mount", state({ delete: "umount /data" }), state({})),
            /remote command mount has a delete script, which runs on its server/,
        ],
        [
            "a replaced server",
            step("replace", "aws:ec2/instance:Instance", "content-server", state({}), state({}), ["ami"]),
            /server content-server is taken away under its mounted file system/,
        ],
    ];
    for (const [what, one, said] of loud) {
        it(`is loud about ${what}`, () => {
            const summary = summarize("content", previewed([one]));
            assert.equal(summary.losses.length, 1);
            assert.match(summary.losses[0] ?? "", said);
            assert.match(markdownOf([summary]), /> \[!CAUTION\]\n> \*\*DATA COULD BE LOST: /);
        });
    }

    it("is calm about a command without a delete script that goes, and a snapshot that is kept", () => {
        const steps = [
            step("delete", "command:remote:Command", "mount", state({ create: "mount /data" }), null),
            step("delete", "aws:ebs/snapshot:Snapshot", "before", { ...state({}), retainOnDelete: true }, null),
        ];
        assert.deepEqual(summarize("content", previewed(steps)).losses, []);
    });

    it("is loud once more when a whole stack loses its protection", () => {
        const lifted = ["ba", "bb"].map((slot) =>
            step("same", VOLUME, `content-${slot}`, state(volume(slot, 8)), state(volume(slot, 8), false)),
        );
        assert.match(
            summarize("content", previewed(lifted)).losses.join(),
            /every volume of the stack loses its protection/,
        );
    });

    it("is calm about a slot that the driver has released", () => {
        const desired = { name: "content", slots: { ba: { state: "member" }, bb: { state: "released" } } };
        const root: State = { ...state({}), outputs: { desired } };
        const steps = [
            step("same", "pulumi:pulumi:Stack", "stack-test", root, { ...root, outputs: {} }),
            step("delete", VOLUME, "content-bb", state(volume("bb", 8)), null),
            step("delete", "aws:ec2/volumeAttachment:VolumeAttachment", "content-bb", state({}), null),
        ];
        const summary = summarize("content", previewed(steps));
        assert.deepEqual(summary.losses, []);
        assert.match(
            summary.lines.map(({ text }) => text).join(),
            /slot bb \(content-bb\) leaves: 8 GiB gp3, its data was moved before/,
        );
        assert.deepEqual(summary.drives[0]?.after.slots, 0);
    });

    it("says how long files cannot be reached", () => {
        const types = [state({ instanceType: "m7i.large" }), state({ instanceType: "m7i.xlarge" })] as const;
        const summary = summarize(
            "content",
            previewed([step("update", "aws:ec2/instance:Instance", "content-server", ...types)]),
        );
        assert.deepEqual(summary.losses, []);
        assert.match(
            markdownOf([summary]),
            /\*\*With downtime\*\*, about 1 to 4 minutes\.[^]*m7i\.large → m7i\.xlarge \(downtime\)/,
        );
    });

    it("says who refused, and keeps the engine's own words when it failed", () => {
        const mandatory = {
            policy: "same-zone",
            level: "mandatory",
            urn: urn(VOLUME, "a|b"),
            message: "Description.\nvolume 'a' <b>",
        } as const;
        const refused = summarize(
            "content",
            previewed([], { exitCode: 255, reported: [mandatory], errors: ["preview failed"] }),
        );
        assert.equal(refused.verdict, "refused");
        assert.match(
            markdownOf([refused]),
            /❌ refused by a policy[^]*\| ❌ \| same-zone \| a\\\|b \| volume 'a' &lt;b&gt; \|/,
        );
        const failed = summarize(
            "content",
            previewed([], { exitCode: 255, output: "one\nno stack named 'content' found\n" }),
        );
        assert.equal(failed.verdict, "failed");
        assert.match(markdownOf([failed]), /Why:\*\* one no stack named 'content' found/);
    });

    it("counts a replacement once, and a partial step not at all", () => {
        const [old, wanted] = [state(volume("ba", 8)), state(volume("ba", 16))];
        const steps = ["create-replacement", "replace", "delete-replaced"].map((op) =>
            step(op, VOLUME, "content-ba", old, wanted),
        );
        const { drives, lines } = summarize("content", previewed(steps));
        assert.deepEqual([drives[0]?.before.slots, drives[0]?.after.slots, lines.length], [1, 1, 1]);
    });

    it("calls no size smaller that this preview does not know", () => {
        const size = unknownValue; // as the engine writes it
        const steps = [
            step("update", VOLUME, "content-ba", state(volume("ba", 8)), state({ ...volume("ba", 8), size })),
            step("create", VOLUME, "content-bb", null, state({ ...volume("bb", 8), size })),
            step(
                "update",
                "aws:ec2/instance:Instance",
                "content-server",
                state({ instanceType: "m7i.large" }),
                state({ instanceType: unknownValue }),
            ),
        ];
        const { verdict, losses, lines, drives } = summarize("content", previewed(steps));
        assert.deepEqual([verdict, losses], ["fine", []]);
        assert.deepEqual(
            lines.map(({ text }) => text),
            [
                "slot ba (content-ba) changes in place: 8 GiB gp3 → (size not known yet) gp3",
                "slot bb (content-bb) joins: (size not known yet) gp3",
                "server content-server stops and starts: m7i.large → a type not known yet",
            ],
        );
        assert.equal(drives[0]?.after.capacityGiB, 8);
    });

    it("lets no name break the table", () => {
        assert.equal(plain("a|b\n`c` <script> [x](y) *z*"), "a\\|b \\`c\\` &lt;script&gt; \\[x\\](y) \\*z\\*");
        assert.equal(markdownOf([]), "## Preview\n\nNo stack is touched by this change.\n");
    });
});
