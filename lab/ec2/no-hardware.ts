import { DriveError } from "../../infra/model/errors";
import type { Admission, Hardware, MachineSpec, Power } from "../hardware";

/** Hardware without machines: a memory of what was asked. For specs of the API, and `lab start --no-machines`. */
export class NoHardware implements Hardware {
    readonly disks = new Map<string, number>();
    readonly snapshots = new Map<string, number>();
    readonly machines = new Map<string, MachineSpec & { plugged: Set<string> }>();
    readonly addresses = new Map<string, readonly string[]>();
    /** Volumes that a guest holds on to: unplug answers `busy`. */
    readonly held = new Set<string>();
    /** Calls by name in order, e.g. `plug i-1 vol-2 /dev/sdf`. */
    readonly log: string[] = [];
    private offListener: (instanceId: string) => void = () => undefined;

    createDisk(volumeId: string, sizeGiB: number, fromSnapshotId?: string): Promise<void> {
        this.disks.set(volumeId, sizeGiB);
        return this.did("createDisk", volumeId, sizeGiB, fromSnapshotId ?? "");
    }

    deleteDisk(volumeId: string): Promise<void> {
        this.disks.delete(volumeId);
        return this.did("deleteDisk", volumeId);
    }

    resizeDisk(volumeId: string, sizeGiB: number): Promise<void> {
        this.disks.set(volumeId, sizeGiB);
        return this.did("resizeDisk", volumeId, sizeGiB);
    }

    snapshotDisks(snapshots: Readonly<Record<string, string>>): Promise<void> {
        for (const [volumeId, snapshotId] of Object.entries(snapshots)) {
            this.snapshots.set(snapshotId, this.disks.get(volumeId) ?? 0);
        }
        return this.did("snapshotDisks", ...Object.keys(snapshots));
    }

    deleteSnapshot(snapshotId: string): Promise<void> {
        this.snapshots.delete(snapshotId);
        return this.did("deleteSnapshot", snapshotId);
    }

    powerOn(machine: MachineSpec): Promise<void> {
        this.disks.set(machine.rootVolumeId, machine.rootSizeGiB);
        this.machines.set(machine.instanceId, { ...machine, plugged: new Set(Object.keys(machine.volumes)) });
        return this.did("powerOn", machine.instanceId);
    }

    powerOff(instanceId: string, how: "graceful" | "plug"): Promise<void> {
        this.machines.delete(instanceId);
        return this.did("powerOff", instanceId, how);
    }

    reboot(instanceId: string): Promise<void> {
        return this.did("reboot", instanceId);
    }

    power(instanceId: string): Power {
        return this.machines.has(instanceId) ? "on" : "off";
    }

    onOff(listener: (instanceId: string) => void): void {
        this.offListener = listener;
    }

    /** As if someone typed `poweroff` inside. */
    shutDownInside(instanceId: string): void {
        this.machines.delete(instanceId);
        this.offListener(instanceId);
    }

    plug(instanceId: string, volumeId: string, device: string): Promise<void> {
        this.machines.get(instanceId)?.plugged.add(volumeId);
        return this.did("plug", instanceId, volumeId, device);
    }

    async unplug(instanceId: string, volumeId: string, force: boolean): Promise<"done" | "busy"> {
        await this.did("unplug", instanceId, volumeId, force);
        if (this.held.has(volumeId) && !force) {
            return "busy";
        }
        this.machines.get(instanceId)?.plugged.delete(volumeId);
        return "done";
    }

    slowDisk(volumeId: string, requestsPerSecond: number): Promise<void> {
        return this.did("slowDisk", volumeId, requestsPerSecond);
    }

    setPublicAddresses(instanceId: string, addresses: readonly string[]): Promise<void> {
        this.addresses.set(instanceId, addresses);
        return this.did("setPublicAddresses", instanceId, ...addresses);
    }

    console(instanceId: string): Promise<string> {
        return Promise.resolve(`${instanceId}: no machine, no console\n`);
    }

    admit(instanceId: string): Promise<Admission> {
        return Promise.reject(
            new DriveError("NoMachines", `this lab has no machines, so nobody can log in to ${instanceId}`),
        );
    }

    close(): Promise<void> {
        this.machines.clear();
        return Promise.resolve();
    }

    private did(...words: readonly (string | number | boolean)[]): Promise<void> {
        this.log.push(words.join(" ").trim());
        return Promise.resolve();
    }
}
