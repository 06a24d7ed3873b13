import * as assert from "node:assert/strict";
import { StartInstancesCommand, StopInstancesCommand } from "@aws-sdk/client-ec2";
import { GUEST, MOUNT_POINT } from "../../infra/model/names";
import { consolidates, paceIs, SLOW, startAndSlowDown, status, until, volumes } from "./moving";
import { underAWriter } from "./records";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

const GIB = 1024 ** 3;
/** Ranges of ten seconds, with short rests: one of them is soon met in its middle. */
const FAST = 100;

describe("move", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("cancelled in the middle: all data is back where it was, and the new volume is gone", async () => {
        const { drive } = await theSite();
        const before = await drive.outputs();
        const size = await drive.size();
        const digest = await drive.digest(`${MOUNT_POINT}/share`);
        await underAWriter("move-cancelled", async () => {
            const killed = await startAndSlowDown("replace", "ba", "--with", "2GiB");
            await until(killed.isResting);
            const { move } = await status();
            assert.ok(move !== null && move.percent > 0 && move.percent < 100, JSON.stringify(move));
            assert.equal(move.pace, SLOW);
            await killed.kill();
            await drive.checkout.elasticDrive("cancel", "--stack", drive.stack, "--yes");
        });
        assert.deepEqual((await drive.outputs()).volumes, before.volumes);
        assert.equal(await drive.size(), size);
        assert.equal(await drive.digest(`${MOUNT_POINT}/share`), digest);
        assert.deepEqual(await volumes(), Object.values(before.volumes));
    });

    it("two volumes become one under a writer and a faulty EC2; the driver is killed, and another checkout goes on", () =>
        consolidates(["bb"], "bc"));

    it("goes on by itself after a power cut of the server, with the driver dead, and up finishes it", async () => {
        const site = await theSite();
        const { drive, ec2 } = site;
        const { serverId } = await drive.outputs();
        const size = await drive.size();
        const digest = await drive.digest(`${MOUNT_POINT}/share`);
        await underAWriter("move-cut", async () => {
            const killed = await startAndSlowDown("replace", "bc", "--with", "3GiB/gp3");
            await until(killed.isResting);
            await killed.kill();
            const server = await drive.server();
            await server.run(paceIs(FAST));
            await server.run("until sudo lvs -a elastic_drive | grep -q pvmove; do sleep 0.1; done");
            await ec2.send(new StopInstancesCommand({ InstanceIds: [serverId], Force: true })); // in the middle of a range
            drive.close();
            await site.instanceIs(serverId, "stopped");
            await ec2.send(new StartInstancesCommand({ InstanceIds: [serverId] }));
            await drive.reconnect();
            // Before anyone calls: the job runs again, and LVM found a pvmove that was not over.
            await until("sudo journalctl -q -b -u elastic-drive-move.service -g Started");
            await until("sudo journalctl -q -b -g 'Background polling started for 1|was interrupted'");
            await drive.checkout.elasticDrive("pace", "full", "--stack", drive.stack);
            await drive.checkout.elasticDrive("up", "--stack", drive.stack, "--yes");
        });
        const after = await drive.outputs();
        assert.deepEqual(Object.keys(after.volumes), ["bd"]);
        assert.ok((await drive.size()) > size + 0.9 * GIB, `${size} bytes became ${await drive.size()}`);
        assert.equal(await drive.digest(`${MOUNT_POINT}/share`), digest);
        assert.deepEqual(await volumes(), Object.values(after.volumes));
        assert.equal(
            (await (await drive.server()).try(`test -e ${GUEST.MOVE_HOME}`)).code,
            1,
            "the job is still there",
        );
        assert.match(await drive.up(), /\d+ unchanged/);
    });
});
