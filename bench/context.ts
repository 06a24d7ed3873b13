/** What a bench is given. */
export interface Context {
    /** A folder of its own, removed afterwards. */
    readonly folder: string;
    /** Says what is being measured now. */
    say(text: string): void;
}

/** One figure. */
export interface Row {
    readonly name: string;
    readonly unit: string;
    readonly ours: number;
    /** The same by the plain way that ours is held against. */
    readonly baseline?: number;
    /** ours ÷ baseline. */
    readonly ratio?: number;
    /** The most that `ratio` may be, or `ours` where there is no ratio. */
    readonly goal?: number;
    readonly note?: string;
}

export type Bench = (context: Context) => Promise<Row[]>;

export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Seconds that the work takes, `times` times one after the other. */
export async function secondsOf(times: number, work: () => Promise<unknown>): Promise<number[]> {
    const all: number[] = [];
    for (let i = 0; i < times; i++) {
        const started = process.hrtime.bigint();
        await work();
        all.push(Number(process.hrtime.bigint() - started) / 1e9);
    }
    return all;
}
