import * as assert from "node:assert/strict";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { MOUNT_POINT } from "../../infra/model/names";
import { underAWriter } from "./records";
import { assertSameDrive, STORY_TIMEOUT_MS, theSite } from "./shared";

const TYPE = "m7i.xlarge";

describe("rehost", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("is what up asks for when the server's type changes, before anything is touched", async () => {
        const { drive } = await theSite();
        const before = await drive.outputs();
        await drive.set("server.instanceType", TYPE);
        const refused = await drive.checkout.tryElasticDrive("up", "--stack", drive.stack, "--yes");
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, /RehostNeeded/);
        assert.deepEqual(await drive.outputs(), before);
    });

    it("replaces the live server in order: same volumes, data, address and host key; a writer waits and goes on", async () => {
        const { drive, ec2 } = await theSite();
        const before = await drive.outputs();
        const digest = await drive.digest(`${MOUNT_POINT}/kept`);
        await underAWriter("rehost", async () => {
            drive.close();
            await drive.checkout.elasticDrive("rehost", "--stack", drive.stack, "--yes");
        });
        const after = await drive.outputs();
        assert.notEqual(after.serverId, before.serverId);
        assertSameDrive(after, before);
        const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [after.serverId] }));
        assert.equal(described.Reservations![0]!.Instances![0]!.InstanceType, TYPE);
        assert.equal(await drive.digest(`${MOUNT_POINT}/kept`), digest);
    });
});
