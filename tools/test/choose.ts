import { parseArgs } from "node:util";
import { SUITES, type Group, type Suite } from "./suites";

/** What `npm test` runs. The long stories take their time, so they have a lane of their own: `npm run stories:long`. */
const USUAL: readonly Group[] = ["lint", "unit", "scenarios", "stories"];
const GROUPS: readonly Group[] = [...USUAL, "long"];

export interface Chosen {
    readonly suites: readonly Suite[];
    readonly grep: string | undefined;
}

/** The suites that a command line asks for. Throws on one it does not know. */
export function choose(args: readonly string[]): Chosen {
    const { values } = parseArgs({ args: [...args], options: { only: { type: "string" }, grep: { type: "string" } } });
    const only =
        values.only?.split(",") ?? (values.grep === undefined ? USUAL : USUAL.filter((group) => group !== "lint"));
    const unknown = only.filter((name) => !GROUPS.includes(name as Group));
    if (unknown.length > 0) throw new Error(`--only: '${unknown.join(",")}' is none of ${GROUPS.join(", ")}`);
    return { suites: SUITES.filter(({ group }) => only.includes(group)), grep: values.grep };
}
