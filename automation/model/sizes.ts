import type { DriveConfig, SlotConfig } from "../../infra/model/config";

type Slots = DriveConfig["slots"];

export type Members = readonly (readonly [slot: string, config: SlotConfig])[];

export const membersOf = (slots: Slots): Members => Object.entries(slots).filter(([, { state }]) => state === "member");

export const sizeOf = (slots: Slots): number => membersOf(slots).reduce((sum, [, { sizeGiB }]) => sum + sizeGiB, 0);
