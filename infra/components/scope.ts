import type { DriveConfig } from "../model/config";

/** What every component of one drive is made from. */
export interface Scope {
    readonly config: DriveConfig;
    /** Lifts the protection of everything that holds data or its address: the drive is about to be destroyed. */
    readonly destroyData: boolean;
}
