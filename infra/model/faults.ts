import type { z } from "zod";
import type { Fault } from "./errors";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What zod found, in the drive's words: the value seen, then what is legal. */
export function schemaFaults(schema: z.ZodType, issues: readonly Issue[], value: unknown): Fault[] {
    return issues.flatMap((issue) => faultsOf(schema, issue, valueAt(value, issue.path)));
}

function faultsOf(schema: z.ZodType, issue: Issue, seen: unknown): Fault[] {
    const path = pathText(issue.path);
    switch (issue.code) {
        case "unrecognized_keys": {
            const known = keysAt(schema, issue.path);
            return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), reason: unknownKey(key, known) }));
        }
        case "invalid_key":
            return [
                {
                    path,
                    reason: `got '${String(issue.path.at(-1))}'; ${issue.issues[0]?.message ?? "not a legal name"}`,
                },
            ];
        case "invalid_value":
            return [{ path, reason: `got ${show(seen)}; one of ${issue.values.map(String).join(", ")}` }];
        case "invalid_type":
            if (seen === undefined) return [{ path, reason: `missing; ${legal(issue)}` }];
            return [{ path, reason: `got ${show(seen)}; ${legal(issue)}` }];
        default:
            return [{ path, reason: `got ${show(seen)}; ${bound(issue)}` }];
    }
}

/** Here too a message of the schema's own says it best; zod's standard ones begin with "Too small" or "Too big". */
function bound(issue: Issue): string {
    if (!/^Too (?:small|big)/.test(issue.message)) return issue.message;
    const of = "origin" in issue && ["string", "array"].includes(issue.origin) ? " long" : "";
    if (issue.code === "too_small")
        return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${of} is expected`;
    if (issue.code === "too_big")
        return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${of} is expected`;
    return issue.message;
}

/** A message of the schema's own says it best; zod's standard ones begin with "Invalid input". */
function legal(issue: Issue & { code: "invalid_type" }): string {
    if (!issue.message.startsWith("Invalid input")) return issue.message;
    const words: Record<string, string> = {
        string: "text",
        int: "a whole number",
        number: "a number",
        array: "a list",
        object: "a map",
        record: "a map",
    };
    return `${words[issue.expected] ?? issue.expected} is expected`;
}

function pathText(path: Path): string {
    return path.length === 0 ? "(the whole)" : path.map(String).join(".");
}

function show(value: unknown): string {
    if (typeof value === "string") return `'${value.length > 60 ? `${value.slice(0, 57)}…` : value}'`;
    if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
    if (typeof value === "object" && value !== null) return "a map";
    return String(value);
}

function valueAt(value: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
        value,
    );
}

interface Walkable {
    readonly shape?: Record<string, Walkable>;
    readonly valueType?: Walkable;
    readonly def?: { readonly innerType?: Walkable; readonly element?: Walkable };
}

/** The keys an object may have at this path of the schema. */
function keysAt(schema: z.ZodType, path: Path): string[] {
    let at: Walkable | undefined = bare(schema as unknown as Walkable);
    for (const key of path) at = bare(at?.shape?.[String(key)] ?? at?.valueType ?? at?.def?.element);
    return Object.keys(at?.shape ?? {});
}

function bare(schema: Walkable | undefined): Walkable | undefined {
    let at = schema;
    while (at?.def?.innerType) at = at.def.innerType;
    return at;
}

function unknownKey(key: string, known: readonly string[]): string {
    const near = closest(key, known);
    return `unknown key '${key}'; ${near === undefined ? `known are ${known.join(", ")}` : `did you mean '${near}'?`}`;
}

/** The known word that differs by a third of its letters at most. */
export function closest(word: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
        .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    if (best === undefined) return undefined;
    const alike =
        best.distance <= Math.max(1, best.candidate.length / 3) ||
        best.candidate.toLowerCase().startsWith(word.toLowerCase());
    return alike ? best.candidate : undefined;
}

/** Levenshtein. */
function distance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, column) => column);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
        }
        row = next;
    }
    return row[b.length]!;
}
