import * as assert from "node:assert/strict";
import { attach, fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { sameZone } from "./same-zone";

const volume = (availabilityZone: unknown, name = "data") => fake(TYPE.volume, name, { availabilityZone });
const server = (availabilityZone: unknown, name = "web") => fake(TYPE.instance, name, { availabilityZone });

describe("policy same-zone", () => {
    it("passes a volume and an instance of one zone", () => {
        const [disk, web] = [volume("us-east-1a"), server("us-east-1a")];
        assert.deepEqual(judge(sameZone, [disk, web, attach("a", disk, web), slot("ba"), slot("bb")]), []);
    });

    it("refuses two zones, at the attachment", () => {
        const [disk, web] = [volume("us-east-1b"), server("us-east-1a")];
        const joined = attach("a", disk, web);
        assert.deepEqual(judge(sameZone, [disk, web, joined]), [
            {
                message: "volume 'data' is in 'us-east-1b' but instance 'web' is in 'us-east-1a'",
                urn: joined.urn,
                level: "violation",
            },
        ]);
    });

    it("refuses a drive in two zones, at the volume that stands aside", () => {
        const aside = slot("bb", { props: { availabilityZone: "us-east-1b" } });
        assert.deepEqual(judge(sameZone, [slot("ba"), aside, slot("bc")]), [
            {
                message: "volume 'content-bb' is in 'us-east-1b' but drive 'content' is in 'us-east-1a'",
                urn: aside.urn,
                level: "violation",
            },
        ]);
    });

    it("finds the instance's zone by its subnet, or by its network interface's", () => {
        const disk = volume("us-east-1b");
        const subnet = fake(TYPE.subnet, "net", { availabilityZone: "us-east-1a" });
        const inSubnet = fake(TYPE.instance, "web", { availabilityZone: NOT_KNOWN }, { from: { subnetId: subnet } });
        const card = fake(TYPE.networkInterface, "card", {}, { from: { subnetId: subnet } });
        const onCard = fake(
            TYPE.instance,
            "web2",
            { availabilityZone: NOT_KNOWN },
            { from: { primaryNetworkInterface: card } },
        );
        for (const web of [inSubnet, onCard]) {
            const found = judge(sameZone, [disk, subnet, card, web, attach("a", disk, web)]);
            assert.deepEqual(
                found.map(({ level }) => level),
                ["violation"],
            );
        }
    });

    it("leaves other types, and volumes of other stacks, alone", () => {
        assert.deepEqual(judge(sameZone, strangers([TYPE.volume])), []);
        const foreign = fake(TYPE.attachment, "a", { volumeId: "vol-1", instanceId: "i-1" });
        assert.deepEqual(judge(sameZone, [volume("us-east-1a"), foreign]), []);
    });

    it("says which zone a preview does not know, and judges the other attachments", () => {
        const disks = [volume(NOT_KNOWN, "x"), volume("us-east-1a", "y"), volume("us-east-1b", "z")];
        const [lost, home] = [server(NOT_KNOWN, "lost"), server("us-east-1a", "home")];
        const [x, y, z] = disks as [(typeof disks)[0], (typeof disks)[0], (typeof disks)[0]];
        const joined = [attach("ax", x, home), attach("ay", y, lost), attach("az", z, home)];
        assert.deepEqual(
            judge(sameZone, [...disks, lost, home, ...joined]).map(({ level, urn }) => [level, urn]),
            [
                ["note", x.urn],
                ["note", lost.urn],
                ["violation", joined[2]?.urn],
            ],
        );
    });
});
