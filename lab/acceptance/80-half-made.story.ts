import * as assert from "node:assert/strict";
import { AttachVolumeCommand, CreateVolumeCommand } from "@aws-sdk/client-ec2";
import { volumeGroupCall } from "../../infra/guest/calls";
import type { GuestCall } from "../../infra/guest/call";
import { MOUNT_POINT, serialOf } from "../../infra/model/names";
import { ZONE } from "../rig/site";
import { putInFront, STORY_TIMEOUT_MS, theSite, webServers } from "./shared";

/** The program at which the script dies, and what its arguments are about: an orphan physical volume, volumes made and not formatted, one formatted and not committed. */
const MOMENTS = [
    ["vgcreate", ""],
    ["mkfs.ext4", "state_new"],
    ["mkfs.xfs", "content_new"],
    ["lvrename", "content_new"],
] as const;

/** A server with one blank volume: a web server plays it, by the very call the program makes. */
describe("half made", function () {
    this.timeout(STORY_TIMEOUT_MS);
    let call: GuestCall;

    before(async () => {
        const site = await theSite();
        const { drive, ec2 } = site;
        const [, second] = await webServers();
        const Size = 1;
        const { VolumeId } = await ec2.send(
            new CreateVolumeCommand({ AvailabilityZone: ZONE, Size, VolumeType: "gp3" }),
        );
        await site.volumeIs(VolumeId!, "available");
        await ec2.send(
            new AttachVolumeCommand({ VolumeId: VolumeId!, InstanceId: second.instanceId, Device: "/dev/xvdba" }),
        );
        await second.shell.run(
            `for n in $(seq 60); do lsblk -dno SERIAL | grep -q ${serialOf(VolumeId!)} && break; sleep 1; done`,
        );
        const slots = { ba: { sizeGiB: Size, type: "gp3", state: "member" } } as const;
        call = volumeGroupCall({ ...(await drive.config()), name: "half-made", slots }, { ba: VolumeId! });
    });

    for (const [program, about] of MOMENTS) {
        it(`killed at ${program} ${about}: nothing is mounted`, async () => {
            const [, { shell }] = await webServers();
            const body = `case "$*" in *${about}*) kill -9 $PPID; sleep 5;; esac\nexec /usr/sbin/${program} "$@"\n`;
            const takeAway = await putInFront(shell, program, body);
            const died = await shell.try(call.command, call.stdin);
            await takeAway();
            assert.notEqual(died.code, 0, "the script was to die there");
            assert.notEqual((await shell.try(`findmnt ${MOUNT_POINT}`)).code, 0, "a half-made drive was mounted");
        });
    }

    it("the same call finishes it: one group, two volumes, mounted, and run again it changes nothing", async () => {
        const [, { shell }] = await webServers();
        await shell.run(call.command, call.stdin);
        const volumes = "sudo lvs --noheadings -o lv_name,lv_uuid elastic_drive | sort";
        const made = await shell.run(volumes);
        assert.deepEqual(
            made.split("\n").map((line) => line.trim().split(/\s+/)[0]),
            ["content", "state"],
        );
        await shell.run(`sudo touch ${MOUNT_POINT}/kept`);
        await shell.run(call.command, call.stdin);
        assert.equal(await shell.run(volumes), made);
        await shell.run(`test -e ${MOUNT_POINT}/kept`);
    });
});
