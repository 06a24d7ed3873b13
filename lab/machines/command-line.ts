import { serialOf } from "../../infra/model/names";
import { deviceNumber, ROOT_DEVICE } from "./device-names";

/** A disk as QEMU opens it. */
export interface DiskFile {
    readonly volumeId: string;
    /** Name of the writable layer; QEMU's node has the same name. */
    readonly layer: string;
    readonly file: string;
    /** The name that the volume was attached under. */
    readonly device?: string;
}

/** How a machine begins: at the kernel; at the kernel, to be saved; or where a saved one had got to. */
export type Beginning =
    { readonly kind: "boot" } | { readonly kind: "save" } | { readonly kind: "resume"; readonly memory: string };

/** What is the same in a machine that is saved and in those that go on from it: QEMU insists on it. */
export interface Board {
    readonly accelerator: "kvm" | "tcg";
    readonly memoryMiB: number;
    readonly cpus: number;
    readonly vmlinuz: string;
    readonly initrd: string;
}

export interface CommandLine {
    readonly instanceId: string;
    readonly board: Board;
    readonly beginning: Beginning;
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
export const DOOR = {
    network: "169.254.77.0/24",
    host: "169.254.77.2",
    guest: "169.254.77.15",
    prefixLength: 24,
} as const;

/** The guest's device of a volume; the same whether plugged in at power-on or later. */
export const deviceId = (volumeId: string): string => `disk-${serialOf(volumeId)}`;

/** Arguments of `blockdev-add`, also on the command line. */
export function blockNode(disk: DiskFile): object {
    return {
        driver: "qcow2",
        "node-name": disk.layer,
        discard: "unmap",
        file: { driver: "file", filename: disk.file, discard: "unmap" },
        // A guest's flush still reaches the host's page cache, which outlives QEMU; only the host's own disk is not waited for.
        cache: { "no-flush": true },
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
        ...(disk.device === undefined ? {} : { "acpi-index": String(deviceNumber(disk.device)) }),
    };
}

/** The cards and the seed: a machine that goes on from a saved one gets them plugged in. The VPC's card is found first. */
export function ownDevices(m: CommandLine): Record<string, string>[] {
    return [
        {
            driver: "virtio-net-pci",
            id: "card-vpc",
            bus: "pci.0",
            addr: "0x10",
            netdev: "vpc",
            mac: m.mac,
            romfile: "",
        },
        {
            driver: "virtio-net-pci",
            id: "card-door",
            bus: "pci.0",
            addr: "0x11",
            netdev: DOOR_NETDEV,
            mac: m.doorMac,
            romfile: "",
        },
        { driver: "virtio-blk-pci", id: "seed", bus: "pci.0", addr: "0x12", drive: "seed", serial: "seed" },
    ];
}

/**
 * Kernel parameters. Emulated processors are slow and their clocks honest: no mitigations, no checks of timers; `panic=3`
 * since one boot in some fourteen dies early of a race in the emulation (facts §7) and comes up at the second try.
 */
function kernelParameters(m: CommandLine): string {
    return [
        `lab.root=${serialOf(m.root.volumeId)}`,
        ...(m.beginning.kind === "save" ? ["lab.freeze"] : []),
        "console=ttyS0 quiet systemd.show_status=false net.ifnames=0 panic=3 8250.nr_uarts=1 rcupdate.rcu_expedited=1",
        "mitigations=off tsc=reliable no_timer_check random.trust_cpu=on apparmor=0 selinux=0 audit=0 cryptomgr.notests",
    ].join(" ");
}

/**
 * Measured: `max` costs an emulated machine half as much again until ssh answers as this one (five-level page tables, AVX
 * copies and their larger context). Trixie asks for no more than a plain amd64.
 */
const EMULATED_CPU = "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16,+aes,+rdrand";

const option = (fields: Readonly<Record<string, string>>): string =>
    Object.entries(fields)
        .map(([key, value]) => (key === "driver" ? value : `${key}=${value}`))
        .join(",");

/** Every slot is named, so that the board of a saved machine and of one that goes on from it are the same. */
function boardArguments(m: CommandLine): string[][] {
    const { board } = m;
    return [
        ["-name", m.instanceId],
        ["-nodefaults"],
        ["-no-user-config"],
        ["-display", "none"],
        ["-machine", "pc,usb=off,vmport=off,smbus=off,graphics=off"],
        ["-accel", board.accelerator === "kvm" ? "kvm" : "tcg,thread=multi,tb-size=256"],
        ["-cpu", board.accelerator === "kvm" ? "host" : EMULATED_CPU],
        ["-smp", String(board.cpus)],
        ["-m", String(board.memoryMiB)],
        ["-kernel", board.vmlinuz],
        ["-initrd", board.initrd],
        ["-append", kernelParameters(m)],
        ["-chardev", `socket,id=qmp,path=${m.qmp},server=on,wait=off`],
        ["-mon", "chardev=qmp,mode=control"],
        ["-chardev", `file,id=console,path=${m.console},append=on`],
        ["-serial", "chardev:console"],
        ["-object", "rng-random,id=random,filename=/dev/urandom"],
        ["-device", "virtio-rng-pci,rng=random,addr=0x4"],
        ["-device", "virtio-serial-pci,id=ports,max_ports=2,addr=0x5"],
        ["-chardev", `socket,id=agent,path=${m.agent},server=on,wait=off`],
        ["-device", "virtserialport,bus=ports.0,nr=1,chardev=agent,name=org.qemu.guest_agent.0"],
        ["-device", `pci-bridge,id=${DISK_BUS},chassis_nr=1,shpc=off,addr=0x6`],
        // A copy of a saved machine learns from its new generation id that it must not trust its random numbers.
        ["-device", "vmgenid,guid=auto"],
        ["-blockdev", JSON.stringify(blockNode(m.root))],
        ["-device", option({ ...diskDevice({ ...m.root, device: ROOT_DEVICE }), bus: "pci.0", addr: "0x7" })],
    ];
}

function networkArguments(m: CommandLine): string[][] {
    return [
        ["-netdev", `vde,id=vpc,sock=${m.switch}`],
        [
            "-netdev",
            `user,id=${DOOR_NETDEV},restrict=on,ipv6=off,net=${DOOR.network},host=${DOOR.host},dns=169.254.77.3`,
        ],
        ["-blockdev", JSON.stringify({ driver: "file", "node-name": "seed", filename: m.seed, "read-only": true })],
    ];
}

export function qemuArguments(m: CommandLine): string[] {
    const board = boardArguments(m);
    switch (m.beginning.kind) {
        case "save":
            return board.flat();
        case "resume":
            return [...board, ...networkArguments(m), ["-incoming", `exec:cat '${m.beginning.memory}'`]].flat();
        case "boot":
            return [
                ...board,
                ...networkArguments(m),
                ...ownDevices(m).map((device) => ["-device", option(device)]),
                ...m.disks.flatMap((disk) => [
                    ["-blockdev", JSON.stringify(blockNode(disk))],
                    ["-device", option(diskDevice(disk))],
                ]),
            ].flat();
    }
}
