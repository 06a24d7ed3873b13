import type { Ec2View, PartView, SnapshotStage } from "../model/observed";

/** What a server of the drive can be: Debian has images for both. */
export type Architecture = "x86_64" | "arm64";

export interface Image {
    readonly id: string;
    readonly name: string;
    readonly created: string;
    /** As EC2 names it: x86_64, arm64, … */
    readonly architecture: string;
}

export interface InstanceType {
    readonly name: string;
    readonly kind: "nitro" | "xen" | "metal";
    readonly architectures: readonly string[];
    /** Of volumes, the root volume among them; undefined: EC2 does not say. */
    readonly attachments: number | undefined;
}

export interface Subnet {
    readonly id: string;
    readonly vpcId: string | undefined;
    readonly zone: string;
    readonly cidr: string;
    readonly isDefault: boolean;
}

export interface SnapshotOrder {
    readonly drive: string;
    readonly slot: string;
    readonly volumeId: string;
    readonly stage: SnapshotStage;
    readonly tags: Readonly<Record<string, string>>;
}

/** One call of CreateSnapshots: all volumes of a server but its root and those named, at one instant. */
export interface SetCall {
    readonly serverId: string;
    /** Attached data volumes that are no members; one that is not attached is refused by EC2. */
    readonly exclude: readonly string[];
    /** Up to 255 characters, on every member. */
    readonly description: string;
    /** The same on every member, in the creating call. */
    readonly tags: Readonly<Record<string, string>>;
    /** From the call on; what has not answered by then is given up. */
    readonly timeoutMs: number;
}

export interface MadeSet {
    /** The one instant of all members: ISO 8601, EC2's time. */
    readonly startedAt: string;
    readonly members: readonly { readonly snapshotId: string; readonly volumeId: string }[];
}

export interface SetSnapshot {
    readonly id: string;
    readonly volumeId: string;
    /** As EC2 names it: pending, completed, error, recoverable, recovering. */
    readonly state: string;
    /** Percent. */
    readonly progress: number;
    /** ISO 8601, EC2's time; the same on all members of one call. */
    readonly startedAt: string;
    /** Of the volume at that instant. */
    readonly sizeGiB: number;
    readonly encrypted: boolean;
    readonly kmsKeyId?: string;
    /** Why it is in `error`, where EC2 says so. */
    readonly message?: string;
    readonly tags: Readonly<Record<string, string>>;
}

/** What backup sets ask of EC2. */
export interface Ec2Sets {
    /**
     * One attempt, never repeated by itself, given up at `timeoutMs`. Throws SetUnknown where a set may have been made (a time-out, a lost
     * reply, a 5xx, an answer that is no set): look for it by its tags from 15 s on. Whatever else it throws, nothing was made: SnapshotsBusy
     * (the same call may succeed later), SetNotSent, EndpointUnreachable, NotAllowed, NoCredentials, Ec2Refused.
     */
    createSet(order: SetCall): Promise<MadeSet>;
    /** Every snapshot with the drive's tag and a set's, whatever its state; may be some seconds old. */
    setSnapshots(drive: string): Promise<readonly SetSnapshot[]>;
    /** All of them or, where one is gone, none. */
    tagSnapshots(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
    /** Every volume attached to it but the root, also while it attaches or detaches; may be some seconds old. */
    attachedVolumes(serverId: string): Promise<readonly string[]>;
}

/** What the driver asks of EC2 itself, besides what the engine does. */
export interface Ec2 extends Ec2Sets {
    /** `parts`: also the interface, the door with its rules and the public address; only leaks need them. */
    view(drive: string, look: { readonly parts: boolean }): Promise<Ec2View>;
    /** Debian's own, newest first; throws ImageNotFound where there is none. */
    debianImages(architecture: Architecture): Promise<Image[]>;
    /** Undefined: there is none of that id for this account. */
    image(id: string): Promise<Image | undefined>;
    /** Undefined: EC2 has no such type in this region. */
    instanceType(name: string): Promise<InstanceType | undefined>;
    /** The region's zones that have it, sorted. */
    zonesOffering(type: string): Promise<string[]>;
    subnets(zone: string | undefined): Promise<Subnet[]>;
    startServer(id: string): Promise<void>;
    stopServer(id: string): Promise<void>;
    terminateServer(id: string): Promise<void>;
    /** The mark that a planned replacement of this server has begun. */
    markLeaving(serverId: string): Promise<void>;
    /** Detaches as the server lets go, never by force; returns when EC2 has heard it. */
    detachVolume(volumeId: string, serverId: string): Promise<void>;
    /** Tagged in the creating call. EC2 has no client token for it: look before. Throws SnapshotsBusy: nothing was made, later it may be. */
    createSnapshot(order: SnapshotOrder): Promise<void>;
    /** Gone already is done already. */
    deleteSnapshot(id: string): Promise<void>;
    /** Writes on a volume until when it is kept. */
    keep(volumeId: string, hours: number): Promise<void>;
    /** Gone already is done already. */
    deleteVolume(id: string): Promise<void>;
    deletePart(part: Pick<PartView, "kind" | "id">): Promise<void>;
}
