import type { DriveError } from "../../infra/model/errors";
import type { PriceOverride } from "../../infra/model/price-list";
import { PRICES, PRICES_AS_OF } from "../../infra/model/prices";
import type { Previewed, Reported, Step } from "../../policies/kit/preview";
import { TYPE } from "../../policies/kit/types";
import { nameOf, sidesOf, volumeOfSlot, type DriveSides } from "./drive-view";
import { slotsOf, turnOf, vanished } from "./slots";
import { lineOf, vanishedLine } from "./words";
import type { Line } from "./types";

export interface StackSummary {
    readonly stack: string;
    /**
     * What the engine and the pack make of it; `risky`: they let it through, and data could be lost; `impossible`: they let it
     * through, and EBS will not do it.
     */
    readonly verdict: "fine" | "risky" | "refused" | "impossible" | "failed";
    readonly drives: readonly DriveSides[];
    readonly lines: readonly Line[];
    /** Loud: every way in which this change could lose data. */
    readonly losses: readonly string[];
    readonly policies: readonly (Reported & { readonly on: string })[];
    readonly remediated: readonly { readonly policy: string; readonly on: string }[];
    readonly errors: readonly string[];
    readonly prices: { readonly date: string; readonly region: string; readonly source: string };
}

/** A preview in the words of whoever has to say yes to it. */
export function summarize(stack: string, previewed: Previewed, override?: PriceOverride): StackSummary {
    const released = releasedOf(previewed.steps);
    const lines = linesOf(previewed.steps, released);
    const destroys = destroysOf(previewed.steps);
    const losses = lines.flatMap(({ loss, isLifted }) =>
        loss === undefined || (isLifted && destroys.length > 0) ? [] : [loss],
    );
    const impossible = lines.flatMap((line) => line.impossible ?? []);
    const verdict = verdictOf(previewed, [...destroys, ...losses], impossible);
    return {
        stack,
        verdict,
        drives: sidesOf(previewed.steps, override?.prices ?? PRICES),
        lines,
        losses: [...destroys, ...losses],
        policies: previewed.reported.map((one) => ({ ...one, on: nameOf(one.urn) })),
        remediated: previewed.remediated.map(({ policy, urn }) => ({ policy, on: nameOf(urn) })),
        errors: [...impossible, ...errorsOf(previewed, verdict === "failed")],
        prices:
            override === undefined
                ? PRICES_AS_OF
                : { ...PRICES_AS_OF, source: override.source, region: "of the override" },
    };
}

/** A stack that was not previewed, since what belongs to it is not legal. */
export function faulty(stack: string, { message, details }: DriveError): StackSummary {
    const errors = [details.hint === undefined ? message : `${message}; ${details.hint}`];
    return summarize(stack, { exitCode: 1, reported: [], remediated: [], steps: [], errors, output: "" });
}

function verdictOf(
    { reported, exitCode }: Previewed,
    losses: readonly string[],
    impossible: readonly string[],
): StackSummary["verdict"] {
    if (reported.some(({ level }) => level === "mandatory")) return "refused";
    if (exitCode !== 0) return "failed";
    if (impossible.length > 0) return "impossible";
    return losses.length > 0 ? "risky" : "fine";
}

/** What becomes of slots, and then what becomes of resources. */
function linesOf(steps: readonly Step[], released: ReadonlySet<string>): Line[] {
    const slots = slotsOf(steps);
    const gone = [...vanished(steps, slots)].flatMap(([name, slot]) => volumeOfSlot(name, slot) ?? []);
    return [
        ...gone.map(vanishedLine),
        ...[...slots].flatMap(([name, change]) => turnOf(name, change) ?? []),
        ...steps.flatMap((step) => lineOf(step, released) ?? []),
    ];
}

/**
 * The engine's own words, but names for URNs, and without its last ones, which only repeat that it failed, and without its advice
 * to lift a protection.
 */
function errorsOf({ errors, output }: Previewed, failed: boolean): string[] {
    const said = errors.filter((text) => !/^preview failed$/.test(text)).map(inWords);
    if (said.length > 0 || !failed) return [...new Set(said)];
    return [output.trim().split("\n").slice(-3).join(" ").trim()];
}

const inWords = (text: string): string =>
    text
        .replace(
            /"(urn:pulumi:[^"]*)"/g,
            (_, urn: string) => `'${nameOf(urn)}' (${urn.split("$").at(-1)?.split("::").at(-2) ?? ""})`,
        )
        .replace(/\s*To unprotect the resource[^]*$/, "");

/**
 * URNs of volumes and attachments that the driver had released: their data was moved. A slot that is called so while it was a member
 * is none of them.
 */
function releasedOf(steps: readonly Step[]): Set<string> {
    const found = new Set<string>();
    for (const [name, { before, after }] of slotsOf(steps)) {
        const wasGoing = before !== undefined && before.state !== "member";
        if (before?.state === "released" || (after?.state === "released" && wasGoing)) found.add(name);
    }
    const urns = steps.filter(
        ({ type, urn }) => (type === TYPE.volume || type === TYPE.attachment) && found.has(nameOf(urn)),
    );
    return new Set(urns.map(({ urn }) => urn));
}

/** Lifting the protection of a whole drive is a decision; the reader must not find it by counting lines. */
function destroysOf(steps: readonly Step[]): string[] {
    const lifted = steps.filter(
        ({ type, old, new: wanted }) =>
            type === TYPE.volume && old?.protect === true && wanted !== null && wanted.protect !== true,
    );
    const all = steps.filter(({ type, old }) => type === TYPE.volume && old !== null);
    return lifted.length > 1 && lifted.length === all.length
        ? ["every volume of the stack loses its protection: it is about to be destroyed"]
        : [];
}
