import type { Changes, Failure } from "../protocol/plugin";
import { hasUnknown, isObject, isUnknown, type Props, same, type Value } from "../protocol/values";

type Type = "string" | "number" | "boolean" | "strings" | "tags" | "object" | "objects";

/** One property as the real provider's schema has it (terraform-provider-aws: Required, Optional, Computed, ForceNew, Default). */
export interface Property {
    readonly type: Type;
    readonly required?: true;
    readonly forceNew?: true;
    /** EC2 fills it in when it is left out, and then leaving it out is no difference. */
    readonly computed?: true;
    /** Only an output: an input of this name is refused. */
    readonly output?: true;
    readonly default?: Value;
    /** Of an object, or of each of the objects (a set). */
    readonly properties?: Schema;
    /** Returns what is wrong with a known value. */
    readonly valid?: (value: Value) => string | undefined;
}
export type Schema = Readonly<Record<string, Property>>;

/** Every taggable resource of EC2 has these; region is an argument of every resource since version 7. */
export const REGION: Schema = { region: { type: "string", computed: true, forceNew: true } };
export const TAGS: Schema = { tags: { type: "tags" }, tagsAll: { type: "tags", output: true } };

const isZero = (value: Value): boolean =>
    value === undefined ||
    value === "" ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0);

const byText = (items: readonly unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();

function fits(type: Type, value: Value): boolean {
    switch (type) {
        case "strings":
            return Array.isArray(value) && value.every((item) => typeof item === "string");
        case "objects":
            return Array.isArray(value) && value.every((item) => isObject(item) || isUnknown(item));
        case "tags":
            return isObject(value) && Object.values(value).every((item) => typeof item === "string");
        case "object":
            return isObject(value);
        default:
            return typeof value === type;
    }
}

export const memberPath = (path: string, key: string): string =>
    /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;

/** All faults of the inputs: unknown, missing, of the wrong type, or refused by the property's own rule. */
export function faults(schema: Schema, value: Props, prefix = ""): Failure[] {
    const found: Failure[] = [];
    for (const [key, item] of Object.entries(value)) {
        const property = prefix === "" ? key : memberPath(prefix, key);
        const spec = schema[key];
        if (spec === undefined) {
            found.push({ property, reason: `the lab's stand-in of the aws plugin does not know '${property}'` });
        } else if (spec.output === true) {
            found.push({ property, reason: `'${property}' is an output; it cannot be set` });
        } else if (isUnknown(item)) {
            continue;
        } else if (!fits(spec.type, item)) {
            found.push({ property, reason: `is ${JSON.stringify(item)}, expected ${spec.type}` });
        } else if (spec.type === "object") {
            found.push(...faults(spec.properties ?? {}, item as Props, property));
        } else if (spec.type === "objects") {
            (item as Value[]).forEach((one, index) => {
                if (isObject(one)) {
                    found.push(...faults(spec.properties ?? {}, one, `${property}[${index}]`));
                }
            });
        } else {
            const reason = spec.valid?.(item);
            if (reason !== undefined) {
                found.push({ property, reason });
            }
        }
    }
    for (const [key, spec] of Object.entries(schema)) {
        if (spec.required === true && value[key] === undefined) {
            const property = prefix === "" ? key : memberPath(prefix, key);
            found.push({ property, reason: `missing required property '${property}'` });
        }
    }
    return found;
}

/** Defaults filled in where the user said nothing, also inside objects that are there. */
export function withDefaults(schema: Schema, value: Props): Props {
    const result: Props = { ...value };
    for (const [key, spec] of Object.entries(schema)) {
        const item = result[key];
        if (item === undefined && spec.default !== undefined) {
            result[key] = spec.default;
        } else if (spec.type === "object" && isObject(item)) {
            result[key] = withDefaults(spec.properties ?? {}, item);
        } else if (spec.type === "objects" && Array.isArray(item)) {
            result[key] = item.map((one) => (isObject(one) ? withDefaults(spec.properties ?? {}, one) : one));
        }
    }
    return result;
}

/** Drops what says nothing, so that an object EC2 described compares with the same one written by hand. */
function bare(value: Value): Value {
    if (!isObject(value)) {
        return value;
    }
    const kept = Object.entries(value).filter(([, item]) => !isZero(item));
    kept.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(kept.map(([key, item]) => [key, Array.isArray(item) ? [...item].sort() : item]));
}

function differs(type: Type, before: Value, after: Value): boolean {
    if (type === "strings" && Array.isArray(before) && Array.isArray(after)) {
        return !same(byText(before), byText(after));
    }
    if (type === "objects" && Array.isArray(before) && Array.isArray(after)) {
        return !same(byText(before.map(bare)), byText(after.map(bare)));
    }
    return !same(before, after);
}

function compare(path: string, spec: Property, before: Value, after: Value, changes: Changes): void {
    const replace = spec.forceNew === true;
    if (after === undefined) {
        if (spec.computed !== true && !isZero(before)) {
            changes.set(path, { change: "delete", replace });
        }
        return;
    }
    if (spec.type === "object" && isObject(after) && (isObject(before) || before === undefined)) {
        compareAll(spec.properties ?? {}, before ?? {}, after, changes, (key) => memberPath(path, key));
        return;
    }
    if (spec.type === "tags" && isObject(after) && (isObject(before) || before === undefined)) {
        const olds = before ?? {};
        for (const key of new Set([...Object.keys(olds), ...Object.keys(after)])) {
            compare(memberPath(path, key), { type: "string" }, olds[key], after[key], changes);
        }
        return;
    }
    if (!hasUnknown(after) && ((isZero(before) && isZero(after)) || !differs(spec.type, before, after))) {
        return;
    }
    changes.set(path, { change: before === undefined ? "add" : "update", replace });
}

function compareAll(
    schema: Schema,
    before: Props,
    after: Props,
    changes: Changes,
    pathOf: (key: string) => string,
): void {
    for (const [key, spec] of Object.entries(schema)) {
        if (spec.output !== true) {
            compare(pathOf(key), spec, before[key], after[key], changes);
        }
    }
}

/** Differences between the state (what EC2 said last) and the wanted inputs. */
export function diff(schema: Schema, state: Props, news: Props, ignore: readonly string[]): Changes {
    const changes: Changes = new Map();
    compareAll(schema, state, news, changes, (key) => key);
    for (const path of changes.keys()) {
        if (
            ignore.some(
                (ignored) => path === ignored || path.startsWith(`${ignored}.`) || path.startsWith(`${ignored}[`),
            )
        ) {
            changes.delete(path);
        }
    }
    return changes;
}

/** Inputs that describe what was read: for an import all that can be set, else the ones there were, brought up to date. */
export function inputsOf(schema: Schema, state: Props, olds: Props): Props {
    const importing = Object.keys(olds).length === 0;
    const result: Props = {};
    for (const [key, spec] of Object.entries(schema)) {
        const now = state[key];
        if (spec.output === true || (importing ? isZero(now) : olds[key] === undefined)) {
            continue;
        }
        if (spec.type === "object" && isObject(now)) {
            result[key] = inputsOf(spec.properties ?? {}, now, isObject(olds[key]) ? olds[key] : {});
        } else {
            const changes: Changes = new Map();
            compare(key, spec, now, olds[key], changes);
            result[key] = importing || changes.size > 0 ? now : olds[key];
        }
    }
    return result;
}

/** A rule: a whole number from … to … */
export const between =
    (least: number, most: number) =>
    (value: Value): string | undefined =>
        typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
            ? undefined
            : `expected a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`;
