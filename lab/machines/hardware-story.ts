import { strict as assert } from "node:assert";
import { serialOf } from "../../infra/model/names";
import type { Hardware, MachineSpec } from "../hardware";
import { ssh, waitForSsh, type Door, type Key } from "./ssh";
import { until } from "./wait";

export interface StorySetting {
    readonly hardware: Hardware;
    readonly key: Key;
    /** Where the machine's ssh is to answer. */
    readonly door: Door;
    readonly log: (line: string) => void;
}

const BOOT_LIMIT_MS = 600_000;
const DATA = "vol-0000000000000da7a";
const OTHER = "vol-000000000000007e4";
const NAME = "/dev/xvdba";
const COPIES = ["vol-00000000000000c01", "vol-00000000000000c02"] as const;

export const storyMachine = (setting: Pick<StorySetting, "key">, n: number): MachineSpec => ({
    instanceId: `i-${String(n).padStart(17, "0")}`,
    privateIp: `10.0.1.${10 + n}`,
    prefixLength: 24,
    mac: `02:00:00:00:01:${String(n).padStart(2, "0")}`,
    userData: "",
    publicKey: setting.key.publicKey,
    hostName: `ip-10-0-1-${10 + n}`,
    rootVolumeId: `vol-${String(n).padStart(17, "f")}`,
    rootSizeGiB: 8,
    volumes: {},
});

/** What the lab promises of its hardware, on a real machine: every call of the port, seen from inside the guest. */
export async function hardwareStory(setting: StorySetting): Promise<void> {
    const { hardware, log } = setting;
    const spec = storyMachine(setting, 1);
    const offs: string[] = [];
    hardware.onOff((id) => offs.push(id));
    const root = (command: string): Promise<string> => ssh(setting.key, setting.door, `sudo bash -euc '${command}'`);
    const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
        const started = Date.now();
        const value = await work();
        log(`${what}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
        return value;
    };

    await hardware.setPublicAddresses(spec.instanceId, [setting.door.address]);
    await timed("first start to ssh", async () => {
        await hardware.powerOn(spec);
        await waitForSsh(setting.key, setting.door, BOOT_LIMIT_MS);
    });
    await timed("ssh handshake", () => root("true"));

    for (const id of [DATA, OTHER]) await hardware.createDisk(id, 1);
    await timed("plug in until the guest sees the serial", async () => {
        await hardware.plug(spec.instanceId, DATA, NAME);
        await seen(root, DATA);
    });
    await hardware.plug(spec.instanceId, OTHER, "/dev/sdf");
    await seen(root, OTHER);
    await linked(root, "/dev/xvda", spec.rootVolumeId);
    await linked(root, NAME, DATA);
    await linked(root, "/dev/sdf", OTHER);
    log("the names that disks were attached under are links to them");

    await root(
        `mkfs.xfs -q ${device(DATA)} && mkdir -p /mnt/data && mount ${device(DATA)} /mnt/data && echo kept > /mnt/data/file && sync`,
    );
    await timed("resize while mounted until the guest sees it", async () => {
        await hardware.resizeDisk(DATA, 2);
        await seen(root, DATA, 2);
    });
    await root("xfs_growfs /mnt/data > /dev/null");
    assert.equal(await hardware.unplug(spec.instanceId, DATA, false), "busy", "a mounted disk stays");
    await root("cat /mnt/data/file > /dev/null && touch /mnt/data/still-writable");

    await root(`vgcreate -q story ${device(OTHER)} > /dev/null && lvcreate -q -y -l 8 -n held story > /dev/null`);
    assert.equal(await hardware.unplug(spec.instanceId, OTHER, false), "busy", "a disk held by device mapper stays");
    await root("vgremove -q -y story > /dev/null");
    log("unplug refused while mounted, and while held by LVM");

    await oneInstant(setting, spec, root);

    await timed("power cut to ssh", async () => {
        await root("echo flushed > /mnt/data/flushed && sync /mnt/data/flushed");
        await hardware.powerOff(spec.instanceId, "plug");
        assert.equal(hardware.power(spec.instanceId), "off");
        await hardware.powerOn({ ...spec, volumes: { [DATA]: NAME } });
        await waitForSsh(setting.key, setting.door, BOOT_LIMIT_MS);
    });
    assert.deepEqual(offs, [spec.instanceId], "told of the machine going off, once");
    await linked(root, NAME, DATA);
    const cards = await root("ip -o addr show eth0; cat /sys/class/net/eth0/address");
    assert.ok(cards.includes(`${spec.privateIp}/24`) && cards.includes(spec.mac), `same address and card: ${cards}`);
    const content = await root(`mount ${device(DATA)} /mnt/data && cat /mnt/data/file /mnt/data/flushed`);
    assert.equal(content, "kept\nflushed\n");

    await root("umount /mnt/data");
    await timed("unplug after unmount", async () =>
        assert.equal(await hardware.unplug(spec.instanceId, DATA, false), "done"),
    );
    assert.ok(!(await root("cat /sys/block/vd*/serial")).includes(serialOf(DATA)), "the disk is gone from the guest");
    await root(`test ! -e ${NAME} -a ! -L ${NAME}`);
    await timed("shutdown", () => hardware.powerOff(spec.instanceId, "graceful"));
    assert.equal(hardware.power(spec.instanceId), "off");
}

/**
 * A writer counts up on one disk and then on the other. In two copies of one instant the first is equal or one ahead; copies of two
 * instants would be apart by all that was written in between.
 */
async function oneInstant(
    setting: StorySetting,
    spec: MachineSpec,
    root: (command: string) => Promise<string>,
): Promise<void> {
    const { hardware, log } = setting;
    const pair = ["vol-0000000000000aaaa", "vol-0000000000000bbbb"] as const;
    for (const id of pair) await hardware.createDisk(id, 1);
    for (const [n, id] of pair.entries()) await hardware.plug(spec.instanceId, id, `/dev/sd${"gh"[n]}`);
    for (const id of pair) await seen(root, id);
    const put = (id: string): string => `printf %-4096d $n | dd of=${device(id)} bs=4096 oflag=direct status=none`;
    await root(
        `echo "n=0; while :; do n=\\$((n+1)); ${pair.map(put).join("; ").replaceAll("$n", "\\$n")}; done" > /run/writer; ` +
            "systemd-run -q --unit=writer bash /run/writer",
    );
    await until({ what: "the writer to write", hint: "", deadlineMs: 60_000, everyMs: 500 }, async () => {
        const n = Number(await root(`dd if=${device(pair[1])} bs=20 count=1 status=none | tr -d "\\0 "`));
        return n > 2 ? { ready: n } : { seen: String(n) };
    });
    const started = Date.now();
    await hardware.snapshotDisks({ [pair[0]]: "snap-0000000000000aaaa", [pair[1]]: "snap-0000000000000bbbb" });
    log(`snapshot of two disks in use: ${Date.now() - started} ms`);
    await hardware.createDisk(COPIES[0], 1, "snap-0000000000000aaaa");
    await hardware.createDisk(COPIES[1], 2, "snap-0000000000000bbbb");
    for (const [n, id] of COPIES.entries()) await hardware.plug(spec.instanceId, id, `/dev/xvdc${"yz"[n]}`);
    for (const id of COPIES) await seen(root, id);
    const read = async (id: string): Promise<number> => Number(await root(`head -c 20 ${device(id)} | tr -d "\\0 "`));
    const [first, second] = [await read(COPIES[0]), await read(COPIES[1])];
    assert.ok(
        second > 0 && (first === second || first === second + 1),
        `copies of one instant: ${first} and ${second}`,
    );
    const now = await read(pair[0]);
    assert.ok(now > first, `the writer goes on after the snapshot: ${now} after ${first}`);
    log(`copies hold ${first} and ${second}, the writer is at ${now}`);
    await root("systemctl stop writer");
    for (const id of [...pair, ...COPIES]) {
        assert.equal(await hardware.unplug(spec.instanceId, id, false), "done");
        await hardware.deleteDisk(id);
    }
    for (const id of ["snap-0000000000000aaaa", "snap-0000000000000bbbb"]) await hardware.deleteSnapshot(id);
}

/** In a shell: the device with the serial of the volume. */
const device = (volumeId: string): string =>
    `/dev/$(grep -lx ${serialOf(volumeId)} /sys/block/vd*/serial | cut -d/ -f4)`;

async function linked(root: (command: string) => Promise<string>, name: string, volumeId: string): Promise<void> {
    const disk = await root(`udevadm settle; readlink -f ${name}; echo ${device(volumeId)}`);
    const [link, own] = disk.trim().split("\n");
    assert.equal(link, own, `${name} is to be ${volumeId}`);
}

async function seen(root: (command: string) => Promise<string>, volumeId: string, sizeGiB?: number): Promise<void> {
    await until(
        { what: `'${volumeId}' to be seen in the guest`, hint: "see its dmesg", deadlineMs: 60_000, everyMs: 200 },
        async () => {
            const disks = await root("lsblk -bdno SERIAL,SIZE");
            const line = disks.split("\n").find((l) => l.startsWith(serialOf(volumeId)));
            const found =
                line !== undefined &&
                (sizeGiB === undefined || Number(line.trim().split(/\s+/)[1]) === sizeGiB * 2 ** 30);
            return found ? { ready: true } : { seen: disks.trim().replaceAll("\n", ", ") };
        },
    );
}
