import { EventEmitter } from "node:events";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import type { Admission, Hardware, MachineSpec, Power } from "../hardware";
import { admit, labKey } from "./admit";
import { endLeftover } from "./child";
import type { Beginning, CommandLine } from "./command-line";
import { diskInUse } from "./disk-in-use";
import { DiskStore } from "./disk-store";
import { boardOf, IMAGE_SIZE_GIB, type Image } from "./image-files";
import { Layout } from "./layout";
import { Machine } from "./machine";
import { doorMac, writeSeed } from "./seed";
import { Switch } from "./switch";
import { Turns } from "./turns";

export interface HardwareOptions {
    /** Where disks and machines are kept. */
    readonly folder: string;
    readonly image: Image;
    readonly accelerator: "kvm" | "tcg";
    /** On which the machines' ssh answers, each on its public addresses. */
    readonly sshPort: number;
}

/** The lab's hardware: QEMU machines, qcow2 disks, one switch. */
export class QemuHardware implements Hardware {
    private readonly machines = new Map<string, Machine>();
    private readonly addresses = new Map<string, readonly string[]>();
    private readonly offs = new EventEmitter();
    private readonly turns = new Map<string, Turns>();
    private readonly snapshotTurns = new Turns();

    private constructor(
        private readonly options: HardwareOptions,
        private readonly layout: Layout,
        private readonly disks: DiskStore,
        private readonly network: Switch,
    ) {}

    static async open(options: HardwareOptions): Promise<QemuHardware> {
        const layout = new Layout(options.folder);
        const machines = join(options.folder, "machines");
        await mkdir(machines, { recursive: true });
        // A machine whose lab was killed dies with it; one that is still dying must be gone before its disks are opened again.
        for (const id of await readdir(machines)) await endLeftover(layout.pid(id));
        const disks = new DiskStore(layout);
        await disks.open();
        const network = new Switch(layout);
        await network.start();
        return new QemuHardware(options, layout, disks, network);
    }

    async createDisk(volumeId: string, sizeGiB: number, fromSnapshotId?: string): Promise<void> {
        await this.disks.create(volumeId, sizeGiB, fromSnapshotId);
    }

    async deleteDisk(volumeId: string): Promise<void> {
        await this.disks.delete(volumeId);
    }

    async resizeDisk(volumeId: string, sizeGiB: number): Promise<void> {
        const machine = this.machineWith(volumeId);
        if (!machine) return this.disks.resize(volumeId, sizeGiB);
        await machine.resize(volumeId, sizeGiB);
        await this.disks.resized(volumeId, sizeGiB);
    }

    async snapshotDisks(snapshots: Readonly<Record<string, string>>): Promise<void> {
        await this.snapshotTurns.take(async () => {
            const wanted: [string, string][] = [];
            for (const pair of Object.entries(snapshots))
                if (!(await this.disks.hasSnapshot(pair[1]))) wanted.push(pair);
            const layers = await Promise.all(
                wanted.map(async ([volumeId, id]) => ({ volumeId, id, ...(await this.disks.addLayer(volumeId)) })),
            );
            for (const machine of new Set(layers.map(({ volumeId }) => this.machineWith(volumeId)))) {
                const group = layers.filter(({ volumeId }) => this.machineWith(volumeId) === machine);
                try {
                    await machine?.switchLayers(group.map(({ top }) => top));
                } catch (error) {
                    for (const { volumeId, frozen } of group) await this.disks.dropLayer(volumeId, frozen);
                    throw error;
                }
                for (const { id, frozen } of group) await this.disks.keepSnapshot(id, frozen);
            }
        });
    }

    async deleteSnapshot(snapshotId: string): Promise<void> {
        await this.disks.deleteSnapshot(snapshotId);
    }

    powerOn(spec: MachineSpec): Promise<void> {
        return this.inTurn(spec.instanceId, async () => {
            if (this.machines.has(spec.instanceId)) return;
            const { image } = this.options;
            const fresh = await this.disks.createRoot(spec.rootVolumeId, IMAGE_SIZE_GIB, (image.saved ?? image).root);
            await mkdir(this.layout.machine(spec.instanceId), { recursive: true });
            await writeSeed(spec, this.layout.seed(spec.instanceId));
            const line = await this.commandLine(
                spec,
                fresh && image.saved ? { kind: "resume", memory: image.saved.memory } : { kind: "boot" },
            );
            const machine = await Machine.start(line, this.layout);
            this.machines.set(spec.instanceId, machine);
            void machine.ended.then(() => this.wentOff(spec.instanceId, machine));
            try {
                // A saved machine knows its root disk at the size it was saved with, so it is grown in front of its eyes.
                if (fresh && spec.rootSizeGiB > IMAGE_SIZE_GIB)
                    await this.resizeDisk(spec.rootVolumeId, spec.rootSizeGiB);
                await machine.setAddresses(this.addresses.get(spec.instanceId) ?? [], this.options.sshPort);
            } catch (error) {
                // Nobody would know of a machine that runs after a failed start.
                this.machines.delete(spec.instanceId);
                await machine.pullPlug();
                throw error;
            }
        });
    }

    async powerOff(instanceId: string, how: "graceful" | "plug"): Promise<void> {
        const machine = this.machines.get(instanceId);
        if (!machine) return;
        await (how === "graceful" ? machine.shutDown() : machine.pullPlug());
        this.wentOff(instanceId, machine);
    }

    async reboot(instanceId: string): Promise<void> {
        await this.machines.get(instanceId)?.reboot();
    }

    power(instanceId: string): Power {
        return this.machines.has(instanceId) ? "on" : "off";
    }

    onOff(listener: (instanceId: string) => void): void {
        this.offs.on("off", listener);
    }

    plug(instanceId: string, volumeId: string, device: string): Promise<void> {
        return this.inTurn(instanceId, async () => {
            // Off: the volume is among those plugged in at the next power-on.
            await this.machines.get(instanceId)?.plug({ ...(await this.disks.fileOf(volumeId)), device });
        });
    }

    unplug(instanceId: string, volumeId: string, force: boolean): Promise<"done" | "busy"> {
        return this.inTurn(instanceId, async () => {
            const machine = this.machines.get(instanceId);
            if (!machine?.has(volumeId)) return "done";
            if (!force && (await diskInUse(this.layout.agent(instanceId), volumeId))) return "busy";
            await machine.unplug(volumeId);
            return "done";
        });
    }

    async slowDisk(volumeId: string, requestsPerSecond: number): Promise<void> {
        const machine = this.machineWith(volumeId);
        if (!machine) throw new DriveError("DiskNotPlugged", `'${volumeId}' is in no machine that is on`);
        await machine.slow(volumeId, requestsPerSecond);
    }

    async setPublicAddresses(instanceId: string, addresses: readonly string[]): Promise<void> {
        this.addresses.set(instanceId, addresses);
        await this.inTurn(instanceId, async () =>
            this.machines.get(instanceId)?.setAddresses(addresses, this.options.sshPort),
        );
    }

    async admit(instanceId: string, user: string): Promise<Admission> {
        if (!this.machines.has(instanceId)) throw new DriveError("InstanceOff", `${instanceId} is not running`);
        const identity = this.layout.labKey();
        // One at a time: the key is made once, and the file of known hosts is one.
        return this.inTurn(identity, async () => {
            await labKey(identity);
            const publicKey = await readFile(`${identity}.pub`, "utf8");
            const folder = this.layout.machine(instanceId);
            const agent = this.layout.agent(instanceId);
            return { identity, ...(await admit(agent, folder, instanceId, user, publicKey.trim())) };
        });
    }

    async console(instanceId: string): Promise<string> {
        return readFile(this.layout.console(instanceId), "utf8").catch(() => "");
    }

    async close(): Promise<void> {
        this.offs.removeAllListeners();
        await Promise.all([...this.machines.values()].map((machine) => machine.pullPlug()));
        await this.network.stop();
        await rm(this.layout.sockets(), { recursive: true, force: true });
    }

    private async commandLine(spec: MachineSpec, beginning: Beginning): Promise<CommandLine> {
        const { instanceId } = spec;
        const others = Object.entries(spec.volumes).filter(([id]) => id !== spec.rootVolumeId);
        return {
            instanceId,
            board: boardOf(this.options.image, this.options.accelerator),
            beginning,
            root: await this.disks.fileOf(spec.rootVolumeId),
            disks: await Promise.all(
                others.map(async ([id, device]) => ({ ...(await this.disks.fileOf(id)), device })),
            ),
            seed: this.layout.seed(instanceId),
            mac: spec.mac,
            doorMac: doorMac(spec.mac),
            switch: this.network.socket,
            qmp: this.layout.qmp(instanceId),
            agent: this.layout.agent(instanceId),
            console: this.layout.console(instanceId),
        };
    }

    private machineWith(volumeId: string): Machine | undefined {
        return [...this.machines.values()].find((machine) => machine.has(volumeId));
    }

    /** Told once a machine, whoever notices first. */
    private wentOff(instanceId: string, machine: Machine): void {
        if (this.machines.get(instanceId) !== machine) return;
        this.machines.delete(instanceId);
        this.offs.emit("off", instanceId);
    }

    private inTurn<T>(instanceId: string, work: () => Promise<T>): Promise<T> {
        const turns = this.turns.get(instanceId) ?? new Turns();
        this.turns.set(instanceId, turns);
        return turns.take(work);
    }
}
