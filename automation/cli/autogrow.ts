import type { Command } from "commander";
import type { AutogrowInput, AutogrowResult, Drive, IoHost } from "../index";
import { MSG } from "../index";
import { PRICES, pricesInput, size, whole } from "./growth";

interface AutogrowFlags {
    readonly warnAt?: string;
    readonly growAt?: string;
    readonly growTo?: string;
    readonly maxSize?: string;
    readonly maxMonthly?: string;
    readonly prices?: string;
    readonly dryRun?: boolean;
}

/** For timers: 0 there is room or it has grown, 3 people are warned, 4 it should grow and may not. */
const EXIT: Readonly<Record<AutogrowResult["outcome"], number>> = { fine: 0, grown: 0, due: 0, warned: 3, held: 4 };

export const AUTOGROW_EXAMPLES = [
    ["From a timer; levels and ceilings stand in the configuration", "elastic-drive autogrow"],
    ["What it would do", "elastic-drive autogrow --max-size 4TiB --max-monthly 400 --dry-run"],
] as const;

export function autogrowVerb(command: Command, drive: (command: Command) => Drive, exit: (code: number) => void): void {
    command
        .option("--warn-at <percent>", "in use: warn (75)")
        .option("--grow-at <percent>", "in use: grow (85)")
        .option("--grow-to <percent>", "in use after it has grown (70)")
        .option("--max-size <size>", "never larger than this: 4TiB")
        .option("--max-monthly <dollars>", "its volumes never dearer than this a month")
        .option(...PRICES)
        .option("--dry-run", "say what it would do, and do nothing")
        .addHelpText("after", "\nExit codes besides the general ones: 3 nearly full; 4 it should grow and may not")
        .action(async (flags: AutogrowFlags, self: Command) => {
            exit(EXIT[(await drive(self).autogrow(autogrowInput(flags))).outcome]);
        });
}

/** Values go through as they are: the schema judges them, with the configuration's. */
export function autogrowInput({
    warnAt,
    growAt,
    growTo,
    maxSize,
    maxMonthly,
    prices,
    dryRun,
}: AutogrowFlags): AutogrowInput {
    const faults: string[] = [];
    const number = (flag: string, text: string | undefined): number | undefined => {
        if (text === undefined) return undefined;
        if (!/^\d{1,9}$/.test(text)) faults.push(`${flag} is '${text}', expected a whole number`);
        return Number(text);
    };
    const input = {
        warnAt: number("--warn-at", warnAt),
        growAt: number("--grow-at", growAt),
        growTo: number("--grow-to", growTo),
        maxGiB: size("--max-size", maxSize, faults),
        maxMonthly: number("--max-monthly", maxMonthly),
        dryRun,
    };
    whole(input, faults);
    return { ...(input as AutogrowInput), ...pricesInput(prices) };
}

/** A timer's journal wants one line; what else was said is in `elastic-drive log` and in `--json`. */
export function oneLine(host: IoHost): IoHost {
    return {
        emit: (message) => {
            if (message.level === "warn" || message.code === MSG.AUTOGROWN.code) host.emit(message);
        },
        confirm: (question) => host.confirm(question),
    };
}
