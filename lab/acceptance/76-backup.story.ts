import * as assert from "node:assert/strict";
import { DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { underAWriter } from "./records";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

describe("backup", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("takes a frozen set of all volumes while a web server writes, who goes on", async () => {
        const { drive, ec2 } = await theSite();
        const { volumes } = await drive.outputs();
        let said = "";
        await underAWriter("backup", async () => {
            said = await drive.checkout.elasticDrive(
                "backup",
                "--wait",
                "--freeze",
                "required",
                "--stack",
                drive.stack,
            );
        });
        process.stderr.write(said);
        const set = /set (\S+) of \d+ volumes, completed \(frozen\)/.exec(said)?.[1];
        assert.ok(set !== undefined, said);
        const Filters = [{ Name: `tag:${TAG.set}`, Values: [set] }];
        const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ Filters }));
        assert.deepEqual(Snapshots.map(({ VolumeId }) => VolumeId).sort(), Object.values(volumes).sort());
        assert.equal(new Set(Snapshots.map(({ StartTime }) => StartTime?.getTime())).size, 1);
    });
});
