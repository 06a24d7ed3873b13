import { formatGib } from "../../infra/model/units";
import type { Step } from "../../policies/kit/preview";
import { STACK, TYPE } from "../../policies/kit/types";
import type { Line } from "./types";

/** A slot as our own stack's output `desired` has it. */
export interface Slot {
    readonly drive: string;
    readonly slot: string;
    readonly state: string;
    readonly takes: readonly string[];
    readonly volume: Readonly<Record<string, unknown>>;
}

export interface SlotChange {
    /** Undefined: not there on that side, or (after) not known since the preview ended too soon. */
    readonly before: Slot | undefined;
    readonly after: Slot | undefined;
}

/** Slots of our drive before and after, by the name of their volume; a stack that is not ours has none. */
export function slotsOf(steps: readonly Step[]): ReadonlyMap<string, SlotChange> {
    const found = new Map<string, SlotChange>();
    for (const { type, old, new: wanted } of steps) {
        if (type !== STACK) continue;
        for (const [side, outputs] of [
            ["before", old?.outputs],
            ["after", wanted?.outputs],
        ] as const) {
            for (const slot of slotsIn(outputs?.["desired"])) {
                const name = `${slot.drive}-${slot.slot}`;
                found.set(name, { ...(found.get(name) ?? { before: undefined, after: undefined }), [side]: slot });
            }
        }
    }
    return found;
}

function slotsIn(desired: unknown): Slot[] {
    const { name, slots } = fields(desired);
    return Object.entries(fields(slots)).map(([slot, plan]) => {
        const { state, takes, sizeGiB, ...rest } = fields(plan);
        return {
            drive: String(name),
            slot,
            state: typeof state === "string" ? state : "member",
            takes: Array.isArray(takes) ? takes.map(String) : [],
            volume: { ...rest, size: sizeGiB, tags: { "elastic-drive:drive": name, "elastic-drive:slot": slot } },
        };
    });
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Slots that hold files no longer, or not for long: their data is on its way to others, or there already. */
export function goingOf(slots: Iterable<Slot | undefined>): ReadonlySet<string> {
    const there = [...slots].filter((slot) => slot !== undefined);
    const copied = new Set(
        there.filter(({ volume }) => volume["from"] !== undefined).map(({ volume }) => volume["copies"]),
    );
    const going = there.filter(
        ({ slot, state }) => state === "leaving" || state === "released" || (state === "copying" && copied.has(slot)),
    );
    return new Set(going.map(({ drive, slot }) => `${drive}-${slot}`));
}

/**
 * Slots that are no longer in the configuration where the engine stopped at their protected attachment: it ends before it
 * comes to the volume, and tells nothing of it.
 */
export function vanished(steps: readonly Step[], slots: ReadonlyMap<string, SlotChange>): Map<string, Slot> {
    const names = (type: string, ops: readonly string[]) =>
        new Set(steps.filter((step) => step.type === type && ops.includes(step.op)).map(({ urn }) => nameIn(urn)));
    const detached = names(TYPE.attachment, ["delete"]);
    const told = new Set(steps.filter(({ type }) => type === TYPE.volume).map(({ urn }) => nameIn(urn)));
    return new Map(
        [...slots].flatMap(([name, { before }]) =>
            before !== undefined && detached.has(name) && !told.has(name) ? [[name, before] as const] : [],
        ),
    );
}

const nameIn = (urn: string): string => urn.split("::").slice(3).join("::");

/** About how long files cannot be reached while a copy takes a volume's place, in minutes. */
const COPY = [2, 10] as const;

/** What `--keep` asks for. */
export const keptFor = (hours: unknown): string =>
    hours === undefined ? "kept" : `kept for ${String(hours)} hours, until elastic-drive gc deletes it`;

/** What becomes of a slot, where it is more than its volume shows. */
export function turnOf(name: string, { before, after }: SlotChange): Line | undefined {
    if (after === undefined) return undefined;
    const called = `slot ${after.slot} (${name})`;
    const { copies, from, keepHours, size } = after.volume;
    const gib = typeof size === "number" ? formatGib(size) : undefined;
    if (before === undefined && copies !== undefined && from === undefined)
        return {
            text: `${called}${gib === undefined ? "" : `, ${gib},`} is to become a copy of slot ${String(copies)}: elastic-drive up unmounts the drive for it`,
            how: "downtime",
            minutes: COPY,
        };
    if ((before?.state ?? "member") === after.state) return undefined;
    const next = `the change after this one takes its volume ${keepHours === undefined ? "away" : `out of the stack, and it is ${keptFor(keepHours)}`}`;
    switch (after.state) {
        case "coming":
            return {
                text: `${called} is to take data too: its volume is made as soon as there is room for it`,
                how: "online",
            };
        case "leaving":
            return {
                text: `${called} starts to leave: its ${gib ?? "data"} move to other slots while files stay reachable`,
                how: "online",
            };
        case "member":
            return before === undefined || before.state === "coming"
                ? undefined
                : { text: `${called} stays: what has left it comes back`, how: "online" };
        case "copying":
            return {
                text: `${called} is copied to a larger volume: it is unmounted and detached for that`,
                how: "downtime",
                minutes: COPY,
            };
        case "released":
            if (before?.state === "leaving")
                return {
                    text: `${called} has been emptied and is released: ${next}`,
                    how: "online",
                };
            if (before?.state === "copying")
                return {
                    text: `${called} was copied and is released: ${next}`,
                    how: "online",
                };
            return {
                text: `${called} is called released and was never leaving`,
                how: "online",
                loss: `${called} is called released, but its data was not moved: its protection is lifted, and the next change may delete it; elastic-drive replace ${after.slot} moves it first`,
            };
        default:
            return { text: `${called} becomes ${after.state}`, how: "online" };
    }
}
