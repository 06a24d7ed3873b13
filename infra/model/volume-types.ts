export const VOLUME_TYPES = ["gp3", "gp2", "io2", "io1", "st1", "sc1"] as const;

export type VolumeType = (typeof VOLUME_TYPES)[number];
