import * as assert from "node:assert/strict";
import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { isAlive, killTree } from "../rig/processes";
import { putInFront, STORY_TIMEOUT_MS, theSite } from "./shared";

/** Each is the command at which the guest's work dies too: between pvcreate and vgextend, before lvextend, before xfs_growfs. */
const MOMENTS = ["vgextend", "lvextend", "xfs_growfs"] as const;
const SLOTS = ["ca", "cb", "cc"] as const;
const PROVIDERS_END_MS = 30_000;

describe("killed", function () {
    this.timeout(STORY_TIMEOUT_MS);

    MOMENTS.forEach((moment, index) => {
        it(`kill -9 of driver, engine and guest at ${moment}: the same command finishes the work`, async () => {
            const { drive, ec2 } = await theSite();
            const slot = SLOTS[index]!;
            const server = await drive.server();
            const before = await drive.size();
            // It says that it was reached, waits to be looked at, and kills the script that called it.
            const takeAway = await putInFront(server, moment, "touch /run/reached\nsleep 5\nkill -9 $PPID\n");
            await drive.set(`slots.${slot}.sizeGiB`, 1);
            await drive.set(`slots.${slot}.type`, "gp3");
            const driver = drive.checkout.startElasticDrive("up", "--stack", drive.stack, "--yes");
            while ((await server.try("test -e /run/reached")).code !== 0) {
                assert.equal(driver.exitCode, null, `the driver ended before it reached ${moment}`);
                await new Promise((resolve) => setTimeout(resolve, 500));
            }
            const killed = await killTree(driver.pid!);
            await takeAway();
            await server.run("sudo rm /run/reached");
            await drive.checkout.elasticDrive("up", "--stack", drive.stack, "--yes");
            assert.ok((await drive.size()) > before + 0.9 * 1024 ** 3);
            const tagged = await ec2.send(
                new DescribeVolumesCommand({ Filters: [{ Name: `tag:${TAG.slot}`, Values: [slot] }] }),
            );
            assert.equal(tagged.Volumes!.length, 1, "the slot's volume was doubled");
            const end = Date.now() + PROVIDERS_END_MS;
            while (killed.some(isAlive) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 500));
            assert.deepEqual(killed.filter(isAlive), [], "processes were left");
        });
    });
});
