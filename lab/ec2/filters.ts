import type { Call } from "./call";
import { Ec2Error, invalidValue } from "./errors";
import type { Params } from "./params";

/** How the value(s) of each filter are read from an object; a name that is not here is refused, as EC2 does. */
export type FilterTable<T> = Readonly<
    Record<string, (item: T) => string | number | boolean | undefined | readonly string[]>
>;
export type TagsOf<T> = (item: T) => Readonly<Record<string, string>>;

interface Filter {
    readonly name: string;
    readonly values: readonly string[];
}

/** `*` and `?` are wildcards, as in EC2; a backslash takes their meaning away. */
function matcher(pattern: string): (value: string) => boolean {
    const source = pattern.replace(/\\[\s\S]|[\s\S]/g, (part) => {
        if (part === "*") {
            return "[\\s\\S]*";
        }
        if (part === "?") {
            return "[\\s\\S]";
        }
        return (part.length === 2 ? part.slice(1) : part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    });
    const expression = new RegExp(`^${source}$`);
    return (value) => expression.test(value);
}

function readFilters(params: Params): Filter[] {
    const filters = params
        .structs("Filter")
        .map((filter) => ({ name: filter.required("Name"), values: filter.list("Value") }));
    const empty = filters.find((filter) => filter.values.length === 0);
    if (empty !== undefined) {
        throw invalidValue(`The filter '${empty.name}' has no value`);
    }
    if (filters.length > 200 || filters.some((filter) => filter.values.length > 200)) {
        throw new Ec2Error("FilterLimitExceeded", "The maximum number of filters or filter values is 200");
    }
    return filters;
}

/** The items that match all filters of the request (any value of each). */
export function filtered<T>(params: Params, items: readonly T[], table: FilterTable<T>, tagsOf: TagsOf<T>): T[] {
    const tests = readFilters(params).map(({ name, values }) => {
        const matches = values.map(matcher);
        const valuesOf = readerOf(name, table, tagsOf);
        return (item: T) => valuesOf(item).some((value) => matches.some((match) => match(value)));
    });
    return items.filter((item) => tests.every((test) => test(item)));
}

function readerOf<T>(name: string, table: FilterTable<T>, tagsOf: TagsOf<T>): (item: T) => readonly string[] {
    if (name.startsWith("tag:")) {
        const key = name.slice("tag:".length);
        return (item) => [tagsOf(item)[key]].filter((value) => value !== undefined);
    }
    if (name === "tag-key") {
        return (item) => Object.keys(tagsOf(item));
    }
    const read = Object.hasOwn(table, name) ? table[name] : undefined;
    if (read === undefined) {
        throw invalidValue(`The filter '${name}' is invalid`);
    }
    return (item) => {
        const value = read(item);
        if (value === undefined) {
            return [];
        }
        return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
    };
}

/** One page of a listing, never longer than the lab's limit `pageSize`. The token is opaque to the caller, as EC2's. */
export function page<T>(
    { params, limits: { pageSize } }: Pick<Call, "params" | "limits">,
    items: readonly T[],
    limits = { least: 5, most: 1000 },
): { items: T[]; nextToken?: string } {
    const size = params.int("MaxResults");
    const token = params.text("NextToken");
    if (size !== undefined && (size < limits.least || size > limits.most)) {
        throw invalidValue(
            `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${limits.least} and ${limits.most}.`,
        );
    }
    const start = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
    if (!Number.isInteger(start) || start < 0) {
        throw new Ec2Error("InvalidNextToken", `The token '${token}' is invalid`);
    }
    const end = start + Math.max(1, Math.min(size ?? pageSize, pageSize));
    const shown = items.slice(start, end);
    return end < items.length
        ? { items: shown, nextToken: Buffer.from(String(end)).toString("base64url") }
        : { items: shown };
}
