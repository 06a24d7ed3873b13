import * as assert from "node:assert/strict";
import { AttachVolumeCommand, CreateVolumeCommand } from "@aws-sdk/client-ec2";
import { volumeGroupCall } from "../../infra/guest/calls";
import { GUEST_COMMAND, makingCommand, type GuestCall } from "../../infra/guest/call";
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
        const config = { ...(await drive.config()), name: "half-made", slots };
        const place = { server: second.instanceId, attachments: [] };
        call = { ...volumeGroupCall(config, { ba: VolumeId! }, place), command: makingCommand(undefined) };
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

    it("its group and all that was on the disk gone, no later call makes a drive of it again, nor one that knows the group's name", async () => {
        const [, { shell }] = await webServers();
        const uuid = await shell.run("sudo vgs --noheadings -o vg_uuid elastic_drive | tr -d ' '");
        const other = "AbCdEf-0000-0000-0000-0000-0000-AbCdEf";
        const asked = async (command: string): Promise<string> => {
            const { code, stdout } = await shell.try(command, call.stdin);
            return `${code} ${(JSON.parse(stdout) as { code?: string }).code}`;
        };
        assert.equal(await asked(makingCommand(other)), "3 GroupNotOurs");
        await shell.run(makingCommand(uuid), call.stdin);
        const disk = await shell.run("sudo pvs --noheadings -o pv_name -S vg_name=elastic_drive | xargs readlink -f");
        await shell.run(`sudo umount ${MOUNT_POINT} /var/lib/elastic-drive/state && sudo vgchange -qan elastic_drive`);
        await shell.run(`sudo vgremove -qqy elastic_drive && sudo pvremove -qq ${disk}`);
        await shell.run(`sudo blkdiscard ${disk} 2>/dev/null || sudo dd if=/dev/zero of=${disk} bs=4M status=none`);
        for (const command of [GUEST_COMMAND, makingCommand(uuid)]) {
            assert.equal(await asked(command), "3 DriveGone", command);
            assert.equal(await shell.run(`sudo cmp -n 1073741824 ${disk} /dev/zero && echo blank`), "blank");
        }
    });
});
