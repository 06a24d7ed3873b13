import type { ServerState, SnapshotStage } from "../model/observed";

export interface Disk {
    readonly id: string;
    readonly slot: string;
    readonly zone: string;
    /** Tags and times, as EC2 shows them. */
    nonce?: string | undefined;
    readonly createdAt: string;
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
    /** By somebody else, with the tags of what it is a copy of. */
    readonly restored?: boolean;
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
    readonly nonce?: string | undefined;
    readonly completed: boolean;
}

export interface Machine {
    readonly id: string;
    readonly part: string;
    nonce?: string | undefined;
    readonly createdAt: string;
    readonly interfaceIds: readonly string[];
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

/** The one that was mounted most often. */
export const latest = (disks: readonly Disk[]): Disk =>
    disks.reduce((most, one) => (one.written > most.written ? one : most));

type Born = Pick<Machine, "id" | "imageId" | "instanceType" | "createdAt" | "interfaceIds">;

export const newMachine = (born: Born): Machine => ({
    ...born,
    part: "server",
    state: "pending",
    leaving: false,
    mounted: false,
    exported: false,
    active: false,
    units: { mount: false, share: false },
});

/** Each thing is made a second after the last one. */
export class Births {
    private count = 0;

    constructor(private readonly from: number) {}

    id(prefix: string): string {
        return `${prefix}-${String(++this.count).padStart(8, "0")}`;
    }

    time(): string {
        return new Date(this.from + this.count * 1_000).toISOString();
    }
}
