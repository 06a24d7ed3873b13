import * as assert from "node:assert/strict";
import {
    AttachVolumeCommand,
    CreateSnapshotCommand,
    CreateVolumeCommand,
    DeleteSnapshotCommand,
    DeleteVolumeCommand,
    DescribeSnapshotsCommand,
    DetachVolumeCommand,
    StartInstancesCommand,
    StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { deviceName, MOUNT_POINT, serialOf } from "../../infra/model/names";
import { labControl } from "../index";
import { ZONE } from "../rig/site";
import { waitFor } from "../rig/wait";
import { STORY_TIMEOUT_MS, theSite } from "./shared";
import { asked } from "./volume-group";

const FOLDER = `${MOUNT_POINT}/kept`;
const SAVED = "/var/tmp/head-of-bb";
const LATER = "test-later";

/** Inside the server: the name of the disk that answers to a serial now. */
const nameOf = (volumeId: string): string => `$(lsblk -dno NAME,SERIAL | awk '$2=="${serialOf(volumeId)}"{print $1}')`;

/** A copy of slot bb's volume, older than the drive, on the drive's own server: somebody wanted one file of it. */
describe("old copy", function () {
    this.timeout(STORY_TIMEOUT_MS);
    let copy = "";
    let snapshot = "";
    let digest = "";

    before(async () => {
        const site = await theSite();
        await site.init("ba=1,bb=1");
        await site.drive.up();
    });

    it("that comes later is not mounted, and neither is the drive beside it; the journal, status and up say why", async () => {
        const site = await theSite();
        const { drive, ec2 } = site;
        const { serverId, volumes } = await drive.outputs();
        const server = await drive.server();
        [snapshot, copy] = await copyOf(volumes["bb"]!);
        await server.run(
            `sudo mkdir ${FOLDER} && sudo sh -c 'date >${FOLDER}/since && sync ${FOLDER}/since ${FOLDER}'`,
        );
        digest = await drive.digest(FOLDER);
        await server.run("sudo systemctl stop var-content.mount 'var-lib-elastic\\x2ddrive-state.mount'");
        await server.run("sudo vgchange -qq -an elastic_drive");
        // A change of LVM's that was cut off: it is on ba, and bb has not heard of it.
        const bb = `/dev/${nameOf(volumes["bb"]!)}`;
        await server.run(`sudo dd if=${bb} of=${SAVED} bs=1M count=1 conv=fsync status=none`);
        await server.run(`sudo vgchange -qq --addtag ${LATER} elastic_drive`);
        await server.run(`sudo dd if=${SAVED} of=${bb} bs=1M conv=fsync oflag=direct status=none && sudo rm ${SAVED}`);
        await ec2.send(new AttachVolumeCommand({ VolumeId: copy, InstanceId: serverId, Device: "/dev/xvddz" }));
        await waitFor("the copy's disk", () => server.try(`test -b "/dev/${nameOf(copy)}"`));

        assert.notEqual((await server.try("sudo systemctl start var-content.mount")).code, 0);
        await assertNotMounted();
        assert.match(await server.run("sudo journalctl -b -o cat -u elastic-drive-disks.service"), says(copy));
        const status = await drive.checkout.tryElasticDrive("status", "--stack", drive.stack);
        const said = status.stdout.replace(/\s+/g, " ");
        assert.match(said, says(copy), status.stderr);
        assert.ok(said.includes(`detach ${copy}`), said);
        const up = await drive.checkout.tryElasticDrive("up", "--stack", drive.stack, "--yes");
        assert.notEqual(up.code, 0);
        assert.match(up.stdout + up.stderr, /DisksRefused/);
        const refused = await asked((real) => real);
        assert.deepEqual([refused.code, JSON.parse(refused.stdout).code], [3, "DisksRefused"], refused.stderr);
    });

    it("that comes first at a boot is not mounted either, and the console says why", async () => {
        const site = await theSite();
        const { drive, ec2 } = site;
        const { serverId, volumes } = await drive.outputs();
        const [InstanceId, VolumeId] = [serverId, volumes["bb"]!];
        await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
        await site.instanceIs(InstanceId, "stopped");
        await ec2.send(new DetachVolumeCommand({ VolumeId }));
        await site.volumeIs(VolumeId, "available");
        await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: deviceName("bb") }));
        await ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }));
        const server = await drive.reconnect();
        const names = await server.run(`echo ${nameOf(copy)} ${nameOf(VolumeId)}`);
        const [first, second] = names.split(" ") as [string, string];
        assert.ok(first < second, `the copy is ${first}, the volume is ${second}`);
        await waitFor("the unit's word", () => server.try("sudo test -s /run/elastic-drive/disks.json"));
        await assertNotMounted();
        const address = drive.checkout.env["AWS_ENDPOINT_URL"]!;
        await waitFor("the console", async () => {
            const text = JSON.stringify(await labControl(address, "GET", `/console/${InstanceId}`));
            return { code: says(copy).test(text) ? 0 : 1 };
        });
    });

    it("taken away, the drive comes back by itself, whole and up to date", async () => {
        const { drive, ec2 } = await theSite();
        const server = await drive.server();
        await ec2.send(new DetachVolumeCommand({ VolumeId: copy }));
        await waitFor("the export", () => server.try("sudo exportfs -s | grep -q /var/content"));
        assert.equal(await drive.digest(FOLDER), digest);
        assert.match(
            await server.run("sudo journalctl -b -o cat -u elastic-drive-disks.service"),
            /brought up to date/,
        );
        const seen = await server.run("sudo vgck elastic_drive 2>&1; sudo vgs --noheadings -o tags elastic_drive 2>&1");
        assert.ok(seen.includes(LATER) && !/warning|inconsistent|older/i.test(seen), seen);
        await server.run(`sudo vgchange -qq --deltag ${LATER} elastic_drive`);
        assert.match(await drive.up(), /unchanged/);
    });

    after(async () => {
        const site = await theSite();
        if (copy === "") return;
        await site.volumeIs(copy, "available");
        await site.ec2.send(new DeleteVolumeCommand({ VolumeId: copy }));
        await site.ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshot }));
    });
});

const says = (copy: string): RegExp => new RegExp(`/dev/vd[a-z]+ \\(${copy}\\) holds the physical volume`);

async function copyOf(VolumeId: string): Promise<[string, string]> {
    const site = await theSite();
    const { SnapshotId } = await site.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await waitFor("the snapshot", async () => {
        const { Snapshots } = await site.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId!] }));
        return { code: Snapshots?.[0]?.State === "completed" ? 0 : 1 };
    });
    const made = await site.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: ZONE, VolumeType: "gp3", SnapshotId: SnapshotId! }),
    );
    await site.volumeIs(made.VolumeId!, "available");
    return [SnapshotId!, made.VolumeId!];
}

async function assertNotMounted(): Promise<void> {
    const server = await (await theSite()).drive.server();
    assert.notEqual((await server.try(`findmnt ${MOUNT_POINT}`)).code, 0, "the drive was mounted beside a copy");
    assert.notEqual((await server.try("test -e /dev/elastic_drive/content")).code, 0, "the group was activated");
    assert.equal((await server.try("sudo exportfs -s")).stdout.includes(MOUNT_POINT), false);
}
