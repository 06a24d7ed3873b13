/** Everything the lab's EC2 owns. Plain data: it is `state.json`, and a draft of it is what a request works on. */
export interface LabState {
    readonly version: 1;
    instances: Record<string, Instance>;
    volumes: Record<string, Volume>;
    snapshots: Record<string, Snapshot>;
    interfaces: Record<string, NetworkInterface>;
    addresses: Record<string, Address>;
    groups: Record<string, SecurityGroup>;
    keyPairs: Record<string, KeyPair>;
    vpcs: Record<string, Vpc>;
    subnets: Record<string, Subnet>;
    images: Record<string, Image>;
    /** By resource id. */
    tags: Record<string, Record<string, string>>;
    /** By action and client token. */
    tokens: Record<string, Token>;
}

/**
 * A state that ends by itself: not before `dueAt` (the delay) and not before the hands have done their part.
 * Kept on disk, so a lab that died goes on where it was.
 */
export interface InFlight {
    dueAt: number;
    handsDone: boolean;
}

export type InstanceState = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

export interface Instance extends InFlight {
    readonly id: string;
    readonly reservationId: string;
    readonly imageId: string;
    instanceType: string;
    state: InstanceState;
    launchTime: number;
    readonly subnetId: string;
    readonly zone: string;
    readonly keyName?: string;
    /** Base64, as it came. */
    userData: string;
    readonly rootDevice: string;
    readonly clientToken?: string;
    disableApiTermination: boolean;
    disableApiStop: boolean;
    shutdownBehavior: "stop" | "terminate";
    ebsOptimized: boolean;
    monitoring: boolean;
    metadata: MetadataOptions;
    cpuCredits?: string;
    stateReason?: { code: string; message: string };
    transitionReason: string;
    /** Stop by the plug, not by the button. */
    forced?: boolean;
    rebooting?: boolean;
    terminatedAt?: number;
}

export interface MetadataOptions {
    httpTokens: "optional" | "required";
    httpEndpoint: "enabled" | "disabled";
    hopLimit: number;
    tags: "enabled" | "disabled";
}

export type VolumeType = "gp3" | "gp2" | "io2" | "io1" | "st1" | "sc1" | "standard";

export interface VolumeShape {
    size: number;
    type: VolumeType;
    iops?: number;
    throughput?: number;
}

export interface Volume extends VolumeShape, InFlight {
    readonly id: string;
    readonly zone: string;
    state: "creating" | "available" | "in-use" | "deleting" | "error";
    readonly createTime: number;
    readonly encrypted: boolean;
    readonly kmsKeyId?: string;
    readonly snapshotId?: string;
    /** Made by the machine itself at its first power-on, over the image. */
    readonly root: boolean;
    attachment?: VolumeAttachment;
    modifications: Modification[];
    /** When the last snapshot of it was taken, whatever became of that one. */
    lastSnapshotAt?: number;
    /** Ends of its snapshots that were deleted while pending: EC2 goes on with them. */
    deletedPending?: number[];
    /** Its key cannot be used: it goes as soon as it would be there. */
    keyFails?: boolean;
}

export interface VolumeAttachment extends InFlight {
    readonly instanceId: string;
    readonly device: string;
    state: "attaching" | "attached" | "detaching" | "busy";
    readonly attachTime: number;
    deleteOnTermination: boolean;
    force?: boolean;
}

export interface Modification extends InFlight {
    state: "modifying" | "optimizing" | "completed" | "failed";
    readonly from: VolumeShape;
    readonly to: VolumeShape;
    readonly startTime: number;
    endTime?: number;
    message?: string;
    /** Nothing of it is done, and it ends as failed. */
    readonly fails?: boolean;
}

export interface Snapshot extends InFlight {
    readonly id: string;
    readonly volumeId: string;
    state: "pending" | "completed" | "error";
    /** The call that made it: what one member of a set meets, all of them meet. */
    readonly requestId?: string;
    /** How it ends, if not well: what EC2 says then. */
    readonly fails?: { readonly message?: string };
    message?: string;
    readonly startTime: number;
    completionTime?: number;
    readonly size: number;
    readonly encrypted: boolean;
    readonly kmsKeyId?: string;
    readonly description: string;
}

export interface NetworkInterface {
    readonly id: string;
    readonly subnetId: string;
    readonly privateIp: string;
    readonly mac: string;
    description: string;
    groupIds: string[];
    sourceDestCheck: boolean;
    attachment?: InterfaceAttachment;
    /** Given by EC2 with the machine, gone with it; an elastic IP takes its place. */
    autoPublicIp?: string;
    /** Whether each start of the machine gives a new one. */
    readonly autoPublic: boolean;
}

export interface InterfaceAttachment {
    readonly id: string;
    readonly instanceId: string;
    readonly deviceIndex: number;
    readonly attachTime: number;
    deleteOnTermination: boolean;
}

export interface Address {
    readonly allocationId: string;
    readonly publicIp: string;
    associationId?: string;
    interfaceId?: string;
}

export interface SecurityGroup {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly vpcId: string;
    rules: SecurityGroupRule[];
}

export interface SecurityGroupRule {
    readonly id: string;
    readonly egress: boolean;
    protocol: string;
    fromPort?: number;
    toPort?: number;
    cidrIpv4?: string;
    cidrIpv6?: string;
    prefixListId?: string;
    groupId?: string;
    description?: string;
}

export interface KeyPair {
    readonly id: string;
    readonly name: string;
    readonly publicKey: string;
    readonly fingerprint: string;
    readonly type: "rsa" | "ed25519";
    readonly createTime: number;
}

export interface Vpc {
    readonly id: string;
    readonly cidr: string;
    readonly isDefault: boolean;
}

export interface Subnet {
    readonly id: string;
    readonly vpcId: string;
    readonly zone: string;
    readonly cidr: string;
    mapPublicIp: boolean;
}

export interface Image {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly rootDevice: string;
    readonly rootSnapshotId: string;
    readonly rootSize: number;
    readonly createTime: number;
}

export interface Token {
    readonly fingerprint: string;
    readonly resourceIds: readonly string[];
    readonly at: number;
}
