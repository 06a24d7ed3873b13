import { Autogrow, autogrowFaults } from "../../infra/model/autogrow";
import { InvalidInput } from "../../infra/model/errors";
import { schemaFaults } from "../../infra/model/faults";
import { PRICES_AS_OF, type PriceList } from "../../infra/model/prices";
import { formatGib } from "../../infra/model/units";
import { MSG } from "../io/messages";
import { decideAutogrow, dollars, type AutogrowDecision, type Fill, type Held } from "../growth/autogrow";
import { sizeOf } from "../model/sizes";
import type { Session } from "../world/session";
import { applyDesired } from "./apply-desired";
import { isOthersWork } from "../guest/others";
import { refuseInDestruction, up } from "./up";

/** What stands in the configuration (`autogrow`), overridden for this once. */
export interface AutogrowInput extends Partial<Autogrow> {
    /** Say what would be done, and do nothing. */
    readonly dryRun?: boolean | undefined;
    /** What the ceiling in dollars is counted with; undefined: the list of us-east-1. */
    readonly prices?: PriceList | undefined;
    /** Where `prices` are from. */
    readonly pricesFrom?: string | undefined;
}

export interface AutogrowResult {
    /**
     * fine: there is room. warned: over `warnAt`. grown: also when it went on with a growth that was interrupted. due: it
     * would have grown (`dryRun`). held: it should grow and may not.
     */
    readonly outcome: "fine" | "warned" | "grown" | "due" | "held";
    readonly reason?: Held | undefined;
    /** Before it grew; undefined where it was not asked for. */
    readonly fillPercent?: number | undefined;
    /** GiB of all volumes together. */
    readonly fromGiB: number;
    readonly toGiB: number;
    /** The same in one line for people. */
    readonly text: string;
}

/**
 * One look, one decision, at most one growth, for a timer. Consent is what the configuration says, so nobody is asked. Killed
 * anywhere, the next run goes on with the same growth.
 */
export async function autogrow(session: Session, input: AutogrowInput): Promise<AutogrowResult> {
    const { dryRun = false, prices, pricesFrom, ...given } = input;
    const { config, desired } = await session.configured();
    const settings = settingsOf({ ...desired.autogrow, ...defined(given) });
    refuseInDestruction(config);
    const seen: { sizeGiB: number; fill?: Fill | undefined } = { sizeGiB: sizeOf(desired.slots) };
    const say = (
        outcome: AutogrowResult["outcome"],
        what: string,
        toGiB = seen.sizeGiB,
        reason?: Held,
    ): AutogrowResult => {
        const { fill, sizeGiB: fromGiB } = seen;
        const used = fill === undefined ? "" : `${fill.percent.toFixed(0)} % of ${formatGib(fromGiB)} in use, `;
        const text = `${desired.name}: ${used}${what}`;
        const fillPercent = fill && Number(fill.percent.toFixed(1));
        const result = { outcome, ...(reason && { reason }), fillPercent, fromGiB, toGiB, text };
        session.host.emit(
            (outcome === "warned" || outcome === "held" ? MSG.AUTOGROW_LOOK : MSG.AUTOGROWN)(text, result),
        );
        return result;
    };
    const priced = priceSource({ prices, pricesFrom }, config.region);
    const held = (why: string, reason: Held): AutogrowResult =>
        say("held", `not grown: ${why}${reason === "ceiling" ? priced : ""}`, seen.sizeGiB, reason);
    try {
        const observed = await session.world(desired, config).observe({ preview: false });
        seen.sizeGiB = sizeOf(observed.stack.desired?.slots ?? desired.slots);
        const decision = decideAutogrow(desired, observed, settings, prices);
        seen.fill = "fill" in decision ? decision.fill : undefined;
        const later = `it grows at ${settings.growAt} %`;
        if (decision.outcome === "fine") return say("fine", `nothing to do: ${later}`);
        if (decision.outcome === "warned") return say("warned", `over ${settings.warnAt} %: ${later}`);
        if (decision.outcome === "held") return held(decision.why, decision.reason);
        const { sizeGiB, words } = goal(decision);
        if (dryRun) return say("due", `would grow ${words}${priced}`, sizeGiB);
        const next = decision.outcome === "grow" ? { ...desired, slots: decision.way.slots } : undefined;
        if (next === undefined) await up(session);
        else await applyDesired(session, { config, desired, observed }, next, "autogrow");
        return say("grown", `grown ${words}${priced}`, sizeGiB);
    } catch (error) {
        if (isOthersWork(error)) return held(error.message, "busy");
        throw error;
    }
}

/** Whose prices the line counts with; a list of another region may let through more than the ceiling means. */
function priceSource(
    { prices, pricesFrom }: Pick<AutogrowInput, "prices" | "pricesFrom">,
    region: string | undefined,
): string {
    if (prices !== undefined) return ` (prices: ${pricesFrom ?? "the caller's"})`;
    const elsewhere = region === undefined || region === PRICES_AS_OF.region ? "" : `, not of ${region}: --prices`;
    return ` (prices of ${PRICES_AS_OF.region}${elsewhere})`;
}

function goal(decision: Extract<AutogrowDecision, { outcome: "grow" | "resume" }>): { sizeGiB: number; words: string } {
    if (decision.outcome === "resume") {
        const { sizeGiB, monthly } = decision;
        return { sizeGiB, words: `to ${formatGib(sizeGiB)} (begun before), ${dollars(monthly)} a month` };
    }
    const { after, how } = decision.way;
    const capped = decision.capped ? ", as far as the ceilings allow" : "";
    const by = how === "add" ? "by a further volume" : "in place";
    return {
        sizeGiB: after.sizeGiB,
        words: `${by} to ${formatGib(after.sizeGiB)}, ${dollars(after.monthly)} a month${capped}`,
    };
}

/** All faults at once. */
function settingsOf(value: Record<string, unknown>): Autogrow {
    const parsed = Autogrow.safeParse(value);
    const faults = [
        ...(parsed.success ? [] : schemaFaults(Autogrow, parsed.error.issues, value)),
        ...autogrowFaults(value, ""),
    ];
    if (faults.length === 0) return parsed.data as Autogrow;
    const hint =
        "pulumi config set --path elastic-drive:drive.autogrow.maxGiB 4096, or the flags: elastic-drive autogrow --help";
    throw new InvalidInput(
        "autogrow",
        faults.map(({ path, reason }) => ({ path: `autogrow.${path}`, reason })),
        hint,
    );
}

const defined = (given: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
