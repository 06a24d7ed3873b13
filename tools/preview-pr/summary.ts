import type { DriveError } from "../../infra/model/errors";
import type { PriceOverride } from "../../infra/model/price-list";
import { PRICES, PRICES_AS_OF } from "../../infra/model/prices";
import type { Previewed, Reported, Step } from "../../policies/kit/preview";
import { TYPE } from "../../policies/kit/types";
import { nameOf, sidesOf, type DriveSides } from "./drive-view";
import { lineOf, type Line } from "./words";

export interface StackSummary {
    readonly stack: string;
    /** What the engine and the pack make of it. */
    readonly verdict: "fine" | "refused" | "failed";
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
    const lines = previewed.steps.flatMap((step) => lineOf(step, released) ?? []);
    const refused = previewed.reported.some(({ level }) => level === "mandatory");
    const failed = previewed.exitCode !== 0 && !refused;
    return {
        stack,
        verdict: refused ? "refused" : failed ? "failed" : "fine",
        drives: sidesOf(previewed.steps, override?.prices ?? PRICES),
        lines,
        losses: [...destroysOf(previewed.steps), ...lines.flatMap(({ loss }) => loss ?? [])],
        policies: previewed.reported.map((one) => ({ ...one, on: nameOf(one.urn) })),
        remediated: previewed.remediated.map(({ policy, urn }) => ({ policy, on: nameOf(urn) })),
        // The engine's last words only repeat that there were policies.
        errors: failed ? errorsOf(previewed) : previewed.errors.filter((text) => !/^preview failed$/.test(text)),
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

const errorsOf = ({ errors, output }: Previewed): string[] =>
    errors.length > 0 ? [...errors] : [output.trim().split("\n").slice(-3).join(" ").trim()];

/** URNs of volumes and attachments that the driver had released: their data was moved. */
function releasedOf(steps: readonly Step[]): Set<string> {
    const found = new Set<string>();
    for (const { type, old, new: wanted } of steps) {
        if (type !== "pulumi:pulumi:Stack") continue;
        for (const outputs of [old?.outputs, wanted?.outputs]) {
            const desired = outputs?.["desired"] as
                { name?: string; slots?: Record<string, { state?: string }> } | undefined;
            for (const [slot, { state }] of Object.entries(desired?.slots ?? {})) {
                if (state === "released") found.add(`${desired?.name ?? ""}-${slot}`);
            }
        }
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
