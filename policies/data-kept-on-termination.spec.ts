import * as assert from "node:assert/strict";
import { dataKeptOnTermination } from "./data-kept-on-termination";
import { HOLDERS } from "./kit/devices";
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

    it("judges the data devices of a launch template, whose values are text", () => {
        const bad = fake(TYPE.launchTemplate, "web", {
            blockDeviceMappings: [
                { deviceName: "/dev/xvda", ebs: { deleteOnTermination: "true" } },
                { deviceName: "/dev/sdf", ebs: { deleteOnTermination: "true" } },
                { deviceName: "/dev/sdg", ebs: { volumeSize: 8 } },
                { deviceName: "/dev/sdh", ebs: { deleteOnTermination: "false" } },
                { deviceName: "/dev/sdi", virtualName: "ephemeral0" },
                { deviceName: "/dev/sdj", ebs: { deleteOnTermination: NOT_KNOWN } },
            ],
        });
        assert.deepEqual(
            judge(dataKeptOnTermination, [bad]).map(({ level, message, urn }) => [level, message, urn]),
            [
                [
                    "violation",
                    "volume '/dev/sdf' of launch template 'web' is deleted with its instances: deleteOnTermination is true",
                    bad.urn,
                ],
                [
                    "violation",
                    "volume '/dev/sdg' of launch template 'web' is deleted with its instances: deleteOnTermination is not said",
                    bad.urn,
                ],
                [
                    "note",
                    "not judged: deleteOnTermination of volume '/dev/sdj' of launch template 'web' is not known in this preview; it is judged when it is known",
                    bad.urn,
                ],
            ],
        );
        const unknown = fake(TYPE.launchTemplate, "web", { blockDeviceMappings: NOT_KNOWN });
        assert.deepEqual(
            judge(dataKeptOnTermination, [unknown]).map(({ level }) => level),
            ["note"],
        );
    });

    it("judges spot requests and launch configurations as well", () => {
        const devices = {
            ebsBlockDevices: [{ deviceName: "/dev/sdf" }],
            rootBlockDevice: { deleteOnTermination: true },
        };
        const bad = [fake(TYPE.spotRequest, "night", devices), fake(TYPE.launchConfiguration, "many", devices)];
        assert.deepEqual(
            judge(dataKeptOnTermination, bad).map(({ message, urn }) => [message, urn]),
            [
                [
                    "volume '/dev/sdf' of spot request 'night' is deleted with the instance: deleteOnTermination is not said, so it is true",
                    bad[0]?.urn,
                ],
                [
                    "volume '/dev/sdf' of launch configuration 'many' is deleted with its instances: deleteOnTermination is not said, so it is true",
                    bad[1]?.urn,
                ],
            ],
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(dataKeptOnTermination, strangers(HOLDERS)), []);
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
