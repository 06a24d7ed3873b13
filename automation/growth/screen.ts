import { MODIFICATIONS_PER_DAY } from "../../infra/model/limits";
import { formatGib } from "../../infra/model/units";
import { fold } from "../io/terminal";
import type { SlotBudget } from "./case";
import type { Facts } from "./facts";
import type { GrowthPlan } from "./growth-plan";
import type { OpenWay, Way } from "./ways/way";
import { copyText, dollars, duration, loss, rate, slower } from "./words";

const WIDTH = 100;
const WIDTHS = [13, 12, 12, 10, 11, 13, 0];

/** The plan on one screen of 100 columns. */
export function renderPlan(plan: GrowthPlan): string {
    const { drive, before, targetGiB, type, ways, chosen, why, iops, throughput, pricesAsOf } = plan;
    const command = `elastic-drive grow --to ${targetGiB}GiB${flags({ type, iops, throughput })}`;
    return [
        `${drive}   from ${exact(before.sizeGiB)} to ${exact(targetGiB)}`,
        columns(["way", "$ a month", "meanwhile", "time", "downtime", "volumes", "lost in a year"]),
        columns(["today", dollars(before.monthly), "", "", "", `${before.members}`, loss(before)]),
        ...ways.flatMap((way) => wayLines(way, before)),
        row("chosen", chosen === undefined ? "no way there is open" : `${chosen}: ${why}`),
        ...(chosen === undefined ? [] : [row("do it", command)]),
        ...(plan.also === undefined ? [] : [row("besides", plan.also)]),
        row("modifiable", budgetText(plan.budget)),
        ...rateLines(ways),
        row("prices", Object.values(pricesAsOf).reverse().join(", ")),
    ]
        .flatMap((line) => hanging(line))
        .join("\n");
}

function wayLines(way: Way, before: Facts): string[] {
    if ("impossible" in way) return [row(way.how, `not possible: ${way.impossible}`)];
    const { after, passage } = way;
    const less = slower(before, after);
    const doubled = passage.during.monthly > after.monthly;
    return [
        columns([
            way.how,
            dollars(after.monthly),
            doubled ? dollars(passage.during.monthly) : "",
            duration(passage.seconds),
            passage.downtimeSeconds === 0 ? "none" : duration(passage.downtimeSeconds),
            volumes(way),
            loss(after),
        ]),
        ...way.changes.map((change) => row("", change)),
        ...(less === undefined ? [] : [row("", less)]),
        ...(passage.copy === undefined ? [] : [row("", copyText(passage.copy, passage.during.extra))]),
    ];
}

/** `2`, or `3, then 2` where there are more in between. */
function volumes({ after, passage }: OpenWay): string {
    return passage.during.slots > after.members ? `${passage.during.slots}, then ${after.members}` : `${after.members}`;
}

function rateLines(ways: readonly Way[]): string[] {
    const copies = ways.flatMap((way) => ("slots" in way && way.passage.copy !== undefined ? [way.passage.copy] : []));
    const [first] = copies;
    if (first === undefined) return [];
    const limits = [...new Set(copies.map(({ limitedBy }) => limitedBy))].join("; ");
    return [
        row(
            "rates",
            first.source === "given"
                ? `${rate(first.mibPerSecond)} MiB/s, as given by --rate`
                : `as EC2 states them, bursts left out (${limits}); --rate 200MiB/s gives a measured one`,
        ),
    ];
}

/** The usual in one word, the others by name. */
function budgetText(budget: readonly SlotBudget[]): string {
    const others = budget.filter(({ left, underWay }) => left < MODIFICATIONS_PER_DAY || underWay);
    const each = `${MODIFICATIONS_PER_DAY} times a volume in 24 h`;
    return others.length === 0 ? each : `${each}; now ${others.map(slotBudgetText).join(", ")}`;
}

function slotBudgetText({ slot, left, nextAt, underWay }: SlotBudget): string {
    if (left > 0) return `${slot} ${left} more${underWay ? " once EC2 has ended the last one" : ""}`;
    return `${slot} no more${nextAt === undefined ? "" : ` before ${nextAt}`}`;
}

/** What was asked for, to be said again. */
const flags = (given: Readonly<Record<string, string | number | undefined>>): string =>
    Object.entries(given)
        .map(([name, value]) => (value === undefined ? "" : ` --${name} ${value}`))
        .join("");

const columns = (cells: readonly string[]): string =>
    cells
        .map((cell, at) => cell.padEnd(WIDTHS[at]!))
        .join("")
        .trimEnd();
const row = (label: string, text: string): string => `${label.padEnd(WIDTHS[0]!)}${text}`;

/** Continuation lines stand under the text, not under the label. */
function hanging(line: string): string[] {
    const [label, text] = [line.slice(0, WIDTHS[0]), line.slice(WIDTHS[0])];
    return fold(text, WIDTH - WIDTHS[0]!).map((part, at) => (at === 0 ? label + part : row("", part.trimStart())));
}

/** Rounded TiB would say less than was asked for. */
const exact = (gib: number): string => (gib % 512 === 0 ? formatGib(gib) : `${gib} GiB`);
