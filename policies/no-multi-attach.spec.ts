import * as assert from "node:assert/strict";
import { attach, fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { noMultiAttach } from "./no-multi-attach";

const server = fake(TYPE.instance, "web", {});
const other = fake(TYPE.instance, "other", {});
const volume = (props: object = {}, name = "data") => fake(TYPE.volume, name, props);

describe("policy no-multi-attach", () => {
    it("passes volumes that are attached once or not at all", () => {
        const [one, two] = [volume({ multiAttachEnabled: false }), volume({}, "two")];
        assert.deepEqual(
            judge(noMultiAttach, [
                server,
                one,
                two,
                volume({}, "three"),
                attach("a", one, server),
                attach("b", two, server),
            ]),
            [],
        );
    });

    it("refuses multiAttachEnabled, and a volume attached twice", () => {
        const shared = volume({ type: "io2", multiAttachEnabled: true });
        const twice = volume({}, "twice");
        const stack = [server, other, shared, twice, attach("b", twice, other), attach("a", twice, server)];
        assert.deepEqual(judge(noMultiAttach, stack), [
            { message: "volume 'data' has multiAttachEnabled: true", urn: shared.urn, level: "violation" },
            {
                message: "volume 'twice' is attached 2 times ('a', 'b'): one attachment is allowed",
                urn: twice.urn,
                level: "violation",
            },
        ]);
    });

    it("pairs by a known id as well", () => {
        const there = volume({ id: "vol-1" });
        const byId = (name: string) => fake(TYPE.attachment, name, { volumeId: "vol-1", instanceId: "i-1" });
        assert.equal(judge(noMultiAttach, [there, byId("a"), byId("b")]).length, 1);
        assert.deepEqual(judge(noMultiAttach, [there, byId("a")]), []);
    });

    it("knows a volume of another stack by its id in plain text", () => {
        const byId = (name: string, volumeId: string) => fake(TYPE.attachment, name, { volumeId, instanceId: "i-1" });
        const [one, two] = [byId("a", "vol-1"), byId("b", "vol-1")];
        assert.deepEqual(judge(noMultiAttach, [two, byId("c", "vol-2"), one]), [
            {
                message: "volume 'vol-1' is attached 2 times ('a', 'b'): one attachment is allowed",
                urn: two.urn,
                level: "violation",
            },
        ]);
        const unknown = (name: string) => fake(TYPE.attachment, name, { volumeId: NOT_KNOWN, instanceId: "i-1" });
        assert.deepEqual(judge(noMultiAttach, [unknown("a"), unknown("b")]), []);
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(noMultiAttach, strangers([TYPE.volume, TYPE.attachment])), []);
    });

    it("says what a preview does not know, and judges the other volumes", () => {
        const [one, two] = [volume({ multiAttachEnabled: NOT_KNOWN }), volume({ multiAttachEnabled: true }, "two")];
        const either = fake(TYPE.attachment, "either", { volumeId: NOT_KNOWN }, { from: { volumeId: [one, two] } });
        assert.deepEqual(
            judge(noMultiAttach, [one, two, either]).map(({ level, urn }) => [level, urn]),
            [
                ["note", one.urn],
                ["violation", two.urn],
                ["note", either.urn],
            ],
        );
    });
});
