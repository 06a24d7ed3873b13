import { strict as assert } from "node:assert";
import { ownDevices, qemuArguments, type Beginning, type CommandLine } from "./command-line";

const line = (beginning: Beginning): CommandLine => ({
    instanceId: "i-0123456789abcdef0",
    board: { accelerator: "tcg", memoryMiB: 640, cpus: 1, vmlinuz: "/image/vmlinuz", initrd: "/image/initrd" },
    beginning,
    root: { volumeId: "vol-0aaaaaaaaaaaaaaaa", layer: "vol0aaaaaaaaaaaaaaaa.0", file: "/lab/root.qcow2" },
    disks: [
        {
            volumeId: "vol-0123456789abcdef0",
            layer: "vol0123456789abcdef0.3",
            file: "/lab/data.qcow2",
            device: "/dev/sdf",
        },
    ],
    seed: "/lab/seed.tar",
    mac: "02:00:00:00:00:01",
    doorMac: "de:00:00:00:00:01",
    switch: "/lab/run/switch",
    qmp: "/lab/run/i.qmp",
    agent: "/lab/run/i.agent",
    console: "/lab/console.log",
});
const valuesOf = (args: readonly string[], name: string): string[] => args.filter((_, i) => args[i - 1] === name);
const devices = (args: readonly string[]): string[] => valuesOf(args, "-device");

describe("QEMU's command line", () => {
    it("gives every disk its volume id, without the dash, as serial, and the number of the name it was attached under", () => {
        const args = qemuArguments(line({ kind: "boot" }));
        assert.deepEqual(
            devices(args).filter((d) => d.includes("serial=vol")),
            [
                "virtio-blk-pci,id=disk-vol0aaaaaaaaaaaaaaaa,bus=pci.0,drive=vol0aaaaaaaaaaaaaaaa.0,serial=vol0aaaaaaaaaaaaaaaa,acpi-index=27,addr=0x7",
                "virtio-blk-pci,id=disk-vol0123456789abcdef0,bus=disks,drive=vol0123456789abcdef0.3,serial=vol0123456789abcdef0,acpi-index=6",
            ],
        );
    });

    it("tells the kernel which disk is the root by its serial", () => {
        const [parameters] = valuesOf(qemuArguments(line({ kind: "boot" })), "-append");
        assert.match(parameters ?? "", /\blab\.root=vol0aaaaaaaaaaaaaaaa\b/);
        assert.doesNotMatch(parameters ?? "", /lab\.freeze/);
    });

    it("lets nothing out of the machine but over the switch", () => {
        const [vpc, door] = valuesOf(qemuArguments(line({ kind: "boot" })), "-netdev");
        assert.equal(vpc, "vde,id=vpc,sock=/lab/run/switch");
        assert.match(door ?? "", /^user,id=door,restrict=on,/);
    });

    it("builds the same board for a machine that is saved and one that goes on from it", () => {
        const saved = devices(qemuArguments(line({ kind: "save" })));
        const resumed = devices(qemuArguments(line({ kind: "resume", memory: "/image/memory" })));
        assert.deepEqual(resumed, saved);
        assert.ok(!saved.some((d) => d.includes("virtio-net")), "cards are plugged in later, with their own MAC");
    });

    it("reads a saved machine's memory from its file", () => {
        const args = qemuArguments(line({ kind: "resume", memory: "/image/memory" }));
        assert.deepEqual(valuesOf(args, "-incoming"), ["exec:cat '/image/memory'"]);
    });

    it("plugs the same devices into a resumed machine that a booted one has from the start", () => {
        const booted = devices(qemuArguments(line({ kind: "boot" })));
        for (const device of ownDevices(line({ kind: "resume", memory: "/m" }))) {
            assert.ok(
                booted.some((d) => d.includes(`id=${device["id"]},`) && d.includes(`addr=${device["addr"]}`)),
                device["id"],
            );
        }
    });

    it("keeps every layer's name within QEMU's 31 characters", () => {
        const { layer } = line({ kind: "boot" }).disks[0] as { layer: string };
        assert.ok(layer.length + "99999999".length <= 31);
    });
});
