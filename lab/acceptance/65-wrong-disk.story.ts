import * as assert from "node:assert/strict";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DeleteVolumeCommand,
    DetachVolumeCommand,
} from "@aws-sdk/client-ec2";
import { serialOf } from "../../infra/model/names";
import { ZONE } from "../rig/site";
import { STORY_TIMEOUT_MS, theSite } from "./shared";
import { asked, withMember } from "./volume-group";

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
        const links = `readlink -f /dev/xvddz; echo ${diskOf(foreign)}`;
        const [link, own] = (await server.run(`udevadm settle; ${links}`)).trim().split("\n");
        assert.equal(link, own, "udev's link leads to it, as on EC2");
        before = await checksum();
        await drive.set("slots.dd.sizeGiB", 1);
        await drive.set("slots.dd.type", "gp3");
        await drive.up();
        assert.equal(await checksum(), before);
        const members = await server.run("sudo pvs --noheadings -o pv_name -S vg_name=elastic_drive");
        assert.equal(members.split("\n").length, Object.keys((await drive.outputs()).volumes).length);
    });

    it("refuses to make a foreign disk a member, and writes nothing to it", async () => {
        await refuses("DiskNotBlank", withMember("ee", foreign));
        assert.equal(await checksum(), before);
    });

    it("refuses a disk of another volume group, and writes nothing to it", async () => {
        const server = await (await theSite()).drive.server();
        const disk = diskOf(foreign);
        await server.run(`sudo wipefs -qa ${disk} && sudo pvcreate -qq ${disk} && sudo vgcreate -qq theirs ${disk}`);
        before = await checksum();
        await refuses("DiskNotOurs", withMember("ee", foreign));
        assert.equal(await checksum(), before);
        await server.run(`sudo vgremove -qq theirs && sudo pvremove -qq ${disk}`);
    });

    it("refuses another volume in the place of one that holds data", async () => {
        await refuses("SlotStillInUse", withMember("dd", foreign));
    });

    it("refuses a volume that no disk answers for", async () => {
        await refuses("DiskNotIdentified", withMember("ee", "vol-0123456789abcdef0"));
    });

    it("refuses another drive's group", async () => {
        await refuses("GroupNotOurs", ({ config, volumes }) => ({ config: { ...config, name: "elsewhere" }, volumes }));
    });

    after(async () => {
        const site = await theSite();
        const { ec2 } = site;
        if (foreign === "") return;
        await ec2.send(new DetachVolumeCommand({ VolumeId: foreign }));
        await site.volumeIs(foreign, "available");
        assert.equal(
            (await (await site.drive.server()).try("udevadm settle; test -L /dev/xvddz")).code,
            1,
            "its link is gone",
        );
        await ec2.send(new DeleteVolumeCommand({ VolumeId: foreign }));
    });

    async function checksum(): Promise<string> {
        const { drive } = await theSite();
        return (await drive.server()).run(`sudo sync; sudo sha256sum ${diskOf(foreign)} | cut -d ' ' -f 1`);
    }
});

async function refuses(code: string, ...told: Parameters<typeof asked>): Promise<void> {
    const refused = await asked(...told);
    assert.deepEqual(
        [refused.code, refused.stdout === "" ? "" : JSON.parse(refused.stdout).code],
        [3, code],
        refused.stderr,
    );
}
