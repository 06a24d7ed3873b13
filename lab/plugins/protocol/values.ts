/** Property values as they travel between engine and provider, without protobuf's wrapping. */

export type Value = unknown;
export type Props = Record<string, Value>;

/** The engine's mark for a value that is not known until the update runs (pulumi: sdk/go/common/resource/plugin/rpc.go). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

// The engine has a mark of its own for each type of an unknown value: bool, number, array, asset, archive, object.
const UNKNOWNS = new Set([
    UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const isObject = (value: Value): value is Props =>
    typeof value === "object" && value !== null && !Array.isArray(value);

export const isUnknown = (value: Value): boolean => typeof value === "string" && UNKNOWNS.has(value);

/** Whether anything inside is unknown. */
export function hasUnknown(value: Value): boolean {
    if (Array.isArray(value)) {
        return value.some(hasUnknown);
    }
    return isObject(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}

/**
 * What the engine sent, made plain: secrets opened (Configure says we keep none apart, so the engine itself marks what we
 * return under a secret input's name), nulls gone.
 */
export function plain(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (!isObject(value)) {
        return value;
    }
    if (value[SIGNATURE] === SECRET) {
        return plain(value["value"]);
    }
    return plainProps(value);
}

export function plainProps(props: Props): Props {
    const result: Props = {};
    for (const [key, value] of Object.entries(props)) {
        if (value !== null && value !== undefined) {
            result[key] = plain(value);
        }
    }
    return result;
}

/** Ready for protobuf's Struct, which knows no `undefined`. */
export function sendable(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map((item) => (item === undefined ? null : sendable(item)));
    }
    if (!isObject(value)) {
        return value;
    }
    const result: Props = {};
    for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) {
            result[key] = sendable(item);
        }
    }
    return result;
}

/** Equal in content; maps without regard to order, `undefined` members as absent. */
export function same(a: Value, b: Value): boolean {
    if (a === b) {
        return true;
    }
    if (Array.isArray(a) && Array.isArray(b)) {
        return a.length === b.length && a.every((item, index) => same(item, b[index]));
    }
    if (isObject(a) && isObject(b)) {
        const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
        return [...keys].every((key) => same(a[key], b[key]));
    }
    return false;
}
