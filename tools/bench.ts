import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Row } from "../bench/context";
import { DriveError } from "../infra/model/errors";
import { tableOf } from "./bench/table";
import { setUp } from "./setup";
import { endWith } from "./setup/failure";
import { REPOSITORY } from "./setup/key";

const FOLDER = join(REPOSITORY, "bench");
const RESULTS = join(REPOSITORY, "bench-results.json");
const ENDING = ".bench.ts";

/** Runs the benches that are named (all, when none is), prints their tables and writes bench-results.json. */
async function main(names: readonly string[]): Promise<void> {
    const there = (await readdir(FOLDER))
        .filter((file) => file.endsWith(ENDING))
        .map((file) => file.slice(0, -ENDING.length));
    const unknown = names.filter((name) => !there.includes(name));
    if (unknown.length > 0) {
        throw new DriveError("UnknownBench", `there is no bench '${unknown.join("', '")}'`, {
            hint: `one of ${there.sort().join(", ")}`,
        });
    }
    const chosen = there.filter((one) => names.length === 0 || names.includes(one)).sort();
    const benches = await Promise.all(chosen.map(async (name) => ({ name, ...(await load(name)) })));
    // An emulated processor's seconds say little by themselves; most benches do without and are spared the image.
    await setUp({ machines: benches.some(({ machines }) => machines === true) });
    const results: Record<string, readonly Row[]> = {};
    const failures: unknown[] = [];
    for (const { name, bench } of benches) {
        process.stdout.write(`\n── ${name}\n`);
        await measure(name, bench).then(
            (rows) => {
                results[name] = rows;
                process.stdout.write(`\n${tableOf(rows)}\n`);
            },
            (error: unknown) => failures.push(error),
        );
    }
    await write(results);
    failures.forEach(endWith);
}

interface BenchModule {
    readonly bench: Bench;
    /** Whether it boots machines of the lab. */
    readonly machines?: boolean;
}

const load = (name: string): Promise<BenchModule> => import(join(FOLDER, `${name}${ENDING}`)) as Promise<BenchModule>;

async function measure(name: string, bench: Bench): Promise<Row[]> {
    const folder = await mkdtemp(join(tmpdir(), `elastic-drive-bench-${name}-`));
    try {
        return await bench({ folder, say: (text) => void process.stdout.write(`${text}\n`) });
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Figures mean something only beside the machine that they were taken on; those of other benches stay as they are. */
async function write(results: Record<string, readonly Row[]>): Promise<void> {
    const machine = {
        date: new Date().toISOString(),
        node: process.version,
        cores: availableParallelism(),
        cpu: cpus()[0]?.model,
    };
    const before = await readFile(RESULTS, "utf8").catch(() => "{}");
    const now = Object.fromEntries(Object.entries(results).map(([name, rows]) => [name, { ...machine, rows }]));
    const all = { ...(JSON.parse(before) as object), ...now };
    await writeFile(`${RESULTS}.new`, `${JSON.stringify(all, undefined, 2)}\n`);
    await rename(`${RESULTS}.new`, RESULTS);
    process.stdout.write(`\nwritten to bench-results.json\n`);
}

main(process.argv.slice(2)).catch(endWith);
