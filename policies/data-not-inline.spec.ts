import * as assert from "node:assert/strict";
import { dataNotInline } from "./data-not-inline";
import { fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";

const server = (props: object) => fake(TYPE.instance, 'a "server"\nof two lines', props);

describe("policy data-not-inline", () => {
    it("passes an instance with a root volume only", () => {
        assert.deepEqual(
            judge(dataNotInline, [server({ rootBlockDevice: { volumeSize: 8 } }), server({ ebsBlockDevices: [] })]),
            [],
        );
    });

    it("refuses devices written into the instance, on one line whatever the name", () => {
        const bad = server({
            ebsBlockDevices: [{ deviceName: "/dev/sdf", volumeSize: 100 }, { deviceName: "/dev/sdg" }],
        });
        assert.deepEqual(judge(dataNotInline, [bad]), [
            {
                message: `instance 'a "server"\\nof two lines' has 2 data volumes written into it: '/dev/sdf', '/dev/sdg'`,
                urn: bad.urn,
                level: "violation",
            },
        ]);
    });

    it("refuses them in a request for a spot instance", () => {
        const bad = fake(TYPE.spotRequest, "night", { ebsBlockDevices: [{ deviceName: "/dev/sdf" }] });
        assert.deepEqual(judge(dataNotInline, [bad]), [
            {
                message: "spot request 'night' has one data volume written into it: '/dev/sdf'",
                urn: bad.urn,
                level: "violation",
            },
        ]);
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(dataNotInline, strangers([TYPE.instance, TYPE.spotRequest])), []);
    });

    it("counts a device that is not known in part or at all, and judges the others", () => {
        const found = judge(dataNotInline, [
            server({ ebsBlockDevices: NOT_KNOWN }),
            server({ ebsBlockDevices: [NOT_KNOWN, { deviceName: NOT_KNOWN }, { deviceName: "/dev/sdh" }] }),
        ]);
        assert.deepEqual(
            found.map(({ level }) => level),
            ["note", "violation"],
        );
        assert.match(
            found[1]?.message ?? "",
            /3 data volumes written into it: one not known yet, one not known yet, '\/dev\/sdh'/,
        );
    });
});
