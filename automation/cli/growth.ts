import type { Command } from "commander";
import { VOLUME_TYPES } from "../../infra/model/volume-types";
import { parseGib } from "../../infra/model/units";
import { type ChangeInput, type GrowInput, HOWS } from "../index";
import { readPrices } from "../io/prices";
import { UsageFault } from "./report";

export interface GrowthFlags {
    readonly to?: string;
    readonly by?: string;
    readonly type?: string;
    readonly iops?: string;
    readonly throughput?: string;
    readonly how?: string;
    readonly rate?: string;
    readonly prices?: string;
    readonly keep?: string;
}

export const KEEP = [
    "--keep <hours>",
    "keep what is replaced for so long, and pay for it: after a move a blank volume, after a snapshot one with its data; " +
        "elastic-drive gc deletes it then",
] as const;

export const PRICES = [
    "--prices <file>",
    "prices of another region or of a contract, as JSON (docs/guide.md)",
] as const;
export const IOPS = ["--iops <count>", "provisioned I/O operations a second of a volume (gp3, io1, io2)"] as const;
export const THROUGHPUT = ["--throughput <rate>", "MiB/s of a volume (gp3)"] as const;

export interface ChangeFlags {
    readonly size?: string;
    readonly type?: string;
    readonly iops?: string;
    readonly throughput?: string;
}

export function growthFlags(command: Command): Command {
    return command
        .option("--to <size>", "size of the whole drive afterwards: 40GiB, 4TiB")
        .option("--by <size>", "so much more; turned into a size before anything is written")
        .option("--type <type>", `volume type: ${VOLUME_TYPES.join(", ")} (default: as the largest volume)`)
        .option(...IOPS)
        .option(...THROUGHPUT)
        .option("--rate <rate>", "what was measured for copies: 200MiB/s (default: what EC2 states)")
        .option(...PRICES);
}

export function changeFlags(command: Command): Command {
    return command
        .option("--size <size>", "larger: 40GiB, 4TiB")
        .option("--type <type>", VOLUME_TYPES.join(", "))
        .option(...IOPS)
        .option(...THROUGHPUT);
}

/** Values of one volume's flags, with what is wrong in them. */
export function volumeInput(flags: ChangeFlags, faults: string[]): Omit<ChangeInput, "slot"> {
    return { sizeGiB: size("--size", flags.size, faults), ...kindInput(flags, faults) };
}

/** The same without a size. */
export function kindInput(
    flags: Omit<ChangeFlags, "size">,
    faults: string[],
): Pick<ChangeInput, "type" | "iops" | "throughput"> {
    return {
        type: oneOf("--type", flags.type, VOLUME_TYPES, faults),
        iops: count("--iops", flags.iops, faults),
        throughput: throughput("--throughput", flags.throughput, faults),
    };
}

/** All faults at once. */
export function growInput(flags: GrowthFlags): GrowInput {
    const faults: string[] = [];
    const input = {
        to: size("--to", flags.to, faults),
        by: size("--by", flags.by, faults),
        ...kindInput(flags, faults),
        how: oneOf("--how", flags.how, HOWS, faults),
        rate: rate("--rate", flags.rate, faults),
        keepHours: count("--keep", flags.keep, faults),
    };
    if ((flags.to === undefined) === (flags.by === undefined)) faults.push("give one of --to and --by");
    whole(input, faults);
    return { ...input, ...pricesInput(flags.prices) };
}

/** Throws InvalidInput. */
export function pricesInput(file: string | undefined): Pick<GrowInput, "prices" | "pricesFrom"> {
    if (file === undefined) return {};
    const { source, prices } = readPrices(file);
    return { prices, pricesFrom: source };
}

export function changeInput(slot: string, flags: ChangeFlags): ChangeInput {
    const faults: string[] = [];
    const input = { slot, ...volumeInput(flags, faults) };
    if (Object.keys(flags).every((key) => flags[key as keyof ChangeFlags] === undefined))
        faults.push("give at least one of --size, --type, --iops, --throughput");
    return whole(input, faults);
}

export function whole<T>(input: T, faults: readonly string[]): T {
    if (faults.length > 0) throw new UsageFault(faults.join("; "), "--help shows examples");
    return input;
}

export function size(flag: string, text: string | undefined, faults: string[]): number | undefined {
    if (text === undefined) return undefined;
    const found = parseGib(text);
    if (found === undefined) faults.push(`${flag} is '${text}', expected whole GiB or TiB such as 40GiB or 1.5TiB`);
    return found;
}

/** As a rate, but whole, as EC2 takes it. */
export function throughput(flag: string, text: string | undefined, faults: string[]): number | undefined {
    const found = /^([1-9]\d{0,8})\s*(?:MiB(?:\/s)?)?$/i.exec(text?.trim() ?? "")?.[1];
    if (text !== undefined && found === undefined)
        faults.push(`${flag} is '${text}', expected whole MiB a second such as 200 or 200MiB/s`);
    return text === undefined ? undefined : Number(found);
}

/** `200MiB/s`, `200 MiB/s` or `200`. */
function rate(flag: string, text: string | undefined, faults: string[]): number | undefined {
    if (text === undefined) return undefined;
    const found = Number(/^(\d+(?:\.\d+)?)\s*(?:MiB(?:\/s)?)?$/i.exec(text.trim())?.[1]);
    if (!(found > 0)) faults.push(`${flag} is '${text}', expected MiB a second such as 200MiB/s`);
    return found;
}

export function count(flag: string, text: string | undefined, faults: string[]): number | undefined {
    if (text === undefined) return undefined;
    if (!/^[1-9]\d{0,8}$/.test(text)) faults.push(`${flag} is '${text}', expected a whole number of at least 1`);
    return Number(text);
}

export function oneOf<T extends string>(
    flag: string,
    text: string | undefined,
    known: readonly T[],
    faults: string[],
): T | undefined {
    if (text !== undefined && !known.includes(text as T))
        faults.push(`${flag} is '${text}', expected ${known.join(", ")}`);
    return text as T | undefined;
}
