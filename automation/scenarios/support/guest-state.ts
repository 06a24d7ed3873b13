export interface FakeMember {
    readonly serial: string;
    bytes: number;
    used: number;
    leaving: boolean;
}

/** What the fake server's disks and exports look like; tests may spoil it. */
export interface GuestState {
    members: FakeMember[];
    mounted: boolean;
    clients: string[];
    /** Verbs in the order in which they were called. */
    readonly calls: string[];
    /** What the volume group's call was allowed to do, each time: `make`, `made <group>`, or nothing. */
    readonly asked: string[];
    /** UUID of the group of the members, and how often one was made. */
    group: string;
    formats: number;
    /** Verbs that fail. */
    readonly fails: Set<string>;
    /** How long a verb takes, in ms; 0 where it is not named. */
    readonly takes: Record<string, number>;
    /** MiB/s, as told last. */
    pace?: string;
    /** What it was when it was told to rest. */
    rested?: string;
    /** What was last asked for, as the server keeps it; empty: nobody's. */
    lease: string;
    /** Whether data moves at all; a move that does not goes on for ever. */
    moves: boolean;
    /** Bytes of files on the drive. */
    content: number;
    /** Why it cannot be frozen; empty: it can. */
    notFrozen: string;
}
