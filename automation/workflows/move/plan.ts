import type { DriveConfig, SlotConfig } from "../../../infra/model/config";
import { MAX_MEMBERS } from "../../../infra/model/limits";
import { freePlaces } from "../../../infra/model/slots";
import { copyUnderWay, isCopyInPlace } from "../copy/plan";
import { knownVolume, memberOf, type Observed } from "../../model/observed";
import type { Refusal } from "../../model/refusal";
import type { Step } from "../../model/steps";

type Slots = DriveConfig["slots"];

/** The slot that is on its way out; the schema lets there be one at a time. */
export const leavingSlot = ({ slots }: DriveConfig): string | undefined => inState(slots, "leaving")[0];

/** Slots that take the data of one: those that say so, else every other that stays. */
export function takersOf({ slots }: DriveConfig, leaving: string): string[] {
    const staying = inState(slots, "member");
    const takers = staying.filter((slot) => slots[slot]!.takes?.includes(leaving) === true);
    return takers.length > 0 ? takers : staying;
}

/** A tag on the server says leaving, and the configuration no longer does: the driver alone takes it off. */
export function stays(desired: DriveConfig, observed: Observed): Step[] {
    return inState(desired.slots, "member").flatMap((slot): Step[] =>
        memberOf(observed, slot)?.leaving === true ? [{ kind: "stay", slot }] : [],
    );
}

/**
 * A slot's life from `leaving` to its end (design §1): its data moves, LVM lets the disk go, and only then the configuration
 * says so: released (the protection is lifted), then absent. The steps after the next are a forecast.
 * `pending`: an `up` comes first.
 */
export function retirement(desired: DriveConfig, observed: Observed, pending: boolean): Step[] {
    const released = inState(desired.slots, "released");
    if (released.length > 0) return configured(withoutSlots(desired, released), `take ${list(released)} out`, observed);
    const copy = copyUnderWay(desired);
    if (copy?.stage === "taken" && (pending || isCopyInPlace(desired, observed)))
        return configured(
            release(desired, copy.slot),
            `slot ${copy.slot} is copied: released${keeping(desired, copy.slot, "as it is now")}`,
            observed,
        );
    const slot = leavingSlot(desired);
    if (slot === undefined) return [];
    const to = takersOf(desired, slot);
    const steps: Step[] = [];
    // Only a whole, mounted drive proves that a disk is none of its members any more.
    if (pending || !mounted(observed) || memberOf(observed, slot) !== undefined) {
        if (pending || (memberOf(observed, slot)?.usedBytes ?? 1) > 0) steps.push({ kind: "move", slot, to });
        steps.push({ kind: "letGo", slot });
    }
    return [
        ...steps,
        ...configured(
            release(desired, slot),
            `slot ${slot} is empty: released${keeping(desired, slot, "blank")}`,
            observed,
        ),
    ];
}

/** A slot that is coming is to have no volume yet; one that it has may hold data. */
function madeTooSoon(slot: string, { stack }: Observed): Refusal[] {
    if (stack.volumes[slot] === undefined) return [];
    return [
        {
            code: "SlotHoldsData",
            message: `slots.${slot}.state is coming, but the slot has a volume (${stack.volumes[slot]})`,
            hint: `coming is written by the driver: set slots.${slot}.state to member`,
        },
    ];
}

/** With the next one of the same takers at once, so that nothing is extended in between. */
export function release(desired: DriveConfig, slot: string): DriveConfig {
    const slots: Record<string, SlotConfig> = {
        ...desired.slots,
        [slot]: { ...desired.slots[slot]!, state: "released" },
    };
    const next = takersOf(desired, slot)
        .flatMap((taker) => desired.slots[taker]!.takes ?? [])
        .find((name) => slots[name]?.state === "member");
    if (next !== undefined) slots[next] = { ...slots[next]!, state: "leaving" };
    return { ...desired, revision: desired.revision + 1, slots };
}

/** `takes` goes when the last slot that it names has gone, `copies` with its slot. */
export function withoutSlots(desired: DriveConfig, gone: readonly string[]): DriveConfig {
    const left = Object.entries(desired.slots).filter(([slot]) => !gone.includes(slot));
    const names = left.map(([slot]) => slot);
    const slots = left.map(([slot, { takes, copies, ...rest }]) => [
        slot,
        {
            ...rest,
            ...(takes?.some((name) => names.includes(name)) === true && { takes }),
            ...(copies !== undefined && names.includes(copies) && { copies }),
        },
    ]);
    return { ...desired, revision: desired.revision + 1, slots: arrived(Object.fromEntries(slots) as Slots, desired) };
}

/** Those that are coming join as far as there is room now. What has gone is detached in the same `up`, and after they have joined. */
function arrived(slots: Slots, before: DriveConfig): Slots {
    const room = Math.min(MAX_MEMBERS - inState(slots, "member").length, freePlaces(before));
    const come = inState(slots, "coming").slice(0, Math.max(0, room));
    return { ...slots, ...Object.fromEntries(come.map((slot) => [slot, { ...slots[slot]!, state: "member" }])) };
}

/** Said beforehand, since it is paid for. */
function keeping({ slots }: DriveConfig, slot: string, what: string): string {
    const hours = slots[slot]!.keepHours;
    return hours === undefined ? "" : `; its volume, ${what}, is kept for ${hours} h and costs what it cost`;
}

function configured(next: DriveConfig, why: string, observed: Observed): Step[] {
    return [
        { kind: "configure", desired: next, why },
        { kind: "up", refresh: false, adopt: {}, redo: false },
        ...retirement(next, observed, true),
    ];
}

/** What is on the slot must fit on those that take it: seen before anything is changed, and once more by the server itself. */
export function roomFaults(desired: DriveConfig, observed: Observed): Refusal[] {
    const slot = leavingSlot(desired);
    const held = slot === undefined ? undefined : memberOf(observed, slot);
    const tooSoon = inState(desired.slots, "coming").flatMap((name) => madeTooSoon(name, observed));
    if (slot === undefined || held === undefined || tooSoon.length > 0) return tooSoon;
    const to = takersOf(desired, slot);
    const inFlight = observed.guest?.reachable === true ? observed.guest.inFlightBytes : 0;
    const room = to.reduce((sum, taker) => sum + roomOn(taker, desired, observed), inFlight);
    if (room >= held.usedBytes) return [];
    const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
    return [
        {
            code: "NoRoomToMove",
            message: `slot ${slot} holds ${gib(held.usedBytes)} of the drive, and ${list(to)} ${to.length === 1 ? "has" : "have"} room for ${gib(room)}`,
            hint: "every member is full, so what joins must be as large as what leaves: name a larger size",
        },
    ];
}

const GIB = 1024 ** 3;
const EXTENT = 4 * 1024 ** 2;

/** Metadata at the start of a physical volume: its first extent begins at 1 MiB. */
const PV_START = 1024 ** 2;

function roomOn(slot: string, desired: DriveConfig, observed: Observed): number {
    const member = memberOf(observed, slot);
    if (member !== undefined) return member.sizeBytes - member.usedBytes;
    const size = knownVolume(observed, slot)?.sizeGiB ?? desired.slots[slot]!.sizeGiB;
    return Math.floor((size * GIB - PV_START) / EXTENT) * EXTENT;
}

const inState = (slots: Slots, state: SlotConfig["state"]): string[] =>
    Object.keys(slots)
        .filter((slot) => slots[slot]!.state === state)
        .sort();
const list = (slots: readonly string[]): string => `slot ${slots.join(", ")}`;
const mounted = ({ guest }: Observed): boolean =>
    guest?.reachable === true && guest.mounted && guest.missing.length === 0;
