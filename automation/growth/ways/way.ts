import type { DriveConfig } from "../../../infra/model/config";
import type { Facts } from "../facts";
import type { CopyTime } from "../rate";

/** Every way to a larger drive, as it is named by --how; also the order in which equal ones are preferred. */
export const HOWS = ["in-place", "add", "replace", "consolidate", "snapshot"] as const;
export type How = (typeof HOWS)[number];

/** What it takes to get there. */
export interface Passage {
    /** Until the drive has its new size; an estimate. */
    readonly seconds: number;
    /** Files are away for so long; an estimate. 0: while people work. */
    readonly downtimeSeconds: number;
    /** Data that is copied from volume to volume, with the rate that is counted on. */
    readonly copy?: CopyTime | undefined;
    /** While old and new volumes (and snapshots) are there. */
    readonly during: {
        /** US dollars a month, at the most. */
        readonly monthly: number;
        /** US dollars of what is there twice, for as long as it takes. */
        readonly extra: number;
        readonly slots: number;
    };
    /** Slots whose volume is modified: one of four in 24 hours each. */
    readonly modifies: readonly string[];
}

/** One way to the size that was asked for, or why it is none. */
export type Way =
    | {
          readonly how: How;
          /** What is written into the configuration. */
          readonly slots: DriveConfig["slots"];
          readonly changes: readonly string[];
          /** Once it has ended. */
          readonly after: Facts;
          readonly passage: Passage;
      }
    | { readonly how: How; readonly impossible: string };
export type OpenWay = Extract<Way, { slots: unknown }>;
