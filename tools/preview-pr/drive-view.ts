import type { VolumeSeen } from "./types";
import { LIMITS } from "../../infra/model/limits";
import type { VolumeType } from "../../infra/model/volume-types";
import { TAG } from "../../infra/model/names";
import { monthlyPrice, type PriceList } from "../../infra/model/prices";
import type { State, Step } from "../../policies/kit/preview";
import { TYPE } from "../../policies/kit/types";
import { goingOf, slotsOf, vanished, type Slot } from "./slots";

export interface Side {
    /** Volumes that are there, those that are going among them: each is paid for. */
    readonly slots: number;
    readonly going: number;
    /** Of the volumes that stay. */
    readonly capacityGiB: number;
    readonly pricePerMonth: number;
    /** What is left of it when those that are going have gone. */
    readonly priceOfStaying: number;
}

export interface DriveSides {
    /** Undefined: volumes of the stack that belong to no drive. */
    readonly drive: string | undefined;
    readonly before: Side;
    readonly after: Side;
}

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Steps after which the resource is no longer there, and those after which it is; others tell of one side twice. */
const ENDS = new Set(["delete", "discard", "delete-replaced", "read-discard", "discard-replaced"]);
const PARTIAL = new Set(["create-replacement", "delete-replaced", "import-replacement"]);

/** A volume as a state has it; what EC2 filled in is in the outputs, and what this preview does not know is as before. */
export function volumeOf(urn: string, state: State | null, before?: VolumeSeen): VolumeSeen | undefined {
    if (state === null) return undefined;
    const get = (key: string): unknown => state.inputs[key] ?? state.outputs[key];
    const tags = (get("tags") ?? {}) as Readonly<Record<string, unknown>>;
    const text = (key: string) => (typeof tags[key] === "string" ? tags[key] : undefined);
    const number = (key: string) => (typeof get(key) === "number" && get(key) !== 0 ? (get(key) as number) : undefined);
    const type = get("type");
    const isKnown = typeof type === "string" && Object.hasOwn(LIMITS, type);
    const known = isKnown ? (type as VolumeType) : (before?.shape.type ?? "gp2");
    const size = number("size");
    return {
        name: nameOf(urn),
        drive: text(TAG.drive),
        slot: text(TAG.slot),
        shape: {
            sizeGiB: size ?? before?.shape.sizeGiB ?? 0,
            type: known,
            ...(known !== "gp2" && known !== "st1" && known !== "sc1" && { iops: number("iops") }),
            ...(known === "gp3" && { throughput: number("throughput") }),
        },
        isSizeKnown: size !== undefined,
        protect: state.protect === true,
        isKept: state.retainOnDelete === true,
        keepHours: text(TAG.keepHours),
    };
}

/** Each drive of a stack before and after, by name; a stack without volumes has none. */
export function sidesOf(steps: readonly Step[], prices: PriceList): DriveSides[] {
    const slots = slotsOf(steps);
    const changes = [...slots.values()];
    const going = {
        before: goingOf(changes.map(({ before }) => before)),
        after: goingOf(changes.map(({ after }) => after)),
    };
    const drives = new Map<string | undefined, { before: VolumeSeen[]; after: VolumeSeen[] }>();
    const add = (side: "before" | "after", volume: VolumeSeen | undefined) => {
        if (volume === undefined) return;
        const found = drives.get(volume.drive) ?? { before: [], after: [] };
        drives.set(volume.drive, found);
        found[side].push(volume);
    };
    for (const step of steps) {
        if (step.type !== TYPE.volume || PARTIAL.has(step.op)) continue;
        const before = volumeOf(step.urn, step.old);
        add("before", before);
        if (!ENDS.has(step.op)) add("after", volumeOf(step.urn, step.new, before));
    }
    for (const [name, slot] of vanished(steps, slots)) add("before", volumeOfSlot(name, slot));
    return [...drives]
        .sort(([a], [b]) => Number(a === undefined) - Number(b === undefined) || ((a ?? "") < (b ?? "") ? -1 : 1))
        .map(([drive, { before, after }]) => ({
            drive,
            before: side(before, going.before, prices),
            after: side(after, going.after, prices),
        }));
}

/** A slot of the configuration that is applied, as its volume. */
export const volumeOfSlot = (name: string, slot: Slot): VolumeSeen | undefined =>
    volumeOf(`::::::${name}`, { id: "", inputs: slot.volume, outputs: {}, protect: true });

function side(volumes: readonly VolumeSeen[], going: ReadonlySet<string>, prices: PriceList): Side {
    const staying = volumes.filter(({ name }) => !going.has(name));
    const price = (of: readonly VolumeSeen[]) => of.reduce((sum, { shape }) => sum + monthlyPrice(shape, prices), 0);
    return {
        slots: volumes.length,
        going: volumes.length - staying.length,
        capacityGiB: staying.reduce((sum, { shape }) => sum + shape.sizeGiB, 0),
        pricePerMonth: price(volumes),
        priceOfStaying: price(staying),
    };
}
