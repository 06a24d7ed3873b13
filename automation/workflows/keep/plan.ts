import type { DriveConfig, SlotConfig } from "../../../infra/model/config";
import { isKnown, type Observed, type VolumeView } from "../../model/observed";
import type { Step } from "../../model/steps";

type Slots = DriveConfig["slots"];

/** Volumes of slots that are gone, which wait for `elastic-drive gc`: in EC2, on no server, and in no state. */
export const keptVolumes = (observed: Observed): VolumeView[] =>
    observed.ec2.volumes.filter(
        (volume) =>
            volume.kept !== undefined &&
            !isKnown(observed, volume.id) &&
            volume.attachedTo === undefined &&
            volume.state !== "deleting",
    );

/** The hours count from when the slot has gone, so they are turned into a time only then. */
export const keep = (observed: Observed): Step[] =>
    keptVolumes(observed).flatMap(({ id, kept }): Step[] =>
        kept!.until === undefined ? [{ kind: "keep", volumeId: id, hours: kept!.hours }] : [],
    );

/** The volumes of all slots whose data others take, or that others copy, are kept for so long. */
export function kept(slots: Slots, hours: number | undefined): Slots {
    if (hours === undefined) return slots;
    const going = new Set(Object.values(slots).flatMap(({ takes = [], copies = "" }) => [...takes, copies]));
    return mapped(slots, (slot, name) => (going.has(name) ? { ...slot, keepHours: hours } : slot));
}

/** What stays is not kept for a while, but for good. */
export const unkept = (slots: Slots): Slots => mapped(slots, ({ keepHours: _hours, ...slot }) => slot);

const mapped = (slots: Slots, change: (slot: SlotConfig, name: string) => SlotConfig): Slots =>
    Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, change(slot, name)]));
