import * as assert from "node:assert/strict";
import { join } from "node:path";
import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { GUEST, MOUNT_POINT, TAG } from "../../infra/model/names";
import { labControl } from "../index";
import { Checkout } from "../rig/checkout";
import { killTree } from "../rig/processes";
import { waitFor } from "../rig/wait";
import { underAWriter } from "./records";
import { theSite } from "./shared";

/** MiB/s at which the first range, of 256 MiB, is followed by a rest of a minute: time to interfere. */
export const SLOW = 4;

/** Volumes of 1 GiB join; all are made one under a writer and a faulty EC2; the driver is killed, and another checkout goes on. */
export async function consolidates(joining: readonly string[], into: string): Promise<void> {
    const { drive, folder } = await theSite();
    for (const slot of joining) await drive.set(`slots.${slot}.sizeGiB`, 1);
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
    assert.deepEqual(Object.keys(after.volumes), [into]);
    assert.ok((await drive.size()) >= size, `${size} bytes became ${await drive.size()}`);
    assert.equal(await drive.digest(`${MOUNT_POINT}/share`), digest);
    assert.deepEqual(await volumes(), Object.values(after.volumes));
}

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
export async function startAndSlowDown(...args: string[]): Promise<{ isResting: string; kill(): Promise<unknown> }> {
    const { drive } = await theSite();
    const driver = drive.checkout.startElasticDrive(...args, "--stack", drive.stack, "--yes");
    await waitFor("the job", async () => {
        assert.equal(driver.exitCode, null, "the driver ended before the move began");
        return (await drive.server()).try(`test -e ${GUEST.MOVE_HOME}/job && ${paceIs(SLOW)}`);
    });
    return {
        isResting: `grep -q resting ${GUEST.MOVE_HOME}/progress`,
        kill: () => killTree(driver.pid!),
    };
}

export const paceIs = (mibPerSecond: number): string => `echo ${mibPerSecond} | sudo tee ${GUEST.MOVE_HOME}/pace`;

/** Until the command ends well on the server. */
export async function until(command: string): Promise<void> {
    await waitFor(command, async () => (await (await theSite()).drive.server()).try(command));
}

interface Shown {
    readonly move: { readonly percent: number; readonly pace?: number } | null;
}

export async function status(): Promise<Shown> {
    const { drive } = await theSite();
    const shown = await drive.checkout.elasticDrive("status", "--stack", drive.stack, "--json");
    return (JSON.parse(shown) as { data: Shown }).data;
}

/** The drive's volumes, as EC2 has them. */
export async function volumes(): Promise<string[]> {
    const { ec2 } = await theSite();
    const Filters = [{ Name: "tag-key", Values: [TAG.slot] }];
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    return Volumes.map(({ VolumeId }) => VolumeId!).sort();
}
