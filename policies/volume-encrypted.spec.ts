import * as assert from "node:assert/strict";
import { HOLDERS } from "./kit/devices";
import { fake, judge, NOT_KNOWN, remediate, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { volumeEncrypted } from "./volume-encrypted";

const volume = (props: object) => fake(TYPE.volume, "data", { availabilityZone: "us-east-1a", size: 8, ...props });

describe("policy volume-encrypted", () => {
    it("passes an encrypted volume", () => {
        assert.deepEqual(judge(volumeEncrypted, [volume({ encrypted: true })]), []);
    });

    it("refuses a volume that says nothing, or no", () => {
        const silent = volume({});
        assert.deepEqual(judge(volumeEncrypted, [silent]), [
            { message: "volume 'data' does not say encrypted: true", urn: silent.urn, level: "violation" },
        ]);
        assert.equal(
            judge(volumeEncrypted, [volume({ encrypted: false })])[0]?.message,
            "volume 'data' has encrypted: false",
        );
    });

    it("judges the data devices of instances, spot requests and templates, whose values may be text", () => {
        const ebsBlockDevices = [{ deviceName: "/dev/sdf" }, { deviceName: "/dev/sdg", encrypted: true }];
        const ebs = (encrypted: unknown) => ({ ebs: { encrypted } });
        const holders = [
            fake(TYPE.instance, "web", { ebsBlockDevices, rootBlockDevice: { encrypted: false } }),
            fake(TYPE.spotRequest, "night", { ebsBlockDevices: [{ deviceName: "/dev/sdf", encrypted: false }] }),
            fake(TYPE.launchConfiguration, "old", { ebsBlockDevices: NOT_KNOWN }),
            fake(TYPE.launchTemplate, "many", {
                blockDeviceMappings: [
                    { deviceName: "/dev/sda1", ...ebs("false") },
                    { deviceName: "/dev/sdf", ...ebs("true") },
                    { deviceName: "/dev/sdg", ...ebs("false") },
                    { deviceName: "/dev/sdh", ...ebs(NOT_KNOWN) },
                ],
            }),
        ];
        assert.deepEqual(
            judge(volumeEncrypted, holders).map(({ message, urn }) => [message, urn]),
            [
                ["volume '/dev/sdf' of instance 'web' does not say encrypted: true", holders[0]?.urn],
                ["volume '/dev/sdf' of spot request 'night' has encrypted: false", holders[1]?.urn],
                [
                    "not judged: ebsBlockDevices of launch configuration 'old' is not known in this preview; it is judged when it is known",
                    holders[2]?.urn,
                ],
                ["volume '/dev/sdg' of launch template 'many' has encrypted: false", holders[3]?.urn],
                [
                    "not judged: encryption of volume '/dev/sdh' of launch template 'many' is not known in this preview; it is judged when it is known",
                    holders[3]?.urn,
                ],
            ],
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(volumeEncrypted, strangers([TYPE.volume, ...HOLDERS])), []);
    });

    it("says what a preview does not know, and judges the other volumes", () => {
        const found = judge(volumeEncrypted, [volume({ encrypted: NOT_KNOWN }), volume({ size: NOT_KNOWN })]);
        assert.deepEqual(
            found.map(({ level, message }) => [level, message]),
            [
                [
                    "note",
                    "not judged: encryption of volume 'data' is not known in this preview; it is judged when it is known",
                ],
                ["violation", "volume 'data' does not say encrypted: true"],
            ],
        );
    });

    it("as a remediation sets it, and keeps what is not known yet", () => {
        const mended = remediate(volumeEncrypted, volume({ kmsKeyId: NOT_KNOWN, encrypted: false })) as Record<
            string,
            unknown
        >;
        assert.equal(mended["encrypted"], true);
        assert.ok("kmsKeyId" in mended);
        assert.equal(remediate(volumeEncrypted, volume({ encrypted: true })), undefined);
        assert.equal(remediate(volumeEncrypted, volume({ encrypted: NOT_KNOWN })), undefined);
        assert.equal(remediate(volumeEncrypted, fake("a:b:c", "x", {})), undefined);
    });
});
