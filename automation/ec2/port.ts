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

/** What the driver asks of EC2 itself, besides what the engine does. */
export interface Ec2 {
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
    /** Tagged in the creating call. EC2 has no client token for it: look before. */
    createSnapshot(order: SnapshotOrder): Promise<void>;
    /** Gone already is done already. */
    deleteSnapshot(id: string): Promise<void>;
    /** Writes on a volume until when it is kept. */
    keep(volumeId: string, hours: number): Promise<void>;
    /** Gone already is done already. */
    deleteVolume(id: string): Promise<void>;
    deletePart(part: Pick<PartView, "kind" | "id">): Promise<void>;
}
