import type { DriveConfig, SlotConfig } from "../../../infra/model/config";
import { DriveError } from "../../../infra/model/errors";
import { MAX_MEMBERS } from "../../../infra/model/limits";
import type { VolumeType } from "../../../infra/model/volume-types";
import { freePlaces } from "../../../infra/model/slots";
import { leavingSlot, takersOf } from "./plan";
import { sizeOf } from "../../model/sizes";
import type { TakerStage } from "./stages";
import { asSlot, existingSlot, freeNames, given, likeVolume, performanceFor } from "../../model/slots";

/** move: online, its data goes over. snapshot: offline, a copy of the volume takes its place. */
export const REPLACE_HOWS = ["move", "snapshot"] as const;

/** What is to be different of the volume that takes a slot's place; the rest is as before. */
export interface ReplaceInput {
    readonly slot: string;
    readonly sizeGiB?: number | undefined;
    readonly type?: VolumeType | undefined;
    readonly iops?: number | undefined;
    readonly throughput?: number | undefined;
}

export interface ConsolidateInput {
    /** So many volumes in place of all there are. */
    readonly into: number;
    readonly type?: VolumeType | undefined;
    /** Of each new one; undefined: as the largest has it, where the type stays and allows it, else the type's default. */
    readonly iops?: number | undefined;
    /** MiB/s, the same. */
    readonly throughput?: number | undefined;
    /** GiB of all of them together; undefined: as large as today. */
    readonly totalGiB?: number | undefined;
}

/** The slot leaves, and a new one takes its data (S14). */
export function replaced(desired: DriveConfig, { slot, ...wish }: ReplaceInput): DriveConfig["slots"] {
    const old = existingSlot(desired, slot);
    const [name] = freeNames(desired.slots);
    const shape = { sizeGiB: old.sizeGiB, type: old.type, ...performanceFor(old, wish.type), ...given(wish) };
    return {
        ...desired.slots,
        [slot]: { ...old, state: "leaving" },
        [name!]: { ...asSlot(shape), takes: [slot] },
    };
}

/**
 * All slots leave, one after the other, and a few new ones of the same size together take their data (B4). Those for which there is
 * no room yet are `coming`: each joins as a slot has gone.
 */
export function consolidated(
    desired: DriveConfig,
    { into, type: wanted, iops, throughput, totalGiB = sizeOf(desired.slots) }: ConsolidateInput,
): DriveConfig["slots"] {
    const old = Object.keys(desired.slots).sort();
    if (!Number.isSafeInteger(into) || into < 1 || into >= old.length) {
        throw new DriveError(
            "NothingToConsolidate",
            `the drive has ${old.length} ${old.length === 1 ? "volume" : "volumes"}: ${into} is not fewer`,
            { hint: `name 1 to ${Math.max(1, old.length - 1)}; elastic-drive replace changes one volume alone` },
        );
    }
    const largest = old
        .map((slot) => desired.slots[slot]!)
        .reduce((most, one) => (one.sizeGiB > most.sizeGiB ? one : most));
    const type = wanted ?? largest.type;
    const sizeGiB = Math.ceil(totalGiB / into);
    const shape = likeVolume(largest, { sizeGiB, type, iops, throughput }, desired.limits);
    const atOnce = roomFor(into, desired);
    // Where not all can join at once, the smallest leave first: whatever has left then fits on those that have joined.
    if (atOnce < into) old.sort((a, b) => desired.slots[a]!.sizeGiB - desired.slots[b]!.sizeGiB);
    const joining = freeNames(desired.slots)
        .slice(0, into)
        .map((name, at) => [name, { ...asSlot(shape), takes: old, ...(at < atOnce ? {} : { state: "coming" }) }]);
    const first = old[0]!;
    return {
        ...desired.slots,
        [first]: { ...desired.slots[first]!, state: "leaving" },
        ...(Object.fromEntries(joining) as DriveConfig["slots"]),
    };
}

/**
 * The slot that leaves stays. What takes its data goes back where it came from, as long as nothing else is on it: what a
 * slot takes is what can be on it. Where a whole slot has gone already, nothing can go back, and all that is there stays.
 * What was to take data and has not `joined` never had any: its volume is detached and kept for a week, and a slot without one goes at once.
 */
export function cancelled(
    desired: DriveConfig,
    stages: Readonly<Record<string, TakerStage>> = {},
): DriveConfig["slots"] {
    const slot = leavingSlot(desired);
    if (slot === undefined)
        throw new DriveError("NoMove", "no slot is leaving: there is nothing to cancel", {
            hint: "elastic-drive status",
        });
    const all = takersOf(desired, slot).filter((taker) => desired.slots[taker]!.takes?.includes(slot) === true);
    const takers = all.filter((taker) => (stages[taker] ?? "joined") === "joined");
    const gone = takers.some((taker) => desired.slots[taker]!.takes!.some((name) => isGone(desired, name)));
    const [first] = takers;
    const slots: Record<string, SlotConfig> = {
        ...withoutBlank(desired.slots, stages),
        [slot]: { ...bare(desired.slots[slot]!), state: "member" as const },
    };
    for (const taker of takers) {
        slots[taker] = gone ? bare(slots[taker]!) : { ...slots[taker]!, takes: [slot] };
    }
    if (gone || first === undefined) return slots;
    slots[slot] = { ...slots[slot]!, takes: takers };
    slots[first] = { ...slots[first]!, state: "leaving" };
    return slots;
}

const isGone = ({ slots }: DriveConfig, name: string): boolean => (slots[name]?.state ?? "released") === "released";

/** A week: nothing proves that a volume which was found by its tags is blank, and it cost nothing to look before `gc` deletes it. */
const KEPT_HOURS = 168;

/** As they are after the end of those that have not joined. */
function withoutBlank(slots: DriveConfig["slots"], stages: Readonly<Record<string, TakerStage>>): DriveConfig["slots"] {
    const left = Object.entries(slots).flatMap(([name, slot]): [string, SlotConfig][] => {
        if (slot.state === "coming") return [];
        const stage = stages[name] ?? "joined";
        if (stage === "nothing") return [];
        if (stage === "joined") return [[name, slot]];
        const gone = { ...bare(slot), state: "released" as const, keepHours: KEPT_HOURS };
        return [[name, stage === "made" ? { ...gone, unattached: true } : gone]];
    });
    return Object.fromEntries(left);
}

/** How many of these join at the beginning; at least one, since what is in its way then is said by who looks at the server's places. */
function roomFor(into: number, desired: DriveConfig): number {
    const members = MAX_MEMBERS - (Object.keys(desired.slots).length - 1);
    const places = freePlaces(desired);
    // A later one joins in the `up` that takes a slot out, before that one is detached.
    return Math.max(1, into <= Math.min(members, places) ? into : Math.min(into, members, places - 1));
}

function bare({ takes: _takes, ...slot }: SlotConfig): SlotConfig {
    return slot;
}
