import type { Ec2View, PartView, SnapshotStage } from "../observed";

export interface Image {
    readonly id: string;
    readonly name: string;
    readonly created: string;
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
}

/** What the driver asks of EC2 itself, besides what the engine does. */
export interface Ec2 {
    /** `parts`: also the interface, the door with its rules and the public address; only leaks need them. */
    view(drive: string, look: { readonly parts: boolean }): Promise<Ec2View>;
    debianImages(): Promise<Image[]>;
    subnets(zone: string | undefined): Promise<Subnet[]>;
    instanceTypeIsOffered(type: string, zone: string): Promise<boolean>;
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
    keep(volumeId: string, until: Date): Promise<void>;
    /** Gone already is done already. */
    deleteVolume(id: string): Promise<void>;
    deletePart(part: Pick<PartView, "kind" | "id">): Promise<void>;
}
