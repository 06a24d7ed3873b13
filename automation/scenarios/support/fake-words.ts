/** What a verb refuses, as lib.sh says it. */
export class Refusal extends Error {
    readonly said: { readonly code: string; readonly seen: string; readonly expected: string; readonly hint: string };
    constructor(code: string, seen: string) {
        super(seen);
        this.said = { code, seen, expected: "another world", hint: "look first" };
    }
}

/** A bash word that call.ts wrote: IN_NAME='a' */
export function word(script: string, name: string): string {
    return [...script.matchAll(new RegExp(`^${name}='([^']*)'$`, "gm"))].at(-1)?.[1] ?? "";
}

/** The words of a bash array that call.ts wrote: IN_NAME=('a' 'b') */
export function words(script: string, name: string): string[] {
    const list = new RegExp(`^${name}=\\((.*)\\)$`, "m").exec(script)?.[1] ?? "";
    return [...list.matchAll(/'([^']*)'/g)].map((match) => match[1]!);
}
