import { serialOf } from "../../infra/model/names";

/** A disk as QEMU opens it. */
export interface DiskFile {
    readonly volumeId: string;
    /** Name of the writable layer; QEMU's node has the same name. */
    readonly layer: string;
    readonly file: string;
}

export interface CommandLine {
    readonly instanceId: string;
    /** "kvm" or "tcg". */
    readonly accelerator: "kvm" | "tcg";
    readonly memoryMiB: number;
    readonly cpus: number;
    readonly vmlinuz: string;
    readonly initrd: string;
    readonly root: DiskFile;
    readonly disks: readonly DiskFile[];
    readonly seed: string;
    readonly mac: string;
    /** Of the card that only carries ssh from the host. */
    readonly doorMac: string;
    readonly switch: string;
    readonly qmp: string;
    readonly agent: string;
    readonly console: string;
}

/** The PCI bridge that all volumes hang on: 31 slots that can be filled and emptied while the machine runs. */
export const DISK_BUS = "disks";
/** The user-mode network's id, for adding and removing addresses while the machine runs. */
export const DOOR_NETDEV = "door";
/** Link-local, so that it collides with no VPC. */
export const DOOR = { network: "169.254.77.0/24", host: "169.254.77.2", guest: "169.254.77.15", prefixLength: 24 } as const;

/** The guest's device of a volume; the same whether plugged in at power-on or later. */
export const deviceId = (volumeId: string): string => `disk-${serialOf(volumeId)}`;

/** Arguments of `blockdev-add`, also on the command line. */
export function blockNode(disk: DiskFile): object {
    return {
        "driver": "qcow2",
        "node-name": disk.layer,
        "discard": "unmap",
        "file": { driver: "file", filename: disk.file, discard: "unmap" },
        // A guest's flush still reaches the host's page cache, which outlives QEMU; only the host's own disk is not waited for.
        "cache": { "no-flush": true },
    };
}

/** Arguments of `device_add`, also on the command line. */
export function diskDevice(disk: DiskFile): Record<string, string> {
    return {
        driver: "virtio-blk-pci",
        id: deviceId(disk.volumeId),
        bus: DISK_BUS,
        drive: disk.layer,
        serial: serialOf(disk.volumeId),
    };
}

/**
 * Kernel parameters. Emulated processors are slow and their clocks honest: no mitigations, no checks of timers; `panic=3`
 * since one boot in some fourteen dies early of a race in the emulation (facts §7) and comes up at the second try.
 */
function kernelParameters(rootVolumeId: string): string {
    return [
        `lab.root=${serialOf(rootVolumeId)}`,
        "console=ttyS0 quiet systemd.show_status=false net.ifnames=0 panic=3",
        "mitigations=off tsc=reliable no_timer_check random.trust_cpu=on apparmor=0 audit=0 cryptomgr.notests",
        "systemd.journald.forward_to_console=false 8250.nr_uarts=1",
    ].join(" ");
}

const option = (fields: Readonly<Record<string, string>>): string =>
    Object.entries(fields)
        .map(([key, value]) => (key === "driver" ? value : `${key}=${value}`))
        .join(",");

export function qemuArguments(m: CommandLine): string[] {
    const accelerator = m.accelerator === "kvm" ? "kvm" : "tcg,thread=multi,tb-size=256";
    return [
        ["-name", m.instanceId],
        ["-nodefaults"],
        ["-no-user-config"],
        ["-display", "none"],
        ["-machine", "pc,usb=off,vmport=off,smbus=off,graphics=off"],
        ["-accel", accelerator],
        ["-cpu", m.accelerator === "kvm" ? "host" : "max"],
        ["-smp", String(m.cpus)],
        ["-m", String(m.memoryMiB)],
        ["-kernel", m.vmlinuz],
        ["-initrd", m.initrd],
        ["-append", kernelParameters(m.root.volumeId)],
        ["-chardev", `socket,id=qmp,path=${m.qmp},server=on,wait=off`],
        ["-mon", "chardev=qmp,mode=control"],
        ["-chardev", `file,id=console,path=${m.console},append=on`],
        ["-serial", "chardev:console"],
        ["-object", "rng-random,id=random,filename=/dev/urandom"],
        ["-device", "virtio-rng-pci,rng=random"],
        ["-device", "virtio-serial-pci,id=ports,max_ports=2"],
        ["-chardev", `socket,id=agent,path=${m.agent},server=on,wait=off`],
        ["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
        ["-netdev", `vde,id=vpc,sock=${m.switch}`],
        ["-device", `virtio-net-pci,netdev=vpc,mac=${m.mac},romfile=`],
        ["-netdev", `user,id=${DOOR_NETDEV},restrict=on,ipv6=off,net=${DOOR.network},host=${DOOR.host},dns=169.254.77.3`],
        ["-device", `virtio-net-pci,netdev=${DOOR_NETDEV},mac=${m.doorMac},romfile=`],
        ["-device", `pci-bridge,id=${DISK_BUS},chassis_nr=1,shpc=off`],
        ["-blockdev", JSON.stringify({ "driver": "file", "node-name": "seed", "filename": m.seed, "read-only": true })],
        ["-device", "virtio-blk-pci,drive=seed,serial=seed"],
        ...[m.root, ...m.disks].flatMap((disk) => [
            ["-blockdev", JSON.stringify(blockNode(disk))],
            ["-device", option(diskDevice(disk))],
        ]),
    ].flat();
}
