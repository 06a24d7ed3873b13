import { loadavg } from "node:os";
import { CLIENT_MOUNT_POINT, MOUNT_POINT } from "../infra/model/names";
import { Site, WEB_ADDRESSES } from "../lab/rig/site";
import type { Context, Row } from "./context";
import { ByHand, findDisk } from "./support/by-hand";
import { diskLoad, type DiskLoad, type Limit } from "./support/disk-load";
import { fileLoad } from "./support/file-load";

/** It needs two machines of the lab. */
export const machines = true;

const VOLUMES = 4;
const SIZE_MIB = 64;
const GROUP = "layout";
/** A sixteenth of a gp3 volume's baseline: little enough that the volumes are the limit, not the emulated processor. */
const SIXTEENTH = { mibps: 8, iops: 188 } as const;
const LARGE_MIB = 48;
const SMALL_FILES = 50;

/** Each as large as the others, so that one stream over all of it crosses every volume that it lies on. */
const LAYOUTS: Readonly<Record<string, readonly string[]>> = {
    "linear, 1 volume": [create("one", SIZE_MIB, "", 0)],
    "linear, 4 volumes": [
        create("many", SIZE_MIB / VOLUMES, "", 0),
        ...[1, 2, 3].map((disk) => `lvextend -q -L +${SIZE_MIB / VOLUMES}m ${GROUP}/many $disk${disk}`),
    ],
    "striped, 2 volumes": [create("two", SIZE_MIB, "-i 2", 0, 1)],
    "striped, 4 volumes": [create("four", SIZE_MIB, "-i 4", 0, 1, 2, 3)],
};
const NAMES = ["one", "many", "two", "four"] as const;

function create(name: string, sizeMiB: number, how: string, ...disks: readonly number[]): string {
    return `lvcreate -q -y -W n -Z n ${how} -L ${sizeMiB}m -n ${name} ${GROUP} ${disks.map((disk) => `$disk${disk}`).join(" ")}`;
}

/**
 * S16: linear against striped and one volume against many, with disks as fast as the host gives them and with disks that
 * are limited as EBS limits volumes; and the drive from the server itself against NFS from a web server.
 */
export async function bench({ say }: Context): Promise<Row[]> {
    const site = await Site.open();
    try {
        await site.init("ba=2");
        say("creation: one slot, a web server beside, and four volumes for the layouts");
        const [web] = await Promise.all([site.bootWebServer(WEB_ADDRESSES[0]), site.drive.up()]);
        const server = await site.drive.server();
        const hand = await ByHand.at(site);
        const volumes: string[] = [];
        for (let i = 0; i < VOLUMES; i++) volumes.push(await hand.attachVolume(1));
        const found = volumes.flatMap((volumeId, i) => findDisk(volumeId, `disk${i}`));
        const all = volumes.map((_, i) => `$disk${i}`).join(" ");
        const made = Object.values(LAYOUTS)
            .flat()
            .map((command) => `${command} >&2`);
        const disks = await hand.root(
            ...found,
            `pvcreate -q ${all} >&2`,
            `vgcreate -q ${GROUP} ${all} >&2`,
            ...made,
            `echo ${all}`,
        );

        const rows: Row[] = [];
        for (const limit of [undefined, { disks: disks.split(" "), ...SIXTEENTH }]) {
            say(limit === undefined ? "layouts, as fast as it goes" : "layouts, on limited volumes");
            const loads: DiskLoad[] = [];
            for (const name of NAMES) loads.push(await diskLoad(server, `/dev/${GROUP}/${name}`, SIZE_MIB, limit));
            rows.push(...rowsOfLayouts(loads, limit));
        }

        say("the drive from the server and from a web server");
        await hand.root(`install -d -o 33 -g 33 ${MOUNT_POINT}/bench`);
        await web.mount((await site.drive.outputs()).privateIp);
        const local = await fileLoad(server, `${MOUNT_POINT}/bench/local`, LARGE_MIB, SMALL_FILES);
        const nfs = await fileLoad(web.shell, `${CLIENT_MOUNT_POINT}/bench/nfs`, LARGE_MIB, SMALL_FILES);
        web.shell.close();
        const what = [
            ["one large file written", "MiB/s"],
            ["it read again", "MiB/s"],
            ["a small file made and synced", "ms"],
        ] as const;
        return [
            ...rows,
            ...what.map(([name, unit], i) => ({
                name: `NFS against local: ${name}`,
                unit,
                ours: nfs[i]!,
                baseline: local[i]!,
                ratio: nfs[i]! / local[i]!,
                ...(i === 0 && { note: `load ${loadavg()[0]!.toFixed(1)}` }),
            })),
        ];
    } finally {
        await site.close(false);
    }
}

function rowsOfLayouts(loads: readonly DiskLoad[], limit: Limit | undefined): Row[] {
    const what = [
        ["write", "MiB/s"],
        ["read", "MiB/s"],
        ["random reads", "/s"],
    ] as const;
    return Object.keys(LAYOUTS).flatMap((layout, at) =>
        what.map(([name, unit], i) => ({
            name: `${limit === undefined ? "" : "limited: "}${layout}, ${name}`,
            unit,
            ours: loads[at]![i]!,
            baseline: loads[0]![i]!,
            ratio: loads[at]![i]! / loads[0]![i]!,
            ...(at + i === 0 && {
                note: `against one volume; ${limit === undefined ? "not limited" : `${limit.mibps} MiB/s and ${limit.iops} requests a second each`}; load ${loadavg()[0]!.toFixed(1)}`,
            }),
        })),
    );
}
