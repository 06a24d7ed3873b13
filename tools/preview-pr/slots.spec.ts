import * as assert from "node:assert/strict";
import type { Previewed, State, Step } from "../../policies/kit/preview";
import { STACK, TYPE } from "../../policies/kit/types";
import { markdownOf } from "./markdown";
import { summarize } from "./summary";

type Slots = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const urn = (type: string, name: string) => `urn:pulumi:test::stack::elastic-drive:index:Drive$${type}::${name}`;
const state = (inputs: object, more: Partial<State> = {}): State => ({
    id: "x",
    inputs: inputs as State["inputs"],
    outputs: {},
    protect: true,
    ...more,
});
const step = (op: string, type: string, name: string, old: State | null, wanted: State | null): Step => ({
    op,
    urn: urn(type, name),
    type,
    old,
    new: wanted,
    replaces: [],
});
const root = (before: Slots, after?: Slots): Step => {
    const side = (slots: Slots | undefined): State =>
        state({}, { outputs: slots === undefined ? {} : { desired: { name: "content", slots } } });
    return step("same", STACK, "stack", side(before), side(after));
};
const volume = (slot: string, size: number) =>
    state({ size, type: "gp3", tags: { "elastic-drive:drive": "content", "elastic-drive:slot": slot } });
const same = (slot: string, size: number): Step =>
    step("same", TYPE.volume, `content-${slot}`, volume(slot, size), volume(slot, size));
const previewed = (steps: Step[], more: Partial<Previewed> = {}) =>
    summarize("test", { exitCode: 0, reported: [], remediated: [], steps, errors: [], output: "", ...more });
const texts = (lines: readonly { text: string }[]) => lines.map(({ text }) => text);

describe("slots in the summary of a pull request", () => {
    it("says that one starts to leave, and what the drive will hold and cost without it", () => {
        const slots = { ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } };
        const after = { ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, state: "leaving" }, bc: { sizeGiB: 16, takes: ["bb"] } };
        const summary = previewed([
            root(slots, after),
            same("ba", 8),
            same("bb", 8),
            step("create", TYPE.volume, "content-bc", null, volume("bc", 16)),
        ]);
        assert.equal(summary.verdict, "fine");
        assert.deepEqual(texts(summary.lines), [
            "slot bb (content-bb) starts to leave: its 8 GiB move to other slots while files stay reachable",
            "slot bc (content-bc) joins: 16 GiB gp3",
        ]);
        assert.match(
            markdownOf([summary]),
            /\| content \| 16 GiB → \*\*24 GiB\*\* \| 2 → \*\*3\*\*, 1 going \| \$1\.28 → \*\*\$2\.56\*\*, then \$1\.92 \|/,
        );
    });

    for (const [from, to, said] of [
        ["leaving", "member", "stays: what has left it comes back"],
        ["leaving", "released", "has been emptied and is released: the change after this one takes its volume away"],
        ["copying", "released", "was copied and is released: the change after this one takes its volume away"],
        ["member", "copying", "is copied to a larger volume: it is unmounted and detached for that"],
    ] as const) {
        it(`says what ${from} to ${to} means, and is calm about it`, () => {
            const slots = (is: string) => ({ ba: { sizeGiB: 8, state: is } });
            const lifted = step("same", TYPE.volume, "content-ba", volume("ba", 8), {
                ...volume("ba", 8),
                protect: to !== "released",
            });
            const summary = previewed([root(slots(from), slots(to)), lifted]);
            assert.deepEqual(texts(summary.lines), [`slot ba (content-ba) ${said}`]);
            assert.deepEqual(summary.losses, []);
        });
    }

    it("says what a wish for a larger copy means, of which the engine knows nothing yet", () => {
        const bb = { sizeGiB: 16, copies: "ba" };
        const wished = previewed([root({ ba: { sizeGiB: 8 } }, { ba: { sizeGiB: 8 }, bb }), same("ba", 8)]);
        assert.deepEqual(texts(wished.lines), [
            "slot bb (content-bb), 16 GiB, is to become a copy of slot ba: elastic-drive up unmounts the drive for it",
        ]);
        assert.match(markdownOf([wished]), /\*\*With downtime\*\*, about 2 to 10 minutes\./);
    });

    it("says that a volume is kept, when its slot is released and when it goes", () => {
        const kept = "kept for 48 hours, until elastic-drive gc deletes it";
        const slots = (is: string) => ({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, state: is, keepHours: 48 } });
        const releasing = previewed([root(slots("leaving"), slots("released")), same("ba", 8)]);
        assert.deepEqual(texts(releasing.lines), [
            `slot bb (content-bb) has been emptied and is released: the change after this one takes its volume out of the stack, and it is ${kept}`,
        ]);
        const { inputs } = volume("bb", 8);
        const tags = { ...(inputs["tags"] as object), "elastic-drive:keep-hours": "48" };
        const old = state({ ...inputs, tags }, { protect: false, retainOnDelete: true });
        const going = previewed([root(slots("released")), step("delete", TYPE.volume, "content-bb", old, null)]);
        assert.deepEqual(texts(going.lines), [
            `slot bb (content-bb) leaves: 8 GiB gp3, its data was moved before; the volume itself is ${kept}`,
        ]);
        assert.deepEqual(going.losses, []);
    });

    it("calls no data lost that is on a volume which only leaves the stack", () => {
        const old = state({ size: 8, type: "gp3" }, { retainOnDelete: true });
        const { lines, losses } = previewed([step("delete", TYPE.volume, "data", old, null)]);
        assert.deepEqual(texts(lines), ["volume data leaves: 8 GiB gp3; the volume itself is kept"]);
        assert.deepEqual(losses, []);
    });

    it("is loud about a slot that is called released and never left", () => {
        const [before, after] = [{ ba: { sizeGiB: 8 } }, { ba: { sizeGiB: 8, state: "released" } }];
        const summary = previewed([root(before, after), same("ba", 8)]);
        assert.equal(summary.verdict, "risky");
        assert.match(summary.losses.join(), /slot ba \(content-ba\) is called released, but its data was not moved/);
        assert.match(
            markdownOf([summary]),
            /^## test: ⚠️ nothing forbids it, and data could be lost\n\n> \[!CAUTION\]/,
        );
    });

    it("still knows a slot that vanished where the engine stopped at its attachment", () => {
        const name = "content-bb";
        const type = TYPE.attachment;
        const error =
            `Preview failed: resource "${urn(type, name)}" cannot be deleted because it is protected. ` +
            "To unprotect the resource, either remove the `protect` flag or use `pulumi state unprotect`";
        const summary = previewed(
            [
                root({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 16, type: "gp3" } }),
                same("ba", 8),
                step("delete", type, name, state({}), null),
            ],
            { exitCode: 255, errors: [error, "preview failed"] },
        );
        assert.equal(summary.verdict, "failed");
        const { before, after } = summary.drives[0]!;
        assert.deepEqual([before.capacityGiB, after.capacityGiB, before.slots, after.slots], [24, 8, 2, 1]);
        assert.match(
            summary.losses[0] ?? "",
            /slot bb \(content-bb\) would be detached and deleted with all that is on it/,
        );
        assert.deepEqual(summary.errors, [
            "Preview failed: resource 'content-bb' (aws:ec2/volumeAttachment:VolumeAttachment) cannot be deleted because it is protected.",
        ]);
    });

    it("refuses a volume that shrinks, since EBS will", () => {
        const smaller = step("update", TYPE.volume, "content-ba", volume("ba", 8), volume("ba", 4));
        const summary = previewed([smaller]);
        assert.equal(summary.verdict, "impossible");
        assert.match(
            markdownOf([summary]),
            /^## test: ❌ cannot be done\n[^]*\*\*Why:\*\* slot ba \(content-ba\) cannot shrink from 8 to 4 GiB: EBS makes no volume smaller/,
        );
    });

    it("leaves a stack alone that has an output of the same name", () => {
        const odd = [3, "text", null, { slots: 3 }, { name: "x", slots: { ba: null } }].map((desired) =>
            step("same", STACK, "stack", state({}, { outputs: { desired } }), state({}, { outputs: { desired } })),
        );
        assert.deepEqual(previewed(odd).lines, []);
    });

    it("names each way out once", () => {
        const refusal = { policy: "same-zone", level: "mandatory", message: "d\nin b", fix: "Move it." } as const;
        const reported = ["a", "b"].map((name) => ({ ...refusal, urn: urn(TYPE.volume, name) }));
        assert.match(
            markdownOf([previewed([], { exitCode: 255, reported })]),
            /\*\*How to fix\*\*\n\n- same-zone: Move it\.\n$/,
        );
    });
});
