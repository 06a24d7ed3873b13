/**
 * The port between the lab's EC2 (lab/ec2) and its machines (lab/machines): what a data centre's hands do.
 * Ids are EC2's (i-…, vol-…, snap-…). Every call is idempotent: done already = return.
 * Disks are files under the lab's folder and outlive machines and the lab's own death; machines do not.
 */
export interface MachineSpec {
    readonly instanceId: string;
    /** On the lab's common network; the machine's own address, e.g. 10.0.1.10, and its prefix length. */
    readonly privateIp: string;
    readonly prefixLength: number;
    /** Of the interface, so that a new machine that takes it over keeps it. */
    readonly mac: string;
    /** cloud-init user data, decoded; empty for none. */
    readonly userData: string;
    /** Public key for the default user (from a key pair), if any. */
    readonly publicKey?: string;
    readonly hostName: string;
    /** Id and size of the root volume; made as an overlay of the base image. */
    readonly rootVolumeId: string;
    readonly rootSizeGiB: number;
    /** Volumes plugged in at power-on, and the name that each was attached under: a link to its disk in the guest. */
    readonly volumes: Readonly<Record<string, string>>;
}

export type Power = "on" | "off";

/** How to log in to a machine: a private key that it takes for a short while, and its host keys under the instance's id. */
export interface Admission {
    readonly identity: string;
    readonly knownHosts: string;
}

export interface Hardware {
    /** Makes a blank disk, or one holding a snapshot's content (then at least as large). */
    createDisk(volumeId: string, sizeGiB: number, fromSnapshotId?: string): Promise<void>;
    deleteDisk(volumeId: string): Promise<void>;
    /** Live when plugged in. */
    resizeDisk(volumeId: string, sizeGiB: number): Promise<void>;
    /** All disks at one instant (one QMP transaction when the machine is on). Keys: volume id, values: snapshot id. */
    snapshotDisks(snapshots: Readonly<Record<string, string>>): Promise<void>;
    deleteSnapshot(snapshotId: string): Promise<void>;

    /** Power on. Returns when QEMU runs (not when the guest is up). */
    powerOn(machine: MachineSpec): Promise<void>;
    /** `graceful`: ACPI button, then the plug after a time limit; else the plug at once. */
    powerOff(instanceId: string, how: "graceful" | "plug"): Promise<void>;
    reboot(instanceId: string): Promise<void>;
    power(instanceId: string): Power;
    /** Calls back when a machine goes off by itself (shutdown inside, crash). */
    onOff(listener: (instanceId: string) => void): void;

    /** `device`: the name of AttachVolume; udev makes it a link to the disk. */
    plug(instanceId: string, volumeId: string, device: string): Promise<void>;
    /** `busy` when the guest still uses the disk (mounted, or held by device mapper): then nothing happened. `force` pulls it all the same. */
    unplug(instanceId: string, volumeId: string, force: boolean): Promise<"done" | "busy">;

    /** A plugged-in disk takes so many requests a second, reads and writes together; 0: as many as it can. It ends with the machine. */
    slowDisk(volumeId: string, requestsPerSecond: number): Promise<void>;

    /** The addresses in 127.0.0.0/8 on which the host reaches the machine's ssh, on the lab's port for it. Replaces earlier ones. */
    setPublicAddresses(instanceId: string, addresses: readonly string[]): Promise<void>;
    /** Lets the lab's own key log in as that user, now. */
    admit(instanceId: string, user: string): Promise<Admission>;
    /** Text of the serial console so far. */
    console(instanceId: string): Promise<string>;
    /** Ends every machine (plug) and the network. */
    close(): Promise<void>;
}
