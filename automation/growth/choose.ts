import { cents } from "./facts";
import { type OpenWay, type Way, HOWS } from "./ways/way";

export interface Choice {
    readonly way: OpenWay;
    /** One line for people. */
    readonly why: string;
    /** What another way would be worth, which is not chosen by itself. */
    readonly also?: string | undefined;
}

/** A price within so much of the lowest is as good as that. */
const ALIKE = 0.05;

/** What is copied pays when it saves so much of the price a month, and is over in a day: the room comes at its end. */
const GAIN = 0.1;
const DAY_SECONDS = 86_400;

/**
 * No downtime before downtime; what copies nothing before what copies, unless the copy saves a tenth of the price a month and is over
 * in a day; of what costs about the same, the least likely to be lost, then the fewest volumes, then the cheapest.
 */
export function choose(ways: readonly Way[]): Choice | undefined {
    const open = ways.filter((way): way is OpenWay => "slots" in way);
    const online = open.filter(({ passage }) => passage.downtimeSeconds === 0);
    const pool = online.length > 0 ? online : open;
    const still = pool.filter(({ passage }) => passage.copy === undefined);
    const [cheapest, quiet] = [best(pool), best(still)];
    if (cheapest === undefined) return undefined;
    if (open.length === 1) return { way: cheapest, why: "the only way there is" };
    if (quiet === undefined || quiet === cheapest || pays(cheapest, quiet))
        return { way: cheapest, why: why(cheapest, pool, still) };
    return { way: quiet, why: why(quiet, pool, still), also: also(cheapest, quiet) };
}

function pays(copying: OpenWay, quiet: OpenWay): boolean {
    const saved = quiet.after.monthly - copying.after.monthly;
    return saved >= GAIN * quiet.after.monthly && copying.passage.seconds <= DAY_SECONDS;
}

function also(copying: OpenWay, quiet: OpenWay): string | undefined {
    const saved = (cents(quiet.after) - cents(copying.after)) / 100;
    const [now, then] = [quiet, copying].map(({ after }) => Number((after.yearlyLoss.high * 100).toPrecision(2)));
    const gains = [
        ...(saved > 0 ? [`saves $${saved.toFixed(2)} a month`] : []),
        ...(then! < now! ? [`takes the chance of loss in a year from ${now} to ${then} %`] : []),
    ];
    return gains.length === 0 ? undefined : `--how ${copying.how} ${gains.join(" and ")}`;
}

function best(ways: readonly OpenWay[]): OpenWay | undefined {
    const lowest = Math.min(...ways.map(({ after }) => after.monthly));
    const alike = ways.filter(({ after }) => after.monthly <= lowest * (1 + ALIKE));
    return [...alike].sort(
        (a, b) =>
            a.after.yearlyLoss.high - b.after.yearlyLoss.high ||
            a.after.members - b.after.members ||
            cents(a.after) - cents(b.after) ||
            (a.passage.copy?.gib ?? 0) - (b.passage.copy?.gib ?? 0) ||
            HOWS.indexOf(a.how) - HOWS.indexOf(b.how),
    )[0];
}

function why(way: OpenWay, pool: readonly OpenWay[], still: readonly OpenWay[]): string {
    const copies = way.passage.copy !== undefined;
    const others = (copies ? pool : still).filter((other) => other !== way);
    const downtime = way.passage.downtimeSeconds > 0 ? "no way without downtime is open" : "no downtime";
    const copied = copies
        ? still.length === 0
            ? "no way without a copy is open"
            : "the copy pays"
        : pool.length > still.length
          ? "no copy"
          : undefined;
    return [downtime, copied, comparison(way, others)].filter((part) => part !== undefined).join(", ");
}

function comparison(way: OpenWay, others: readonly OpenWay[]): string | undefined {
    const next = best(others);
    if (next === undefined) return undefined;
    const saved = (cents(next.after) - cents(way.after)) / 100;
    const price = saved > 0 ? `$${saved.toFixed(2)} a month less than ${next.how}` : undefined;
    const safer = way.after.yearlyLoss.high < next.after.yearlyLoss.high ? "less likely to be lost" : undefined;
    return [price ?? "about the same price", safer].filter((part) => part !== undefined).join(" and ");
}
