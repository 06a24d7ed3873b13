import * as assert from "node:assert/strict";
import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { underAWriter } from "./records";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

const GIB = 1024 ** 3;

describe("grow", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("adds a slot by a bare up while a web server writes", async () => {
        const { drive } = await theSite();
        const before = await drive.size();
        const slots = Object.keys((await drive.outputs()).volumes);
        await underAWriter("add-a-slot", async () => {
            await drive.set("slots.bb.sizeGiB", 2);
            await drive.up();
        });
        assert.ok((await drive.size()) > before + 1.9 * GIB);
        assert.deepEqual(Object.keys((await drive.outputs()).volumes).sort(), ["bb", ...slots].sort());
    });

    it("grows a volume in place, type and throughput in the same call, while a web server writes", async () => {
        const { drive, ec2 } = await theSite();
        const before = await drive.size();
        await underAWriter("grow-in-place", async () => {
            await drive.set("slots.bb.sizeGiB", 10);
            await drive.set("slots.bb.type", "gp3");
            await drive.set("slots.bb.iops", 4000);
            await drive.set("slots.bb.throughput", 250);
            await drive.up();
        });
        assert.ok((await drive.size()) > before + 7.9 * GIB);
        const { volumes } = await drive.outputs();
        const described = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumes["bb"]!] }));
        const { Size, Iops, Throughput, Tags } = described.Volumes![0]!;
        assert.deepEqual([Size, Iops, Throughput], [10, 4000, 250]);
        assert.ok(Tags!.some((tag) => tag.Key === TAG.slot && tag.Value === "bb"));
    });
});
