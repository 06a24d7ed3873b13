import type { ServerState, SnapshotStage } from "../observed";

export interface Disk {
    readonly id: string;
    readonly slot: string;
    readonly zone: string;
    sizeGiB: number;
    type: string;
    attachedTo?: string | undefined;
    modifying: boolean;
    /** The next modification of it comes to nothing. */
    fails?: boolean;
    /** The last one did. */
    failed?: boolean;
    /** All of one day: in a simulated world no time passes. */
    readonly modifiedAt: string[];
    /** What is on it: nothing, an orphan PV of ours, or a member of the group. */
    content: "blank" | "orphan" | "member";
    /** Its physical volume is tagged as leaving. */
    leaving: boolean;
    /** The physical volume on it: its own, or that of the disk it is a copy of. */
    readonly pv: string;
    /** How often it was mounted; a copy has as much of it as its snapshot. */
    written: number;
    readonly from?: { readonly snapshot: string; readonly volume: string } | undefined;
    /** Kept when its slot goes: hours, and whether it was written down until when. */
    keepHours?: number | undefined;
    isKept: boolean;
    /** A copy that was accepted in its disk's place. */
    placed: boolean;
}

export interface Snapshot {
    readonly id: string;
    readonly stage: SnapshotStage;
    readonly of: Disk;
    readonly completed: boolean;
}

export interface Machine {
    readonly id: string;
    readonly imageId: string;
    readonly instanceType: string;
    state: ServerState;
    leaving: boolean;
    mounted: boolean;
    exported: boolean;
    /** Volumes of the group are in use. */
    active: boolean;
    /** Its units mount the drive as soon as the group is whole, and export it then. */
    readonly units: { mount: boolean; share: boolean };
    /** On its root disk: the disks that `join` has recorded, each with its physical volume; undefined as an older version left it. */
    records?: ReadonlyMap<string, string> | undefined;
}

export const latest = (disks: readonly Disk[]): Disk =>
    disks.reduce((most, one) => (one.written > most.written ? one : most));
