import { formatGib } from "../../infra/model/units";
import type { DriveSides } from "./drive-view";
import type { StackSummary } from "./summary";
import type { Line } from "./types";

/** Text of people inside a line of Markdown: nothing in it may start a table, a link, code or HTML. */
export const plain = (text: string): string =>
    text
        .replace(/[\r\n]+/g, " ")
        .replace(/[\\`*_{}[\]<>|#~]/g, (sign) => `\\${sign}`)
        .replaceAll("\\<", "&lt;")
        .replaceAll("\\>", "&gt;");

const money = (dollars: number): string => `$${dollars.toFixed(2)}`;

export function markdownOf(summaries: readonly StackSummary[]): string {
    if (summaries.length === 0) return "## Preview\n\nNo stack is touched by this change.\n";
    return `${summaries.map(stackSection).join("\n\n")}\n`;
}

function stackSection(summary: StackSummary): string {
    const verdict = {
        fine: "✅ may go",
        risky: "⚠️ nothing forbids it, and data could be lost",
        refused: "❌ refused by a policy",
        impossible: "❌ cannot be done",
        failed: "❌ the preview failed",
    }[summary.verdict];
    const parts = [
        `## ${plain(summary.stack)}: ${verdict}`,
        summary.losses.map((loss) => `> [!CAUTION]\n> **DATA COULD BE LOST: ${plain(loss)}**`).join("\n\n"),
        summary.errors.map((error) => `**Why:** ${plain(error)}`).join("\n\n"),
        driveTable(summary.drives),
        summary.drives.length > 0
            ? `Volumes only, list prices of ${summary.prices.date} (${plain(summary.prices.region)}, ${plain(summary.prices.source)}).`
            : "",
        // A preview that failed early says nothing about what changes.
        summary.verdict === "failed" && summary.lines.length === 0 ? "" : lineList(summary.lines),
        policyList(summary),
        fixes(summary),
    ];
    return parts.filter((part) => part !== "").join("\n\n");
}

function driveTable(drives: readonly DriveSides[]): string {
    if (drives.length === 0) return "";
    const cell = (before: string, after: string) => (before === after ? before : `${before} → **${after}**`);
    const rows = drives.map(({ drive, before, after }) => {
        const cells = [
            drive === undefined ? "(no drive)" : plain(drive),
            cell(formatGib(before.capacityGiB), formatGib(after.capacityGiB)),
            cell(String(before.slots), String(after.slots)) + (after.going > 0 ? `, ${after.going} going` : ""),
            cell(money(before.pricePerMonth), money(after.pricePerMonth)) +
                (after.going > 0 ? `, then ${money(after.priceOfStaying)}` : ""),
        ];
        return `| ${cells.join(" | ")} |`;
    });
    return ["| drive | capacity | slots | a month |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function lineList(lines: readonly Line[]): string {
    if (lines.length === 0) return "Nothing changes.";
    const down = lines.filter(({ how }) => how === "downtime");
    const minutes = down.flatMap((line) => (line.minutes === undefined ? [] : [line.minutes]));
    const longest = minutes.sort((a, b) => b[1] - a[1])[0];
    const head =
        down.length === 0
            ? "**Online**: files stay reachable."
            : `**With downtime**${longest === undefined ? "" : `, about ${longest[0]} to ${longest[1]} minutes`}.`;
    return [
        head,
        "",
        ...lines.map(({ text, how }) => `- ${plain(text)}${how === "downtime" ? " (downtime)" : ""}`),
    ].join("\n");
}

/** Each way out once, however many resources want it. */
function fixes({ policies }: StackSummary): string {
    const wanted = policies.filter(({ level, fix }) => level === "mandatory" && fix !== undefined);
    const lines = new Set(wanted.map(({ policy, fix = "" }) => `- ${plain(policy)}: ${plain(fix)}`));
    return lines.size === 0 ? "" : ["**How to fix**", "", ...lines].join("\n");
}

function policyList({ verdict, policies, remediated }: StackSummary): string {
    if (policies.length + remediated.length === 0) return verdict === "failed" ? "" : "Policies: nothing to say.";
    const order = [...policies].sort((a, b) => (a.level === b.level ? 0 : a.level === "mandatory" ? -1 : 1));
    const rows = order.map(({ policy, level, on, message }) => {
        // The engine puts the policy's description on a line of its own before the message.
        const said = message.split("\n").slice(-1)[0] ?? message;
        return `| ${level === "mandatory" ? "❌" : "💬"} | ${plain(policy)} | ${plain(on)} | ${plain(said)} |`;
    });
    const mended = remediated.map(({ policy, on }) => `| 🔧 | ${plain(policy)} | ${plain(on)} | set by the pack |`);
    return ["| | policy | on | what |", "| --- | --- | --- | --- |", ...rows, ...mended].join("\n");
}
