/** Quotas of the lab's account: EC2's own kind of limits, generous unless a story wants them tight. */
export interface Limits {
    volumes: number;
    addresses: number;
    instances: number;
    snapshots: number;
    groups: number;
    rulesPerGroup: number;
    tagsPerResource: number;
    modificationsPerDay: number;
}

export const DEFAULT_LIMITS: Limits = {
    volumes: 5_000,
    addresses: 5,
    instances: 100,
    snapshots: 100_000,
    groups: 2_500,
    rulesPerGroup: 60,
    tagsPerResource: 50,
    modificationsPerDay: 4,
};
