import type { Row } from "../../bench/context";

const COLUMNS = 100;
const HEAD = ["", "ours", "plain", "ratio", "goal", ""];

/** The figures of one bench, at most 100 columns; notes go below their line. */
export function tableOf(rows: readonly Row[]): string {
    const cells = rows.map((row) => [
        row.name,
        `${figure(row.ours)} ${row.unit}`,
        row.baseline === undefined ? "" : `${figure(row.baseline)} ${row.unit}`,
        row.ratio === undefined ? "" : row.ratio.toFixed(2),
        row.goal === undefined ? "" : `≤ ${figure(row.goal)}`,
        verdict(row),
    ]);
    const widths = HEAD.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]!.length)));
    const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
    widths[0] = Math.min(widths[0]!, COLUMNS - others);
    const line = (row: readonly string[]): string =>
        row
            .map((cell, i) => (i === 0 ? cell.slice(0, widths[0]).padEnd(widths[0]!) : cell.padStart(widths[i]!)))
            .join("  ")
            .trimEnd();
    return [line(HEAD), ...rows.flatMap((row, i) => [line(cells[i]!), ...wrapped(row.note)])].join("\n");
}

/** Whether the goal is met, where there is one. */
export function verdict({ ours, ratio, goal }: Row): string {
    return goal === undefined ? "" : (ratio ?? ours) <= goal ? "met" : "missed";
}

const figure = (value: number): string => value.toFixed(Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2);

function wrapped(note: string | undefined): string[] {
    const lines: string[] = [];
    for (const word of note?.split(" ") ?? []) {
        const last = lines[lines.length - 1];
        if (last === undefined || last.length + 1 + word.length > COLUMNS) lines.push(`    ${word}`);
        else lines[lines.length - 1] = `${last} ${word}`;
    }
    return lines;
}
