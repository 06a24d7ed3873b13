import * as assert from "node:assert/strict";
import {
    DescribeInstancesCommand,
    DetachVolumeCommand,
    RebootInstancesCommand,
    StartInstancesCommand,
    StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CLIENT_MOUNT_POINT, MOUNT_POINT } from "../../infra/model/names";
import { STORY_TIMEOUT_MS, theSite, webServers } from "./shared";

describe("reboot", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("brings mount, export and uploads back by themselves", async () => {
        const { drive, ec2 } = await theSite();
        const [first] = await webServers();
        const { serverId } = await drive.outputs();
        const before = await drive.digest();
        const bootId = await (await drive.server()).run("cat /proc/sys/kernel/random/boot_id");
        await ec2.send(new RebootInstancesCommand({ InstanceIds: [serverId] }));
        await rebooted(bootId);
        const server = await drive.server();
        await waitFor("the export", () => server.try("sudo exportfs -s | grep -q /var/content"));
        assert.equal(await drive.digest(), before);
        await waitFor("uploads", () => server.try("findmnt /srv/elastic-drive/drive"));
        assert.ok(await first.peer.exists(`${CLIENT_MOUNT_POINT}/share/late`), "a web server that never remounted");
    });

    it("with a volume missing exports nothing, writes nothing below the mount point, and status says why", async () => {
        const { drive, ec2 } = await theSite();
        const { serverId, volumes } = await drive.outputs();
        await ec2.send(new StopInstancesCommand({ InstanceIds: [serverId] }));
        await instanceState(serverId, "stopped");
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
        const status = await drive.checkout.tryElasticDrive("status", "--stack", drive.stack);
        assert.match(status.stdout + status.stderr, /bb|missing|not mounted/i);
    });

    it("is whole again after up --refresh", async () => {
        const { drive } = await theSite();
        const [first, second] = await webServers();
        await drive.up("--refresh");
        const late = await first.peer.read(`${CLIENT_MOUNT_POINT}/share/late`);
        assert.equal(await second.peer.read(`${CLIENT_MOUNT_POINT}/share/late`), late);
    });
});

async function rebooted(oldBootId: string): Promise<void> {
    const { drive } = await theSite();
    await waitFor("a new boot", async () => {
        const server = await drive.reconnect();
        // The connection may still be the old boot's, and break.
        return server.try(`test "$(cat /proc/sys/kernel/random/boot_id)" != ${oldBootId}`).catch(() => ({ code: 1 }));
    });
}

async function instanceState(instanceId: string, wanted: string): Promise<void> {
    const { ec2 } = await theSite();
    await waitFor(`${instanceId} to be ${wanted}`, async () => {
        const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
        return { code: described.Reservations?.[0]?.Instances?.[0]?.State?.Name === wanted ? 0 : 1 };
    });
}

const WAIT_MS = 5 * 60_000;

async function waitFor(what: string, probe: () => Promise<{ code: number }>): Promise<void> {
    const end = Date.now() + WAIT_MS;
    while ((await probe()).code !== 0) {
        if (Date.now() > end) throw new Error(`waited ${WAIT_MS / 1000} s for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
}
