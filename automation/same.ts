/** Deep equality of plain data, whatever the order of keys; undefined members count as absent. */
export function same(a: unknown, b: unknown): boolean {
    return canonical(a) === canonical(b);
}

export function canonical(value: unknown): string {
    return JSON.stringify(value, (_, member: unknown) =>
        typeof member === "object" && member !== null && !Array.isArray(member)
            ? Object.fromEntries(Object.entries(member).sort(([x], [y]) => (x < y ? -1 : 1)))
            : member,
    );
}
