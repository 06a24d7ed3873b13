import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE } from "../engine/package-root";
import type { OperatorPolicy } from "./policy-document";

/** Parts of AWS that share nothing with each other, known by how their regions' names begin. */
const PARTITIONS = [
    ["us-gov-", "aws-us-gov"],
    ["cn-", "aws-cn"],
    ["eusc-", "aws-eusc"],
    ["us-iso-", "aws-iso"],
    ["us-isob-", "aws-iso-b"],
] as const;

/** What a region belongs to; without one `aws`. */
export const partitionOf = (region: string | undefined): string =>
    PARTITIONS.find(([prefix]) => region?.startsWith(prefix))?.[1] ?? "aws";

/** A policy of the package with its placeholders filled. One that is a whole member of a list may stand for several, or for none. */
export function filledTemplate(path: string, values: Readonly<Record<string, readonly string[]>>): OperatorPolicy {
    const valuesOf = (placeholder: string): readonly string[] => {
        const found = values[placeholder];
        if (found === undefined) throw new Error(`${path} has \${${placeholder}}, which nothing fills`);
        return found;
    };
    const fill = (part: unknown): unknown => {
        if (typeof part === "string") return part.replace(/\$\{(\w+)\}/g, (_, name: string) => valuesOf(name)[0]!);
        if (Array.isArray(part)) {
            return part.flatMap((member) => {
                const whole = typeof member === "string" ? /^\$\{(\w+)\}$/.exec(member)?.[1] : undefined;
                return whole === undefined ? [fill(member)] : [...valuesOf(whole)];
            });
        }
        if (typeof part !== "object" || part === null) return part;
        return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value)]));
    };
    return fill(JSON.parse(readFileSync(join(PACKAGE, path), "utf8"))) as OperatorPolicy;
}
