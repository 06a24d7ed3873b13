import type { LeaseView, MoveView, VolumeView } from "../../model/observed";

export interface SlotStatus {
    readonly slot: string;
    readonly volume: string | undefined;
    readonly sizeGiB: number | undefined;
    readonly type: string;
    readonly onItBytes: number | undefined;
    readonly state: string;
}

/** Everything `status` knows, for programs; the screen is made of it and of nothing else. */
export interface Status {
    readonly drive: string;
    readonly stack: string;
    readonly zone: string;
    readonly revision: number;
    readonly usedBytes: number | undefined;
    readonly sizeBytes: number | undefined;
    readonly mounted: boolean | undefined;
    /** Percent in use at which it grows by itself; undefined where that is not configured. */
    readonly growAt: number | undefined;
    readonly server: {
        readonly id: string | undefined;
        readonly state: string;
        readonly type: string;
        readonly address: string | undefined;
        readonly uptimeSeconds: number | undefined;
        readonly hostKey: string | undefined;
    };
    readonly slots: readonly SlotStatus[];
    /** The job that moves data off a slot, as the server shows it; null when there is none. */
    readonly move: (MoveView & { readonly percent: number; readonly secondsLeft: number | null }) | null;
    readonly share: {
        readonly configured: readonly string[];
        readonly exported: readonly string[];
        readonly clients: readonly string[];
    };
    /** Backup sets of the drive's own group: the newest good one, when the next is due, how many there are. */
    readonly backup: string;
    /** Who works on the drive just now; null when nobody says so. */
    readonly lease: LeaseView | null;
    /** Tagged as this drive's, but not in the stack. */
    readonly leaked: readonly { readonly kind: string; readonly id: string; readonly note: string }[];
    /** Volumes of slots that are gone, kept until `gc` deletes them. */
    readonly kept: readonly (NonNullable<VolumeView["kept"]> & { readonly volume: string; readonly note: string })[];
    /** What is going on, one line each. */
    readonly now: readonly string[];
    /** What to do next, one line each. */
    readonly next: readonly string[];
    /** All that an `up` would do, in its order; empty where it would do nothing or is refused. */
    readonly steps: readonly string[];
}
