import { randomBytes } from "node:crypto";

export type { SetSnapshot } from "../../ec2/port";
export type { FreezeWish } from "../../../infra/model/backup";

/**
 * What our own thaw proved of a set. frozen: nothing written before it is missing. crash: as after a power cut. cold: the server was
 * stopped.
 */
export type Consistency = "frozen" | "crash" | "cold";

/** One volume of the group as it was at the set's instant. */
export interface SetMember {
    readonly slot: string;
    readonly volumeId: string;
    readonly pvUuid: string;
    readonly sizeGiB: number;
    readonly type: string;
    /** I/O operations a second, where they are provisioned. */
    readonly iops?: number;
    /** MiB/s, where it is provisioned. */
    readonly throughput?: number;
}

/** What one attempt asks EC2 for. */
export interface SetOrder {
    /** New for each attempt (`newSetId`): a reply that was lost then leaves a second whole set, never one with double members. */
    readonly id: string;
    readonly drive: string;
    readonly stack: string;
    /** UUID of the volume group. */
    readonly group: string;
    /** The restore that the drive descends from; absent: none. */
    readonly epoch?: string;
    /** The drive's own, which only its stack knows. */
    readonly nonce?: string;
    readonly members: readonly SetMember[];
    /** Who takes it: a host's or a timer's name. */
    readonly by: string;
}

/** `20261127T104000Z-3f9a`: the second by UTC, and four hexadecimal digits that tell two attempts of one second apart. */
export const SET_ID = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/;

/** `now`: milliseconds of the epoch. The time in it is for people; what a set's age is counted from is EC2's own. */
export function newSetId(now: number, random: (bytes: number) => Buffer = randomBytes): string {
    const second = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
    return `${second.replace(/[-:]/g, "")}-${random(2).toString("hex")}`;
}
