import * as assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { LIMITS_AS_OF } from "../infra/model/limits";
import { HOLDERS } from "./kit/devices";
import { fake, judge, NOT_KNOWN, refused, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { volumeLimits } from "./volume-limits";

const volume = (props: object) => fake(TYPE.volume, "data", props);
const asOf = ` (limits of ${LIMITS_AS_OF.date})`;

describe("policy volume-limits", () => {
    it("passes legal volumes, and copies that take their size from a snapshot", () => {
        const legal = [
            { type: "gp3", size: 65_536, iops: 80_000, throughput: 2_000 },
            { type: "gp3", size: 1 },
            { size: 16_384 },
            { type: "gp2", size: 1, iops: 0, throughput: 0 },
            { type: "io2", size: 4, iops: 4_000 },
            { type: "st1", size: 125 },
            { type: "standard", size: 1 },
            { type: "gp3", snapshotId: "snap-1" },
        ];
        assert.deepEqual(judge(volumeLimits, legal.map(volume)), []);
    });

    const bad: [object, string][] = [
        [
            { type: "gp3", size: 65_537 },
            `volume 'data': size in GiB got 65537; a gp3 volume holds 1 to 65536 GiB${asOf}`,
        ],
        [{ size: 16_385 }, `volume 'data': size in GiB got 16385; a gp2 volume holds 1 to 16384 GiB${asOf}`],
        [{ type: "gp3", size: 0 }, `volume 'data': size in GiB got 0; a gp3 volume holds 1 to 65536 GiB${asOf}`],
        [{ type: "gp3", size: 8.5 }, "volume 'data' has the size 8.5: EBS has whole GiB"],
        [{ type: "gp3" }, "volume 'data' has neither a size nor a snapshot to take it from"],
        [{ type: "gp4", size: 8 }, "volume 'data' has the type 'gp4': known are gp3, gp2, io2, io1, st1, sc1"],
        [
            { type: "toString", size: 8 },
            "volume 'data' has the type 'toString': known are gp3, gp2, io2, io1, st1, sc1",
        ],
        [
            { type: "gp3", size: 8, iops: 5_000 },
            `volume 'data': IOPS got 5000; gp3 takes at most 500 per GiB, so 4000 at 8 GiB${asOf}`,
        ],
        [
            { type: "gp3", size: 100, throughput: 1_000 },
            `volume 'data': throughput got 1000; at most 0.25 MiB/s per IOPS, so 750 at 3000 IOPS${asOf}`,
        ],
        [{ type: "io2", size: 8 }, `volume 'data': IOPS missing; io2 needs IOPS, 100 to 256000${asOf}`],
        [
            { type: "gp2", size: 8, iops: 300 },
            `volume 'data': IOPS got 300; gp2 has no IOPS to set (gp3, io1 and io2 do)${asOf}`,
        ],
    ];
    for (const [props, message] of bad) {
        it(`refuses ${JSON.stringify(props)}`, () => {
            const one = volume(props);
            assert.deepEqual(judge(volumeLimits, [one]), [{ message, urn: one.urn, level: "violation" }]);
        });
    }

    it("takes a limit that AWS has moved since from its settings, or from the drive's own configuration", () => {
        const large = volume({ type: "gp2", size: 20_000 });
        assert.deepEqual(judge(volumeLimits, [large], { limits: { gp2: { maxSizeGiB: 20_000 } } }), []);
        assert.equal(refused(judge(volumeLimits, [large], { limits: { gp3: { maxSizeGiB: 99_999 } } })).length, 1);
        const ratio = volume({ type: "gp3", size: 8, iops: 8_000 });
        assert.deepEqual(judge(volumeLimits, [ratio], { limits: { gp3: { maxIopsPerGiB: 1_000 } } }), []);
        try {
            runtime.setAllConfig({
                "elastic-drive:drive": JSON.stringify({ limits: { gp2: { maxSizeGiB: 20_000 } } }),
            });
            assert.deepEqual(judge(volumeLimits, [large]), []);
            runtime.setAllConfig({ "elastic-drive:drive": "not JSON" });
            assert.equal(refused(judge(volumeLimits, [large])).length, 1);
        } finally {
            runtime.setAllConfig({});
        }
    });

    it("judges IOPS and throughput of a copy that takes its size from a snapshot", () => {
        const copy = volume({ type: "gp3", snapshotId: "snap-1", iops: 40_000, throughput: 3_000 });
        assert.deepEqual(refused(judge(volumeLimits, [copy])), [
            `volume 'data': throughput got 3000; gp3 takes 125 to 2000 MiB/s${asOf}`,
        ]);
    });

    it("judges what is written into instances and templates, root volumes too, where a type is said", () => {
        const server = fake(TYPE.instance, "web", {
            rootBlockDevice: { volumeType: "gp3", throughput: 2_000 },
            ebsBlockDevices: [
                { deviceName: "/dev/sdf", volumeType: "st1", volumeSize: 8 },
                { deviceName: "/dev/sdg", volumeSize: 99_999 },
                { deviceName: "/dev/sdh", volumeType: "gp3", snapshotId: "snap-1" },
            ],
        });
        const template = fake(TYPE.launchTemplate, "many", {
            blockDeviceMappings: [{ deviceName: "/dev/sdf", ebs: { volumeType: "gp3", volumeSize: 8, iops: 5_000 } }],
        });
        assert.deepEqual(
            judge(volumeLimits, [server, template]).map(({ message, urn }) => [message, urn]),
            [
                [
                    `volume '/dev/sdf' of instance 'web': size in GiB got 8; a st1 volume holds 125 to 16384 GiB${asOf}`,
                    server.urn,
                ],
                [
                    `root volume of instance 'web': throughput got 2000; at most 0.25 MiB/s per IOPS, so 750 at 3000 IOPS${asOf}`,
                    server.urn,
                ],
                [
                    `volume '/dev/sdf' of launch template 'many': IOPS got 5000; gp3 takes at most 500 per GiB, so 4000 at 8 GiB${asOf}`,
                    template.urn,
                ],
            ],
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(volumeLimits, strangers([TYPE.volume, ...HOLDERS])), []);
    });

    it("judges what is known of a volume, and the other volumes", () => {
        const found = judge(volumeLimits, [
            volume({ type: "gp3", size: NOT_KNOWN }),
            volume({ type: "gp3", size: NOT_KNOWN, throughput: 9_999 }),
            volume({ type: NOT_KNOWN, size: 8 }),
            volume({ type: "io2", size: 1, iops: NOT_KNOWN }),
            volume({ type: "gp3", size: 0 }),
        ]);
        assert.deepEqual(
            found.map(({ level, message }) => [level, message.slice(0, 45)]),
            [
                ["note", "not judged: the size of volume 'data' is not k"],
                ["note", "not judged: the size of volume 'data' is not k"],
                ["violation", "volume 'data': throughput got 9999; gp3 takes"],
                ["note", "not judged: the type of volume 'data' is not k"],
                ["violation", "volume 'data': size in GiB got 1; a io2 volume h"],
                ["note", "not judged: the IOPS of volume 'data' is not k"],
                ["violation", "volume 'data': size in GiB got 0; a gp3 volume h"],
            ].map(([level, message]) => [level, message?.slice(0, 45)]),
        );
    });
});
