import { formatGib } from "../../infra/model/units";
import { PRICES_AS_OF } from "../../infra/model/prices";
import type { GrowthPlan } from "./growth-plan";
import type { Facts, Way } from "./ways";

/** The plan on one screen of 100 columns. */
export function renderPlan({ drive, before, targetGiB, ways, chosen, why }: GrowthPlan): string {
    return [
        `${drive}   from ${formatGib(before.sizeGiB)} to ${formatGib(targetGiB)}`,
        `${"today".padEnd(11)}${factsLine(before)}`,
        ...ways.flatMap((way) => wayLines(way, before)),
        ...(chosen === undefined
            ? ["no way there is open"]
            : [
                  `${"chosen".padEnd(11)}${chosen}: ${why}`,
                  `${"do it".padEnd(11)}elastic-drive grow --to ${targetGiB}GiB`,
              ]),
        `prices: ${PRICES_AS_OF.source}, ${PRICES_AS_OF.region}, ${PRICES_AS_OF.date}`,
    ].join("\n");
}

function wayLines(way: Way, before: Facts): string[] {
    const label = way.how.padEnd(11);
    if ("impossible" in way) return [`${label}not possible: ${way.impossible}`];
    const more = way.after.monthly - before.monthly;
    return [
        `${label}${factsLine(way.after)}   +$${more.toFixed(2)} a month, no downtime`,
        ...way.changes.map((change) => `${"".padEnd(11)}${change}`),
    ];
}

const factsLine = ({ sizeGiB, members, monthly, yearlyLoss: { low, high } }: Facts): string =>
    `${formatGib(sizeGiB).padEnd(9)} $${monthly.toFixed(2)} a month   ${members} ${members === 1 ? "volume" : "volumes"}   lost in a year: ${percent(low, high)}`;

const percent = (low: number, high: number): string => {
    const [a, b] = [low, high].map((share) => `${Number((share * 100).toPrecision(2))}`);
    return a === b ? `${a} %` : `${a} to ${b} %`;
};
