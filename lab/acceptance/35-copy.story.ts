import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { AttachVolumeCommand, DescribeSnapshotsCommand, DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { deviceName, MOUNT_POINT, TAG } from "../../infra/model/names";
import { labControl } from "../index";
import { killTree } from "../rig/processes";
import { waitFor } from "../rig/wait";
import { underAWriter } from "./records";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

const GIB = 1024 ** 3;
const FOLDER = `${MOUNT_POINT}/copied`;
/** Longer than it takes to look, to kill and to interfere. */
const PENDING_MS = 600_000;
/** By then a drive whose group is whole has been mounted. */
const MOUNTED_MS = 15_000;

describe("copy", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("puts a larger copy in a volume's place; a writer waits and goes on, and the downtime is said", async () => {
        const before = await start();
        await underAWriter("copy", async () => {
            const { drive } = await theSite();
            const wish = [before.slot, "--with", `${before.sizeGiB + 1}GiB`, "--how", "snapshot"];
            const said = await drive.checkout.elasticDrive("replace", ...wish, "--stack", drive.stack, "--yes");
            const downtime = /the drive was away for [\d.]+ s/.exec(said)?.[0];
            assert.ok(downtime !== undefined, said);
            process.stderr.write(`copy: ${downtime}\n`);
        });
        await assertCopied(before);
    });

    it("the driver killed in the downtime, the old volume attached by a hand: nothing is mounted, and up goes on", async () => {
        const before = await start();
        const { drive, ec2 } = await theSite();
        const { serverId } = await drive.outputs();
        await underAWriter("copy-killed", async () => {
            const wish = [before.slot, "--with", `${before.sizeGiB + 1}GiB`, "--how", "snapshot"];
            const driver = drive.checkout.startElasticDrive("replace", ...wish, "--stack", drive.stack, "--yes");
            const runs = (): void => assert.equal(driver.exitCode, null, "the driver ended before it was killed");
            await until("the drive to be put aside", async () => (runs(), isAside()));
            await snapshotsTake(PENDING_MS);
            await until("the final snapshot", async () => (runs(), (await snapshots()).includes("final")));
            await killTree(driver.pid!);

            const Device = deviceName(before.slot);
            await ec2.send(new AttachVolumeCommand({ VolumeId: before.volumeId, InstanceId: serverId, Device }));
            const members = "sudo pvs --noheadings -o pv_missing,vg_missing_pv_count -S vg_name=elastic_drive";
            await until("the group to be whole", async () => !/missing|[1-9]/.test(await onServer(members)));
            await sleep(MOUNTED_MS);
            assert.ok(await isAside(), "a group that was put aside was mounted by itself");
            await snapshotsTake(0);
            await drive.checkout.elasticDrive("up", "--stack", drive.stack, "--yes");
        });
        await assertCopied(before);
    });
});

interface Before {
    readonly slot: string;
    readonly volumeId: string;
    readonly sizeGiB: number;
    readonly bytes: number;
    readonly digest: string;
    readonly pvs: string;
    readonly slots: number;
}

const PVS = "sudo pvs --noheadings -o pv_uuid -S vg_name=elastic_drive | sort";

/** The last slot but bb, which other stories go on with. */
async function start(): Promise<Before> {
    const { drive } = await theSite();
    const { volumes } = await drive.outputs();
    const slot = Object.keys(volumes)
        .sort()
        .findLast((name) => name !== "bb")!;
    await onServer(
        `sudo mkdir -p ${FOLDER} && sudo dd if=/dev/urandom of=${FOLDER}/file bs=1M count=16 conv=fsync status=none`,
    );
    return {
        slot,
        volumeId: volumes[slot]!,
        sizeGiB: (await drive.config()).slots[slot]!.sizeGiB,
        bytes: await drive.size(),
        digest: await drive.digest(FOLDER),
        pvs: await onServer(PVS),
        slots: Object.keys(volumes).length,
    };
}

async function assertCopied(before: Before): Promise<void> {
    const { drive, ec2 } = await theSite();
    const { volumes } = await drive.outputs();
    assert.ok(!(before.slot in volumes) && Object.keys(volumes).length === before.slots, JSON.stringify(volumes));
    assert.ok((await drive.size()) > before.bytes + 0.9 * GIB, `${before.bytes} bytes became ${await drive.size()}`);
    assert.equal(await drive.digest(FOLDER), before.digest);
    assert.equal(await onServer(PVS), before.pvs, "the same physical volumes, on other disks");
    assert.deepEqual(await snapshots(), []);
    const Filters = [{ Name: "tag-key", Values: [TAG.slot] }];
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    assert.deepEqual(Volumes.map(({ VolumeId }) => VolumeId).sort(), Object.values(volumes).sort());
    assert.match(await drive.up(), /\d+ unchanged/);
}

const onServer = async (command: string): Promise<string> => (await (await theSite()).drive.server()).run(command);

/** Not mounted, and none of its volumes active. */
async function isAside(): Promise<boolean> {
    const server = await (await theSite()).drive.server();
    const { code } = await server.try(`findmnt ${MOUNT_POINT} || test -e /dev/elastic_drive/content`);
    return code !== 0;
}

async function snapshots(): Promise<string[]> {
    const { ec2 } = await theSite();
    const Filters = [{ Name: "tag-key", Values: [TAG.copy] }];
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ Filters }));
    return Snapshots.map(({ Tags }) => Tags?.find(({ Key }) => Key === TAG.copy)?.Value ?? "");
}

async function snapshotsTake(ms: number): Promise<void> {
    const { drive } = await theSite();
    await labControl(drive.checkout.env["AWS_ENDPOINT_URL"]!, "POST", "/delays", { snapshotPending: ms });
}

const until = (what: string, probe: () => Promise<boolean>): Promise<void> =>
    waitFor(what, async () => ({ code: (await probe()) ? 0 : 1 }));
