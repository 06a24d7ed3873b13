import type { PolicyResource } from "@pulumi/policy";
import { TAG } from "../../infra/model/names";
import type { StackView } from "./stack";
import { DRIVE_COMPONENT, STACK, TYPE, type Seen } from "./types";
import { known } from "./unknown";

/** For programs without our component: what `state` and `takes` of a slot are in our configuration (`infra/model/config.ts`). */
export const STATE_TAG = "elastic-drive:state";
export const TAKES_TAG = "elastic-drive:takes";

/** `copying`: detached, while a larger copy of it takes its place. */
export type SlotState = "coming" | "member" | "leaving" | "copying" | "released";
type Volume = Seen<typeof TYPE.volume>;

export interface DriveVolume {
    readonly volume: Volume;
    readonly slot: string | undefined;
    readonly state: SlotState;
    /** Slots whose data this volume takes over, if declared. */
    readonly takes: readonly string[];
}

export interface Drive {
    readonly name: string;
    /** By name of the volume, so that messages do not change from run to run. */
    readonly volumes: readonly DriveVolume[];
}

/** A tag's text, or undefined when it is missing, not known, or not a text. */
export function tagOf(resource: Pick<PolicyResource, "props">, key: string): string | undefined {
    const value = known(() => (resource.props["tags"] as Record<string, unknown> | undefined)?.[key]);
    return typeof value === "string" ? value : undefined;
}

/** The drive a resource belongs to: by its tag, else by the component it was made in. */
export function driveNameOf(resource: Pick<PolicyResource, "props" | "parent">): string | undefined {
    const tagged = tagOf(resource, TAG.drive);
    if (tagged !== undefined && tagged !== "") return tagged;
    for (let parent = resource.parent; parent !== undefined; parent = parent.parent) {
        if (parent.type === DRIVE_COMPONENT) return parent.name;
    }
    return undefined;
}

const drivesOnce = new WeakMap<StackView, readonly Drive[]>();

/** Read once for a stack: several policies ask. */
export function drivesOf(stack: StackView): readonly Drive[] {
    const known = drivesOnce.get(stack) ?? readDrives(stack);
    drivesOnce.set(stack, known);
    return known;
}

function readDrives(stack: StackView): readonly Drive[] {
    const desired = desiredSlots(stack);
    const drives = new Map<string, DriveVolume[]>();
    for (const volume of stack.ofType(TYPE.volume)) {
        const name = driveNameOf(volume);
        if (name === undefined) continue;
        const slot = tagOf(volume, TAG.slot);
        const plan = slot === undefined ? undefined : desired.get(`${name}/${slot}`);
        const found = drives.get(name) ?? [];
        if (found.length === 0) drives.set(name, found);
        found.push({
            volume,
            slot,
            state: stateOf(tagOf(volume, STATE_TAG)) ?? plan?.state ?? "member",
            takes:
                tagOf(volume, TAKES_TAG)
                    ?.split(/[\s,]+/)
                    .filter(Boolean) ??
                plan?.takes ??
                [],
        });
    }
    return [...drives].map(([name, volumes]) => ({
        name,
        volumes: volumes.sort((a, b) => (a.volume.name < b.volume.name ? -1 : 1)),
    }));
}

const STATES: readonly unknown[] = ["coming", "member", "leaving", "copying", "released"] satisfies SlotState[];

const stateOf = (text: unknown): SlotState | undefined => (STATES.includes(text) ? (text as SlotState) : undefined);

/** Has another volume beside it for a while that holds the same data in the end: one more than there may be (requirement S15). */
export const isSucceeded = (state: SlotState | undefined): boolean => state === "leaving" || state === "copying";

/** What our own program says of its slots: the stack output `desired` (docs/architecture.md). */
function desiredSlots(stack: StackView): Map<string, { state: SlotState | undefined; takes: readonly string[] }> {
    const slots = new Map<string, { state: SlotState | undefined; takes: readonly string[] }>();
    for (const root of stack.ofTypeName(STACK)) {
        // Another program may have an output of this name: only what has the shape is read.
        const desired = fields(known(() => root.props["desired"] as unknown));
        const name = known(() => desired["name"]);
        const declared = fields(known(() => desired["slots"]));
        for (const slot of Object.keys(declared)) {
            const plan = fields(known(() => declared[slot]));
            const takes = known(() => (Array.isArray(plan["takes"]) ? plan["takes"].map(String) : []));
            slots.set(`${String(name)}/${slot}`, { state: stateOf(known(() => plan["state"])), takes: takes ?? [] });
        }
    }
    return slots;
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
