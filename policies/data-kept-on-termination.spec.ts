import * as assert from "node:assert/strict";
import { dataKeptOnTermination } from "./data-kept-on-termination";
import { fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";

const server = (...ebsBlockDevices: unknown[]) => fake(TYPE.instance, "web", { ebsBlockDevices });

describe("policy data-kept-on-termination", () => {
    it("passes devices that are kept, and a root volume that goes", () => {
        const kept = server({ deviceName: "/dev/sdf", deleteOnTermination: false });
        const rootOnly = fake(TYPE.instance, "web", { rootBlockDevice: { deleteOnTermination: true } });
        assert.deepEqual(judge(dataKeptOnTermination, [kept, rootOnly]), []);
    });

    it("refuses what is deleted, said or by default", () => {
        const bad = server({ deviceName: "/dev/sdf" }, { deviceName: "/dev/sdg", deleteOnTermination: true });
        assert.deepEqual(
            judge(dataKeptOnTermination, [bad]).map(({ message, urn }) => [message, urn]),
            [
                [
                    "volume '/dev/sdf' of instance 'web' is deleted with the instance: deleteOnTermination is not said, so it is true",
                    bad.urn,
                ],
                [
                    "volume '/dev/sdg' of instance 'web' is deleted with the instance: deleteOnTermination is true",
                    bad.urn,
                ],
            ],
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(dataKeptOnTermination, strangers([TYPE.instance])), []);
    });

    it("goes device by device when one is not known", () => {
        const found = judge(dataKeptOnTermination, [
            server(NOT_KNOWN, { deviceName: NOT_KNOWN, deleteOnTermination: NOT_KNOWN }, { deviceName: "/dev/sdh" }),
            fake(TYPE.instance, "web", { ebsBlockDevices: NOT_KNOWN }),
        ]);
        assert.deepEqual(
            found.map(({ level }) => level),
            ["note", "note", "violation", "note"],
        );
        assert.match(found[1]?.message ?? "", /volume number 2 of instance 'web'/);
    });
});
