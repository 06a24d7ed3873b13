import type { DriveConfig } from "../../infra/model/config";

/** Deep equality of plain data, whatever the order of keys; undefined members count as absent. */
export function same(a: unknown, b: unknown): boolean {
    return canonical(a) === canonical(b);
}

/** Two desired states, but for what the driver notes in one without an `up` of it. */
export const sameDesired = (a: DriveConfig | undefined, b: DriveConfig | undefined): boolean =>
    same(withoutNotes(a), withoutNotes(b));

function withoutNotes(desired: DriveConfig | undefined): object | undefined {
    if (desired === undefined) return undefined;
    const { made: _made, ...rest } = desired;
    return rest;
}

export function canonical(value: unknown): string {
    return JSON.stringify(value, (_, member: unknown) =>
        typeof member === "object" && member !== null && !Array.isArray(member)
            ? Object.fromEntries(Object.entries(member).sort(([x], [y]) => (x < y ? -1 : 1)))
            : member,
    );
}
