import * as assert from "node:assert/strict";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DeleteVolumeCommand,
    DetachVolumeCommand,
} from "@aws-sdk/client-ec2";
import { volumeGroupCall } from "../../infra/guest/calls";
import type { DriveConfig } from "../../infra/model/config";
import { serialOf } from "../../infra/model/names";
import type { Outcome } from "../rig/shell";
import { ZONE } from "../rig/site";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

/** Inside the server: the path of the disk that answers to a serial now. */
const diskOf = (volumeId: string): string =>
    `/dev/$(lsblk -dno NAME,SERIAL | awk '$2=="${serialOf(volumeId)}"{print $1}')`;

describe("wrong disk", function () {
    this.timeout(STORY_TIMEOUT_MS);
    let foreign = "";
    let before = "";

    it("leaves a foreign disk with data alone, whatever letter it came up under", async () => {
        const site = await theSite();
        const { drive, ec2 } = site;
        const { serverId } = await drive.outputs();
        const server = await drive.server();
        const made = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, VolumeType: "gp3" }));
        foreign = made.VolumeId!;
        await site.volumeIs(foreign, "available");
        // Before the slot's own volume, so that it takes the letter that the slot's volume would have had.
        await ec2.send(new AttachVolumeCommand({ VolumeId: foreign, InstanceId: serverId, Device: "/dev/xvddz" }));
        await server.run(
            `for n in $(seq 60); do test -b "${diskOf(foreign)}" && break; sleep 1; done; sudo mkfs.ext4 -q ${diskOf(foreign)}`,
        );
        before = await checksum();
        await drive.set("slots.dd.sizeGiB", 1);
        await drive.set("slots.dd.type", "gp3");
        await drive.up();
        assert.equal(await checksum(), before);
        const members = await server.run("sudo pvs --noheadings -o pv_name -S vg_name=elastic_drive");
        assert.equal(members.split("\n").length, Object.keys((await drive.outputs()).volumes).length);
    });

    it("refuses to make a foreign disk a member, and writes nothing to it", async () => {
        const refused = await asked((volumes) => ({ ...volumes, dd: foreign }));
        assert.equal(refused.code, 3, refused.stderr);
        assert.match(JSON.parse(refused.stdout).code, /^(DiskNotBlank|SlotStillInUse)$/);
        assert.equal(await checksum(), before);
    });

    it("refuses a volume that no disk answers for", async () => {
        const refused = await asked((volumes) => ({ ...volumes, dd: "vol-0123456789abcdef0" }));
        assert.equal(refused.code, 3, refused.stderr);
        assert.match(JSON.parse(refused.stdout).code, /^(DiskNotIdentified|SlotStillInUse)$/);
    });

    it("refuses another drive's group", async () => {
        const refused = await asked((volumes) => volumes, { name: "elsewhere" });
        assert.equal(refused.code, 3, refused.stderr);
        assert.equal(JSON.parse(refused.stdout).code, "GroupNotOurs");
    });

    after(async () => {
        const site = await theSite();
        const { ec2 } = site;
        if (foreign === "") return;
        await ec2.send(new DetachVolumeCommand({ VolumeId: foreign }));
        await site.volumeIs(foreign, "available");
        await ec2.send(new DeleteVolumeCommand({ VolumeId: foreign }));
    });

    async function checksum(): Promise<string> {
        const { drive } = await theSite();
        return (await drive.server()).run(`sudo sync; sudo sha256sum ${diskOf(foreign)} | cut -d ' ' -f 1`);
    }
});

/** The volume group's call as the program makes it, but for the volumes it is told of. A wait for a disk that never comes is cut short. */
async function asked(
    volumes: (real: Readonly<Record<string, string>>) => Record<string, string>,
    change: Partial<DriveConfig> = {},
): Promise<Outcome> {
    const { drive } = await theSite();
    const config = { ...(await drive.config()), ...change };
    const call = volumeGroupCall(config, volumes((await drive.outputs()).volumes));
    return (await drive.server()).try(call.command, `DISK_WAIT=2\n${call.stdin}`);
}
