import type { Autogrow } from "../../infra/model/autogrow";
import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { PriceList } from "../../infra/model/prices";
import { formatGib } from "../../infra/model/units";
import type { Observed, ReachableGuest } from "../model/observed";
import { underWay } from "./under-way";
import { planFor } from "./growth-plan";
import { cents, factsOf, type Facts } from "./facts";
import { sizeOf } from "../model/sizes";
import type { How, OpenWay } from "./ways/way";

export interface Fill {
    readonly usedBytes: number;
    readonly sizeBytes: number;
    /** Of the file system, as the server reports it. */
    readonly percent: number;
}

export type Held = "busy" | "ceiling" | "no-way";

export type AutogrowDecision =
    | { readonly outcome: "fine"; readonly fill: Fill }
    | { readonly outcome: "warned"; readonly fill: Fill }
    | {
          readonly outcome: "grow";
          readonly fill: Fill;
          readonly way: OpenWay;
          /** Set where a ceiling makes it less than `growTo` asks for. */
          readonly capped: boolean;
      }
    /** A growth that was interrupted goes on before there is another. */
    | { readonly outcome: "resume"; readonly sizeGiB: number; readonly monthly: number }
    | { readonly outcome: "held"; readonly reason: Held; readonly why: string; readonly fill?: Fill };

/** Nobody is asked, so the people must notice nothing: no data moves and nothing is unmounted. */
const ONLINE: readonly How[] = ["in-place", "add"];
const GIB = 1024 ** 3;

/**
 * What `autogrow` is to do now; pure. Never beyond a ceiling, never beside another operation, never twice for one fill level:
 * the target follows from what is in use, and what was begun is finished first. Throws FillUnknown.
 */
export function decideAutogrow(
    desired: DriveConfig,
    observed: Observed,
    settings: Autogrow,
    prices?: PriceList,
): AutogrowDecision {
    const other = underWay(desired, observed);
    if (other !== undefined && "busy" in other) return { outcome: "held", reason: "busy", why: other.busy };
    if (other !== undefined) {
        const begun = factsOf(desired.slots, prices);
        const { sizeGiB, monthly } = begun;
        if (isWithin(begun, settings)) return { outcome: "resume", sizeGiB, monthly };
        const why = `a growth to ${formatGib(sizeGiB)} at ${dollars(monthly)} a month was begun, which is beyond the ceilings`;
        return { outcome: "held", reason: "ceiling", why: `${why}: elastic-drive up goes on with it` };
    }
    const fill = fillOf(observed);
    if (fill.percent < settings.warnAt) return { outcome: "fine", fill };
    if (fill.percent < settings.growAt) return { outcome: "warned", fill };
    return grow(desired, observed, settings, fill, prices);
}

function grow(
    desired: DriveConfig,
    observed: Observed,
    settings: Autogrow,
    fill: Fill,
    prices: PriceList | undefined,
): AutogrowDecision {
    const now = sizeOf(desired.slots);
    const held = (reason: Held, why: string): AutogrowDecision => ({ outcome: "held", reason, why, fill });
    const wanted = Math.max(now + 1, targetGiB(fill, now, settings.growTo));
    const most = Math.min(wanted, settings.maxGiB);
    if (most <= now) return held("ceiling", `its size is at the ceiling of ${formatGib(settings.maxGiB)}`);
    const open = (to: number): OpenWay[] => onlineWays(desired, observed, to, prices);
    const best = (to: number): OpenWay | undefined =>
        open(to)
            .filter(({ after }) => isWithin(after, settings))
            .sort((a, b) => cents(a.after) - cents(b.after) || a.after.members - b.after.members)[0];
    const way = best(most) ?? largest(now, most, best);
    if (way !== undefined) return { outcome: "grow", fill, way, capped: way.after.sizeGiB < wanted };
    const [cheapest] = open(now + 1).sort((a, b) => a.after.monthly - b.after.monthly);
    if (cheapest === undefined)
        return held("no-way", `no way is open that nobody notices: ${whyNone(desired, observed, most)}`);
    const { sizeGiB, monthly } = cheapest.after;
    const least = `the least growth is to ${formatGib(sizeGiB)} at ${dollars(monthly)} a month`;
    return held(
        "ceiling",
        `${least}, the ceilings are ${formatGib(settings.maxGiB)} and ${dollars(settings.maxMonthly)}`,
    );
}

const isWithin = (facts: Facts, { maxGiB, maxMonthly }: Autogrow): boolean =>
    facts.sizeGiB <= maxGiB && cents(facts) <= cents({ monthly: maxMonthly });

/** What the file system does not have of the volumes (LVM, the state volume, XFS itself) stays what it is. */
function targetGiB({ usedBytes, sizeBytes }: Fill, now: number, growTo: number): number {
    const overhead = Math.max(0, now * GIB - sizeBytes);
    return Math.ceil(((usedBytes * 100) / growTo + overhead) / GIB);
}

/** The largest size to which a way is found, by halving; undefined when none was met. */
function largest(now: number, most: number, best: (to: number) => OpenWay | undefined): OpenWay | undefined {
    let found: OpenWay | undefined;
    for (let low = now + 1, high = most - 1; low <= high;) {
        const middle = Math.floor((low + high) / 2);
        const way = best(middle);
        found = way ?? found;
        if (way === undefined) high = middle - 1;
        else low = middle + 1;
    }
    return found;
}

function onlineWays(desired: DriveConfig, observed: Observed, to: number, prices: PriceList | undefined): OpenWay[] {
    const { ways } = planFor(desired, observed, { to, prices });
    return ways.filter((way): way is OpenWay => "slots" in way && ONLINE.includes(way.how));
}

function whyNone(desired: DriveConfig, observed: Observed, to: number): string {
    const { ways } = planFor(desired, observed, { to });
    return ways
        .flatMap((way) => ("impossible" in way && ONLINE.includes(way.how) ? [`${way.how}: ${way.impossible}`] : []))
        .join("; ");
}

function fillOf({ guest }: Observed): Fill {
    if (guest === undefined) throw unknown("the drive has no running server");
    if (!guest.reachable) throw unknown(`the server does not answer: ${guest.why}`);
    if (!guest.mounted || guest.sizeBytes === 0) throw unknown("the drive is not mounted");
    const { usedBytes, sizeBytes }: ReachableGuest = guest;
    return { usedBytes, sizeBytes, percent: (100 * usedBytes) / sizeBytes };
}

const unknown = (why: string): DriveError =>
    new DriveError("FillUnknown", `${why}, so nobody knows how full it is`, {
        hint: "elastic-drive status says what is, elastic-drive up brings it back",
        retryable: true,
    });

export const dollars = (monthly: number): string => `$${monthly.toFixed(2)}`;
