import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { performanceOf, type VolumeShape } from "../../infra/model/limits";

/** What was read of the world, and nothing that is remembered. Plain data: the planner and the simulated world share it. */
export interface Observed {
    readonly ec2: Ec2View;
    readonly stack: StackView;
    /** Undefined when there is no running server to ask. */
    readonly guest: GuestView | undefined;
    /** The engine's own comparison; undefined when it was not asked (it is the dearest look of all). */
    readonly changes: readonly Change[] | undefined;
}

export interface Ec2View {
    readonly volumes: readonly VolumeView[];
    readonly servers: readonly ServerView[];
    /** Interface, door with its rules, and public address tagged as this drive's. */
    readonly parts: readonly PartView[];
    /** When it was read, by EC2's own clock, in milliseconds of the epoch: what ages and deadlines are counted from. */
    readonly readAt?: number | undefined;
    /** Snapshots that were taken to copy a volume of the drive. */
    readonly snapshots: readonly SnapshotView[];
    /** What bears the drive's name and cannot be shown to be the drive's (`ours`): named, and left alone. */
    readonly strange?: readonly Strange[];
}

export interface Strange {
    readonly kind: "volume" | "server" | "snapshot" | PartView["kind"];
    readonly id: string;
    /** What it is, or what is missing. */
    readonly why: string;
    readonly nonce?: string | undefined;
    readonly slot?: string;
    readonly kept?: boolean;
    /** Network interfaces. */
    readonly holds?: readonly string[];
}

export interface SnapshotView {
    readonly id: string;
    /** What it is of. */
    readonly volumeId: string;
    /** `final`: of a volume that was on no server any more, so that nothing was written after it. */
    readonly stage: SnapshotStage;
    readonly state: "pending" | "completed" | "error";
    /** Percent. */
    readonly progress: number;
    readonly nonce?: string | undefined;
}
export type SnapshotStage = "ahead" | "final";

export interface VolumeView {
    readonly id: string;
    readonly slot: string;
    readonly zone: string;
    readonly sizeGiB: number;
    readonly type: string;
    readonly iops?: number | undefined;
    readonly throughput?: number | undefined;
    /** creating, available, in-use, deleting, error */
    readonly state: string;
    readonly attachedTo?: string | undefined;
    /** attaching, attached, detaching, busy */
    readonly attachment?: string | undefined;
    readonly snapshotId?: string | undefined;
    /** What its tag says that it was made from: of a restore with copied tags it is another. */
    readonly fromSnapshot?: string | undefined;
    readonly nonce?: string | undefined;
    /** By EC2's clock (ISO 8601). */
    readonly createdAt?: string | undefined;
    readonly encrypted?: boolean | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
    /** The volume that this one is a copy of. */
    readonly fromVolume?: string | undefined;
    /** Kept, or about to be, after its slot is gone; then it has no slot any more. `until`: ISO 8601, once that was written on it. */
    readonly kept?: { readonly slot: string; readonly hours: number; readonly until?: string | undefined } | undefined;
    /** The last modification while it is not over: modifying or optimizing, with its progress in percent. */
    readonly modification?: { readonly state: "modifying" | "optimizing"; readonly progress: number } | undefined;
    /** The last modification came to nothing: EC2's word, and the volume is as it was before. */
    readonly failed?: string | undefined;
    /** When its last modification began (ISO 8601); EC2 shows no other. */
    readonly modifiedAt?: string | undefined;
}

export type ServerState = "pending" | "running" | "stopping" | "stopped" | "shutting-down" | "terminated";

export interface ServerView {
    readonly id: string;
    readonly state: ServerState;
    readonly imageId: string;
    readonly instanceType: string;
    readonly privateIp?: string | undefined;
    readonly launchedAt?: string | undefined;
    /** The earliest that EC2 tells of: a start makes the launch younger. */
    readonly createdAt?: string | undefined;
    readonly part?: string | undefined;
    readonly nonce?: string | undefined;
    readonly interfaceIds?: readonly string[] | undefined;
    /** A planned replacement of it has begun (a tag says so). */
    readonly leaving: boolean;
}

export interface PartView {
    readonly kind: "address" | "door" | "rule" | "public-address";
    readonly id: string;
    /** Something uses it: then it is not swept away. */
    readonly used: boolean;
    /** The interface that a public address is on. */
    readonly usedBy?: string | undefined;
    /** What its tags say. */
    readonly part?: string | undefined;
    readonly nonce?: string | undefined;
}

export interface StackView {
    readonly revision?: number | undefined;
    /** The desired state whose `up` last ended well. */
    readonly desired?: DriveConfig | undefined;
    /** When the last `up` that ended well began, by EC2's clock (ISO 8601). */
    readonly began?: string | undefined;
    readonly serverId?: string | undefined;
    readonly sshHost?: string | undefined;
    readonly hostKey?: string | undefined;
    /** Networks and keys that an `up` has taken away (infra/model/access.ts); none where they may come back. */
    readonly removed?: readonly string[];
    /** UUID of the volume group, as the last `up` that ended left it in the outputs. */
    readonly group?: string | undefined;
    /** Volumes in the state, by slot. */
    readonly volumes: Readonly<Record<string, string>>;
    /** Slots whose volume is not protected in the state: an `up` of them as released has been there, or a destroy was called off. */
    readonly unprotected?: readonly string[] | undefined;
    /** Physical ids of everything in the state. */
    readonly ids: readonly string[];
    /** Creations that a killed engine left half known. */
    readonly pending: number;
}

export type GuestView = { readonly reachable: false; readonly why: string } | ReachableGuest;

export interface ReachableGuest {
    readonly reachable: true;
    /** UUID of the drive's volume group; undefined: there is none. */
    readonly group?: string | undefined;
    /** Volumes that answer as disks, whatever is on them. */
    readonly present?: readonly string[];
    /** Volumes that are PVs of the drive's group. */
    readonly members: readonly {
        readonly volumeId: string;
        readonly sizeBytes: number;
        readonly usedBytes: number;
        readonly leaving: boolean;
    }[];
    /** PVs that the group's metadata names and no disk answers for. */
    readonly missing: readonly string[];
    readonly freeBytes: number;
    readonly mounted: boolean;
    readonly sizeBytes: number;
    readonly usedBytes: number;
    readonly exports: readonly string[];
    readonly clients: readonly string[];
    readonly uptimeSeconds: number;
    /** The range of a move that is under way: until its checkpoint it takes room on both sides. */
    readonly inFlightBytes: number;
    /** The group is put aside so that a volume of it is copied: since when, in seconds of the epoch. Nothing is mounted then, nor after a reboot. */
    readonly asideSince?: number | undefined;
    /** A volume of the group is in use, mounted or not. */
    readonly active?: boolean;
    /** The job that moves data off a volume, when there is one. */
    readonly move?: MoveView | undefined;
    /** Why nothing is mounted, where it is the disks: what the unit says that looks at them before each mount. */
    readonly disks?: DisksView | undefined;
    /** Who works on the drive, when somebody says so. */
    readonly lease?: LeaseView | undefined;
}

export interface DisksView {
    /** Refused, or waiting for what may come by itself or by an `up`. */
    readonly refused: boolean;
    readonly seen: string;
    readonly expected: string;
    readonly hint: string;
    /** Volumes that do not belong on this server. */
    readonly wrong: readonly string[];
}

export interface LeaseView {
    /** One a process. */
    readonly id: string;
    /** user@host */
    readonly holder: string;
    readonly pid: number;
    readonly machine?: string | undefined;
    /** `replace bb by bc` */
    readonly operation: string;
    /** ISO 8601, by the holder's clock. */
    readonly since: string;
    /** By the server's clock; 0 or less: it has ended. */
    readonly secondsLeft: number;
}

export interface MoveView {
    readonly fromVolume: string;
    readonly toVolumes: readonly string[];
    /** All there was to move at first, and what of it is still on the volume, to the percent of the range under way. */
    readonly wholeBytes: number;
    readonly leftBytes: number;
    /** Of the last range; 0 while none has ended. */
    readonly bytesPerSecond: number;
    /** MiB/s it may take at most; 0: it rests; undefined: no limit. */
    readonly pace?: number | undefined;
    readonly state: "moving" | "resting" | "paused" | "moved" | "failed" | "not running";
}

export interface Change {
    readonly operation: string;
    readonly type: string;
    readonly name: string;
    /** A component or a provider: the engine's own book-keeping, which costs and holds nothing. */
    readonly inner?: boolean;
}

/** The volume a slot has in the stack's state, as EC2 shows it. */
export function knownVolume(observed: Observed, slot: string): VolumeView | undefined {
    const id = observed.stack.volumes[slot];
    return id === undefined ? undefined : observed.ec2.volumes.find((volume) => volume.id === id);
}

/** The slot's volume as a member of the group, as the server shows it. */
export function memberOf(observed: Observed, slot: string): ReachableGuest["members"][number] | undefined {
    const id = observed.stack.volumes[slot];
    return observed.guest?.reachable === true
        ? observed.guest.members.find((member) => member.volumeId === id)
        : undefined;
}

export function isKnown(observed: Observed, id: string): boolean {
    return observed.stack.ids.includes(id);
}

/** The server of the state, as EC2 shows it; undefined when it is gone. */
export function knownServer(observed: Observed): ServerView | undefined {
    return observed.ec2.servers.find(({ id, state }) => id === observed.stack.serverId && state !== "terminated");
}

/** Slots' volumes that the state does not know: left by an `up` that was killed in mid-create. A server's root volume has the drive's tag and no slot. */
export function leakedVolumes(observed: Observed): VolumeView[] {
    return observed.ec2.volumes.filter(
        (volume) => volume.slot !== "" && !isKnown(observed, volume.id) && volume.state !== "deleting",
    );
}

/** The first dimension in which the volume is not as the slot wants it. */
export function differenceFrom(wanted: SlotConfig, volume: VolumeView): keyof VolumeShape | undefined {
    const { iops, throughput } = performanceOf(wanted);
    if (wanted.sizeGiB !== volume.sizeGiB) return "sizeGiB";
    if (wanted.type !== volume.type) return "type";
    if (iops !== undefined && volume.iops !== undefined && iops !== volume.iops) return "iops";
    if (throughput !== undefined && volume.throughput !== undefined && throughput !== volume.throughput)
        return "throughput";
    return undefined;
}

/** Whether the volume is not yet as its slot wants it; what the slot leaves open is the type's default. */
export const differsFrom = (wanted: SlotConfig, volume: VolumeView): boolean =>
    differenceFrom(wanted, volume) !== undefined;
