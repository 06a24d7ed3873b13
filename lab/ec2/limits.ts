/** Quotas of the lab's account: EC2's own kind of limits, generous unless a story wants them tight. */
export interface Limits {
    volumes: number;
    addresses: number;
    instances: number;
    snapshots: number;
    /** Of the account, all volumes together; EC2 has such a limit (errors: PendingSnapshotLimitExceeded), its figure is not known. */
    pendingSnapshots: number;
    groups: number;
    rulesPerGroup: number;
    tagsPerResource: number;
    modificationsPerDay: number;
    /** No page of a listing is longer, asked for or not. */
    pageSize: number;
}

export const DEFAULT_LIMITS: Limits = {
    volumes: 5_000,
    addresses: 5,
    instances: 100,
    snapshots: 100_000,
    pendingSnapshots: 10_000,
    groups: 2_500,
    rulesPerGroup: 60,
    tagsPerResource: 50,
    modificationsPerDay: 4,
    pageSize: 1_000,
};
