/** How long each state lasts at least, in milliseconds. */
export interface Delays {
    readonly instancePending: number;
    readonly instanceStopping: number;
    readonly instanceShuttingDown: number;
    readonly volumeCreating: number;
    readonly volumeDeleting: number;
    readonly attaching: number;
    readonly detaching: number;
    readonly modifying: number;
    readonly optimizing: number;
    readonly snapshotPending: number;
    /** Between two snapshots of one volume, at least. */
    readonly snapshotSpacing: number;
}

export const DELAY_PROFILES = {
    /** A state is shown by the call that begins it and is over at the next look. */
    instant: {
        instancePending: 0,
        instanceStopping: 0,
        instanceShuttingDown: 0,
        volumeCreating: 0,
        volumeDeleting: 0,
        attaching: 0,
        detaching: 0,
        modifying: 0,
        optimizing: 0,
        snapshotPending: 0,
        snapshotSpacing: 0,
    },
    /** The order of magnitude seen on EC2, but for `optimizing`, which may last hours there. */
    lifelike: {
        instancePending: 4_000,
        instanceStopping: 5_000,
        instanceShuttingDown: 8_000,
        volumeCreating: 1_500,
        volumeDeleting: 1_000,
        attaching: 2_500,
        detaching: 3_000,
        modifying: 4_000,
        optimizing: 60_000,
        snapshotPending: 10_000,
        /** EC2's own (errors: SnapshotCreationPerVolumeRateExceeded). */
        snapshotSpacing: 15_000,
    },
} as const satisfies Record<string, Delays>;
export type DelayProfile = keyof typeof DELAY_PROFILES;
