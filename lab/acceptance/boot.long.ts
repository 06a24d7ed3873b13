import * as assert from "node:assert/strict";
import { RebootInstancesCommand } from "@aws-sdk/client-ec2";
import { MOUNT_POINT } from "../../infra/model/names";
import { waitFor } from "../rig/wait";
import { putInFront, STORY_TIMEOUT_MS, theSite } from "./shared";
import { asked } from "./volume-group";

const FOLDER = `${MOUNT_POINT}/kept`;

/** The program of LVM's at which the script on the server dies, what its arguments are about, and whether it was carried out. */
type Moment = readonly [program: string, about: string, when: "before" | "after" | "amid"];

interface Work {
    readonly name: string;
    readonly begin: () => Promise<unknown>;
    readonly moments: readonly Moment[];
}

const WORKS: readonly Work[] = [
    {
        name: "join",
        begin: async () => {
            const { drive } = await theSite();
            await drive.set(`slots.${await nextName()}.sizeGiB`, 1);
            await drive.tryUp();
        },
        moments: [
            ["pvcreate", "", "before"],
            ["pvcreate", "", "after"],
            ["vgextend", "", "amid"],
            ["vgextend", "", "after"],
            ["lvextend", "", "after"],
        ],
    },
    {
        name: "let-go",
        begin: () => replace(),
        moments: [
            ["vgreduce", "", "before"],
            ["vgreduce", "", "after"],
            ["pvremove", "", "after"],
        ],
    },
    {
        name: "copy",
        begin: () => replace("--how", "snapshot"),
        moments: [
            ["vgchange", "--addtag elastic-drive:aside", "after"],
            ["pvchange", "lives-on", "before"],
            ["pvchange", "lives-on", "after"],
            ["pvresize", "", "after"],
            ["vgchange", "--deltag elastic-drive:aside", "after"],
        ],
    },
];

/** Cut off inside the server and rebooted, a drive that is whole mounts; the next `up` ends what was begun. */
describe("killed and rebooted", function () {
    this.timeout(STORY_TIMEOUT_MS);
    let digest = "";

    before(async () => {
        const site = await theSite();
        await site.init("ba=1,bb=1");
        await site.drive.up();
        const server = await site.drive.server();
        await server.run(`sudo mkdir -p ${FOLDER}`);
        await server.run(`sudo dd if=/dev/urandom of=${FOLDER}/file bs=1M count=8 conv=fsync status=none`);
        digest = await site.drive.digest(FOLDER);
    });

    for (const { name, begin, moments } of WORKS)
        for (const moment of moments) {
            const [program, about, when] = moment;
            it(`${name}, ${when} ${program} ${about}`, async () => {
                const { drive } = await theSite();
                const takeAway = await putInFront(await drive.server(), program, dies(moment));
                await begin();
                await (await drive.server()).run("sudo test -e /run/died-there");
                await takeAway();
                await reboot();
                // Put aside for a copy it is mounted by `up` alone (decision 0013).
                const tags = await (await drive.server()).run("sudo vgs --noheadings -o tags elastic_drive");
                if (tags.includes("elastic-drive:aside")) await staysAway();
                else await mountsByItself();
                await drive.checkout.elasticDrive("up", "--stack", drive.stack, "--yes");
                assert.equal(await drive.digest(FOLDER), digest);
            });
        }

    it("a server as an older version left it mounts as it did, and by its own unit once the group's call was run again", async () => {
        const server = await (await theSite()).drive.server();
        await server.run(`sudo sh -c '${AS_IT_WAS}'`);
        await reboot();
        await mountsByItself();
        const made = await asked((real) => real);
        assert.equal(made.code, 0, made.stderr);
        await reboot();
        await mountsByItself();
        const now = await (await theSite()).drive.server();
        assert.match(await now.run("sudo journalctl -b -o cat -u elastic-drive-disks.service"), /Finished/);
        assert.equal(await now.run("sudo vgs --noheadings -o vg_autoactivation elastic_drive | tr -d ' '"), "");
    });

    async function mountsByItself(): Promise<void> {
        const server = await (await theSite()).drive.server();
        await waitFor("the export", () => server.try("sudo exportfs -s | grep -q /var/content"));
        assert.equal(await (await theSite()).drive.digest(FOLDER), digest);
        const seen = await server.run("sudo vgck elastic_drive 2>&1");
        assert.equal(seen, "", "LVM has something to mend");
    }

    async function staysAway(): Promise<void> {
        const server = await (await theSite()).drive.server();
        await waitFor("the unit's word", () => server.try("sudo test -s /run/elastic-drive/disks.json"));
        assert.notEqual((await server.try(`findmnt ${MOUNT_POINT}`)).code, 0, "a drive put aside was mounted");
    }
});

/** No list, no unit, mounts that require none, and a group that an event activates. */
const AS_IT_WAS = [
    "cd /etc/systemd/system",
    "rm -r /var/lib/elastic-drive/disks* elastic-drive-disks.service multi-user.target.wants/elastic-drive-disks.service",
    "sed -i /elastic-drive-disks/d *.mount",
    "vgchange -qq --setautoactivation y elastic_drive",
    "sync",
].join(" && ");

async function reboot(): Promise<void> {
    const { drive, ec2 } = await theSite();
    const { serverId } = await drive.outputs();
    const bootId = await drive.bootId();
    await ec2.send(new RebootInstancesCommand({ InstanceIds: [serverId] }));
    await drive.rebooted(bootId);
}

/** Not a second time: what goes on after the reboot is to end. */
const dies = ([program, about, when]: Moment): string =>
    [
        `case "$*" in *"${about}"*)`,
        ...(when === "amid" ? [LAST_DISK, "dd if=$last of=/run/head bs=1M count=1 status=none"] : []),
        ...(when === "before" ? [] : [`/usr/sbin/${program} "$@"`]),
        // Cut off between two disks: the group's others have LVM's write, the last one has not.
        ...(when === "amid" ? ["dd if=/run/head of=$last bs=1M oflag=direct conv=fsync status=none"] : []),
        "touch /run/died-there; kill -9 $PPID; sleep 5;; esac",
        `exec /usr/sbin/${program} "$@"\n`,
    ].join("\n");

const LAST_DISK = "for last; do :; done";

async function nextName(): Promise<string> {
    const { slots } = await (await theSite()).drive.config();
    return [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => `b${letter}`).find((name) => slots[name] === undefined)!;
}

/** The last slot, by a volume that is larger. */
async function replace(...how: readonly string[]): Promise<void> {
    const { drive } = await theSite();
    const { slots } = await drive.config();
    const [slot, { sizeGiB }] = Object.entries(slots).sort().at(-1)!;
    const wish = [slot, "--with", `${sizeGiB + 1}GiB`, ...how];
    const ended = await drive.checkout.tryElasticDrive("replace", ...wish, "--stack", drive.stack, "--yes");
    assert.notEqual(ended.code, 0, "the script was to die there");
}
