import type { DriveConfig } from "../../infra/model/config";
import type { LeaseOrder } from "./lease";
import type { ReachableGuest } from "../model/observed";

/** By slot, as the stack's state has them. */
export type VolumeIds = Readonly<Record<string, string>>;

export interface MoveOrder {
    readonly drive: DriveConfig;
    readonly volumes: VolumeIds;
    readonly slot: string;
    /** Slots that take its data. */
    readonly to: readonly string[];
}

export interface LetGoOrder {
    readonly drive: DriveConfig;
    readonly volumes: VolumeIds;
    readonly slot: string;
    /** Another slot is leaving: its move begins next. */
    readonly more: boolean;
}

export interface FreezeOrder {
    /** A new one for each attempt. */
    readonly id: string;
    /** Whether it is to be frozen; else the drive's lock alone is held. */
    readonly freeze: boolean;
    /** Seconds until it thaws by itself, at most min(10, a third of the NFS lease); until the lock is given back, at most 120. */
    readonly limitSeconds: number;
}

/** The drive, held for a backup set: no pvmove, extend, join or second freeze runs. Nobody has to thaw: the server does at the limit. */
export interface Held {
    readonly frozen: boolean;
    /** It is not frozen, because. */
    readonly why?: string;
    /** What the freeze itself took. */
    readonly freezeMs: number;
    /** Whose the group is, as its own tag says: the caller compares. */
    readonly drive: string;
    /** UUID of the volume group. */
    readonly group: string;
    readonly members: readonly { readonly volumeId: string; readonly pvUuid: string; readonly sizeBytes: number }[];
    /** Addresses of NFS clients that are there. */
    readonly clients: readonly string[];
    /** Ends it. May be asked again, and answers the same. */
    thaw(): Promise<Thawed>;
}

export interface Thawed {
    /** Our own thaw met a freeze: it was frozen until now. */
    readonly thawed: boolean;
    /** The drive's lock lasted until now. */
    readonly held: boolean;
    /** What writers have waited, at most. */
    readonly windowMs: number;
}

/** What the driver asks of the inside of the server. */
export interface Guest {
    /** A lease is held or renewed in the same call, or is another's: what is seen tells. */
    observe(lease?: LeaseOrder): Promise<ReachableGuest>;
    /** Takes or renews it alone, which costs less than a look; false: it is another's. */
    hold(lease: LeaseOrder): Promise<boolean>;
    release(lease: LeaseOrder): Promise<void>;
    /** `aside`: the slot whose volume is to be copied; then only an `up` mounts the drive again, no reboot. */
    quiesce(aside?: { readonly drive: DriveConfig; readonly volumes: VolumeIds; readonly slot: string }): Promise<void>;
    /** The job that empties the disk runs when it returns; refused where it cannot end well. `started`: it did not run yet. */
    move(order: MoveOrder): Promise<{ readonly started: boolean }>;
    /** The empty disk leaves the group and becomes blank. */
    letGo(order: LetGoOrder): Promise<void>;
    /** A slot that was leaving stays; a move ends at its next checkpoint. */
    stay(drive: DriveConfig, volumes: VolumeIds, slot: string): Promise<void>;
    /** From the next range on. */
    pace(pace: Pace): Promise<void>;
    /**
     * Frozen, if that was asked for and could be, when it returns; no writer waits longer than the limit, whatever dies. Refused (ServerBusy,
     * NotMounted, OperationUnderWay, VolumeMissing, MoveUnfinished, DiskNotIdentified, …) it has changed nothing.
     */
    freeze(order: FreezeOrder): Promise<Held>;
    close(): void;
}

/** MiB/s at most; 0: the move rests; undefined: as fast as it goes; back: as before it rested. */
export type Pace = number | "back" | undefined;

/**
 * Opens a connection to a server at its address, or lends one to the same server (by its id) that stands; throws DriveError
 * when it does not answer.
 */
export type GuestOpener = (host: string, serverId: string | undefined) => Promise<Guest>;
