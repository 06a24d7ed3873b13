import * as assert from "node:assert/strict";
import { join } from "node:path";
import { DescribeVolumesCommand, StartInstancesCommand, StopInstancesCommand } from "@aws-sdk/client-ec2";
import { MOUNT_POINT, TAG } from "../../infra/model/names";
import { labControl } from "../index";
import { Checkout } from "../rig/checkout";
import { killTree } from "../rig/processes";
import { waitFor } from "../rig/wait";
import { underAWriter } from "./records";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

const GIB = 1024 ** 3;
const MOVE_HOME = "/var/lib/elastic-drive/move";
/** MiB/s at which the first range, of 256 MiB, is followed by a rest of a minute: time to interfere. */
const SLOW = 4;
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

    it("four volumes become one under a writer and a faulty EC2; the driver is killed, and another checkout goes on", async () => {
        const { drive, folder } = await theSite();
        for (const slot of ["bb", "bc", "bd"]) await drive.set(`slots.${slot}.sizeGiB`, 1);
        await drive.up();
        const size = await drive.size();
        const digest = await drive.digest(`${MOUNT_POINT}/share`);
        await faults();
        await underAWriter("move-consolidated", async () => {
            const killed = await startAndSlowDown("consolidate", "--into", "1");
            await until(killed.isResting);
            await killed.kill();
            const other = await Checkout.make(join(folder, "other"), drive.checkout.env);
            await other.elasticDrive("pull", "--stack", drive.stack, "--yes");
            await other.elasticDrive("pace", "full", "--stack", drive.stack);
            await other.elasticDrive("up", "--stack", drive.stack, "--yes");
            await other.remove();
            await drive.checkout.elasticDrive("pull", "--stack", drive.stack, "--yes");
        });
        assert.deepEqual(await labControl(await lab(), "GET", "/faults"), [], "not every fault was met");
        const after = await drive.outputs();
        assert.deepEqual(Object.keys(after.volumes), ["be"]);
        assert.ok((await drive.size()) >= size, `${size} bytes became ${await drive.size()}`);
        assert.equal(await drive.digest(`${MOUNT_POINT}/share`), digest);
        assert.deepEqual(await volumes(), Object.values(after.volumes));
    });

    it("goes on by itself after a power cut of the server, with the driver dead, and up finishes it", async () => {
        const site = await theSite();
        const { drive, ec2 } = site;
        const { serverId } = await drive.outputs();
        const size = await drive.size();
        const digest = await drive.digest(`${MOUNT_POINT}/share`);
        await underAWriter("move-cut", async () => {
            const killed = await startAndSlowDown("replace", "be", "--with", "5GiB/gp3");
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
        assert.deepEqual(Object.keys(after.volumes), ["bf"]);
        assert.ok((await drive.size()) > size + 0.9 * GIB, `${size} bytes became ${await drive.size()}`);
        assert.equal(await drive.digest(`${MOUNT_POINT}/share`), digest);
        assert.deepEqual(await volumes(), Object.values(after.volumes));
        assert.equal((await (await drive.server()).try(`test -e ${MOVE_HOME}`)).code, 1, "the job is still there");
        assert.match(await drive.up(), /\d+ unchanged/);
    });
});

/** What EC2 does to those who call it much; each is over when it was met so often. */
async function faults(): Promise<void> {
    for (const fault of [
        { action: "CreateVolume", kind: "lost-after", count: 1 },
        { action: "AttachVolume", kind: "throttle", count: 2 },
        { action: "DetachVolume", kind: "lost-after", count: 1 },
        { action: "DetachVolume", kind: "error", count: 1, skip: 1 },
        { action: "DeleteVolume", kind: "throttle", count: 2 },
        { action: "DescribeVolumes", kind: "stale", count: 3, skip: 2 },
    ]) {
        await labControl(await lab(), "POST", "/faults", fault);
    }
}
const lab = async (): Promise<string> => (await theSite()).drive.checkout.env["AWS_ENDPOINT_URL"]!;

/** Runs the driver beside, and makes the job rest after its first range. */
async function startAndSlowDown(...args: string[]): Promise<{ isResting: string; kill(): Promise<unknown> }> {
    const { drive } = await theSite();
    const driver = drive.checkout.startElasticDrive(...args, "--stack", drive.stack, "--yes");
    await waitFor("the job", async () => {
        assert.equal(driver.exitCode, null, "the driver ended before the move began");
        return (await drive.server()).try(`test -e ${MOVE_HOME}/job && ${paceIs(SLOW)}`);
    });
    return {
        isResting: `grep -q resting ${MOVE_HOME}/progress`,
        kill: () => killTree(driver.pid!),
    };
}

const paceIs = (mibPerSecond: number): string => `echo ${mibPerSecond} | sudo tee ${MOVE_HOME}/pace`;

/** Until the command ends well on the server. */
async function until(command: string): Promise<void> {
    await waitFor(command, async () => (await (await theSite()).drive.server()).try(command));
}

interface Shown {
    readonly move: { readonly percent: number; readonly pace?: number } | null;
}

async function status(): Promise<Shown> {
    const { drive } = await theSite();
    const shown = await drive.checkout.elasticDrive("status", "--stack", drive.stack, "--json");
    return (JSON.parse(shown) as { data: Shown }).data;
}

/** The drive's volumes, as EC2 has them. */
async function volumes(): Promise<string[]> {
    const { ec2 } = await theSite();
    const Filters = [{ Name: "tag-key", Values: [TAG.slot] }];
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    return Volumes.map(({ VolumeId }) => VolumeId!).sort();
}
