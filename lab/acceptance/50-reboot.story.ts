import * as assert from "node:assert/strict";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DeleteVolumeCommand,
    DetachVolumeCommand,
    RebootInstancesCommand,
    StartInstancesCommand,
    StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CLIENT_MOUNT_POINT, deviceName, MOUNT_POINT, serialOf } from "../../infra/model/names";
import { ZONE } from "../rig/site";
import { waitFor } from "../rig/wait";
import { LANDING, theDesigner } from "./designer";
import { putInFront, STORY_TIMEOUT_MS, theSite, webServers } from "./shared";
import { asked, lvmNames, withMember, without } from "./volume-group";

const upload = async (name: string): Promise<unknown> =>
    (await theDesigner()).sftp(`put ${__filename} ${LANDING}/${name}`);

const devices = async (): Promise<string[]> =>
    Object.keys((await (await theSite()).drive.outputs()).volumes)
        .map(deviceName)
        .sort();

describe("reboot", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("brings mount, export and uploads back by themselves, also when a join was killed in its middle", async () => {
        const { drive, ec2 } = await theSite();
        const [first] = await webServers();
        const orphan = await killedJoin();
        const { serverId } = await drive.outputs();
        const before = await drive.digest();
        const bootId = await drive.bootId();
        await ec2.send(new RebootInstancesCommand({ InstanceIds: [serverId] }));
        await drive.rebooted(bootId);
        const server = await drive.server();
        await waitFor("the export", () => server.try("sudo exportfs -s | grep -q /var/content"));
        assert.equal(await drive.digest(), before);
        assert.deepEqual(await lvmNames(), await devices(), "udev's links come back with the disks");
        await waitFor("uploads", () => server.try("findmnt /srv/elastic-drive/drive"));
        await upload("after-the-reboot");
        assert.ok(await first.peer.exists(`${CLIENT_MOUNT_POINT}/incoming/after-the-reboot`));
        assert.ok(await first.peer.exists(`${CLIENT_MOUNT_POINT}/share/late`), "a web server that never remounted");
        await forget(orphan);
    });

    it("with a volume missing exports nothing, writes nothing below the mount point, and status says why", async () => {
        const site = await theSite();
        const { drive, ec2 } = site;
        const { serverId, volumes } = await drive.outputs();
        await ec2.send(new StopInstancesCommand({ InstanceIds: [serverId] }));
        await site.instanceIs(serverId, "stopped");
        await ec2.send(new DetachVolumeCommand({ VolumeId: volumes["bb"]! }));
        await ec2.send(new StartInstancesCommand({ InstanceIds: [serverId] }));
        const server = await drive.reconnect();
        await waitFor("the end of the boot", () =>
            server.try("systemctl is-system-running | grep -E 'running|degraded'"),
        );
        assert.notEqual(
            (await server.try(`findmnt ${MOUNT_POINT}`)).code,
            0,
            "a group with a missing volume was mounted",
        );
        assert.equal((await server.try("sudo exportfs -s")).stdout.includes(MOUNT_POINT), false);
        assert.notEqual(
            (await server.try(`sudo touch ${MOUNT_POINT}/stray`)).code,
            0,
            "the empty mount point took a file",
        );
        await assert.rejects(upload("while-unmounted"), "an upload was taken that no drive is there for");
        assert.equal(await server.run("sudo find / -xdev -name while-unmounted"), "");
        const status = await drive.checkout.tryElasticDrive("status", "--stack", drive.stack);
        const why = `drive not mounted because slot bb (${volumes["bb"]!}) is not attached`;
        assert.ok(status.stdout.replace(/\s+/g, " ").includes(why), status.stdout + status.stderr);
        const refused = await asked(without("bb"));
        assert.deepEqual([refused.code, JSON.parse(refused.stdout).code], [3, "VolumeMissing"], refused.stderr);
    });

    it("is whole again after up --refresh", async () => {
        const { drive } = await theSite();
        const [first, second] = await webServers();
        await drive.up("--refresh");
        assert.deepEqual(await lvmNames(), await devices());
        const late = await first.peer.read(`${CLIENT_MOUNT_POINT}/share/late`);
        assert.equal(await second.peer.read(`${CLIENT_MOUNT_POINT}/share/late`), late);
    });
});

/** A disk that is to be one more member, and the call that makes it one killed between LVM's two writes. */
async function killedJoin(): Promise<string> {
    const site = await theSite();
    const { drive, ec2 } = site;
    const { serverId } = await drive.outputs();
    const made = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, VolumeType: "gp3" }));
    const VolumeId = made.VolumeId!;
    await site.volumeIs(VolumeId, "available");
    await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: serverId, Device: "/dev/xvddz" }));
    const server = await drive.server();
    await waitFor("the disk", () => server.try(`lsblk -dno SERIAL | grep -q ${serialOf(VolumeId)}`));
    const takeAway = await putInFront(server, "vgextend", "kill -9 $PPID; sleep 5\n");
    assert.notEqual((await asked(withMember("ee", VolumeId))).code, 0, "the script was to die there");
    await takeAway();
    assert.match(await orphans(), /^\/dev/, "no orphan physical volume was left");
    return VolumeId;
}

const orphans = async (): Promise<string> =>
    (await (await theSite()).drive.server()).run("sudo pvs --noheadings -o pv_name -S 'vg_name=\"\"' | tr -d ' '");

async function forget(VolumeId: string): Promise<void> {
    const site = await theSite();
    await (await site.drive.server()).run(`sudo pvremove -qq ${await orphans()}`);
    await site.ec2.send(new DetachVolumeCommand({ VolumeId }));
    await site.volumeIs(VolumeId, "available");
    await site.ec2.send(new DeleteVolumeCommand({ VolumeId }));
}
