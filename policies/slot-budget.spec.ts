import * as assert from "node:assert/strict";
import { INSTANCES_AS_OF } from "../infra/model/instances";
import { attach, fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { slotBudget } from "./slot-budget";

/** A server of that type with so many data volumes. */
function stack(instanceType: unknown, n: number, props: object = {}) {
    const server = fake(TYPE.instance, "web", { instanceType, ...props });
    const pairs = Array.from({ length: n }, (_, i) => {
        const volume = fake(TYPE.volume, `v${i}`, {});
        return [volume, attach(`a${i}`, volume, server)];
    });
    return [server, ...pairs.flat()];
}
const messages = (...args: Parameters<typeof stack>) => judge(slotBudget, stack(...args)).map(({ message }) => message);

describe("policy slot-budget", () => {
    it("passes what leaves room for root and a replacement in flight", () => {
        assert.deepEqual(messages("m7i.large", 30), []);
        assert.deepEqual(messages("t3.medium", 25), []);
        assert.deepEqual(messages("m7i.48xlarge", 126), []);
    });

    it("refuses one more, on dedicated and on shared attachments", () => {
        const dedicated = stack("m7i.large", 31);
        assert.deepEqual(judge(slotBudget, dedicated), [
            {
                message:
                    "instance 'web' needs 33 attachments (31 data volumes, the root volume, 1 spare for a replacement in flight): " +
                    `m7i.large has 32 dedicated (${INSTANCES_AS_OF.date})`,
                urn: dedicated[0]?.urn,
                level: "violation",
            },
        ]);
        assert.match(messages("t3.medium", 26)[0] ?? "", /needs 28 attachments .*: t3\.medium has 27 shared/);
    });

    it("knows the types whose own disks, card and accelerators take places", () => {
        const most = {
            "d3.8xlarge": 1,
            "d3en.12xlarge": 1,
            "c5d.24xlarge": 21,
            "m7g.medium": 25,
            "m5.metal": 29,
            "mac2.metal": 8,
        };
        for (const [type, volumes] of Object.entries(most)) {
            assert.deepEqual(messages(type, volumes), [], type);
            assert.match(
                messages(type, volumes + 1)[0] ?? "",
                new RegExp(`needs ${volumes + 3} .*: ${type} has ${volumes + 2} shared`),
            );
        }
        assert.match(messages("d3.8xlarge", 4)[0] ?? "", /d3\.8xlarge has 3 shared/);
    });

    it("counts more network interfaces on shared attachments only, and devices written into the instance", () => {
        const cards = { networkInterfaces: [{ deviceIndex: 0 }, { deviceIndex: 1 }], secondaryNetworkInterfaces: [{}] };
        assert.match(messages("t3.medium", 24, cards)[0] ?? "", /needs 28 .*2 more network interfaces/);
        assert.deepEqual(messages("m7i.large", 30, cards), []);
        assert.match(
            messages("m7i.large", 30, { ebsBlockDevices: [{}, NOT_KNOWN] })[0] ?? "",
            /needs 34 attachments \(32 data volumes/,
        );
    });

    it("only remarks on a type that no table knows, until it is set", () => {
        assert.deepEqual(
            judge(slotBudget, stack("z9.large", 2)).map(({ level, message }) => [
                level,
                /z9\.large has is not known/.test(message),
            ]),
            [["note", true]],
        );
        assert.deepEqual(judge(slotBudget, stack("z9.large", 1)), [], "every type has three");
        const config = { instanceTypes: { "z9.large": { attachments: 10, limit: "dedicated" } } };
        assert.match(judge(slotBudget, stack("z9.large", 9), config)[0]?.message ?? "", /z9\.large has 10 dedicated/);
        assert.deepEqual(judge(slotBudget, stack("z9.large", 8), config), []);
        assert.deepEqual(judge(slotBudget, stack("m7i.large", 31), { spare: 0 }), []);
    });

    it("leaves other types, and attachments to servers of other stacks, alone", () => {
        assert.deepEqual(judge(slotBudget, strangers([TYPE.attachment])), []);
        const foreign = Array.from({ length: 50 }, (_, i) =>
            fake(TYPE.attachment, `a${i}`, { volumeId: "vol-1", instanceId: "i-1" }),
        );
        assert.deepEqual(judge(slotBudget, foreign), []);
    });

    it("says when a preview does not know the type, and judges the other servers", () => {
        const found = judge(slotBudget, [...stack(NOT_KNOWN, 1), ...stack("m7i.large", 31)]);
        assert.deepEqual(
            found.map(({ level }) => level),
            ["note", "violation"],
        );
    });
});
