import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
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
    // No bench boots a machine: what an emulated processor takes says nothing.
    await setUp({ machines: false });
    const results: Record<string, readonly Row[]> = {};
    const failures: unknown[] = [];
    for (const name of there.filter((one) => names.length === 0 || names.includes(one)).sort()) {
        process.stdout.write(`\n── ${name}\n`);
        await measure(name).then(
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

async function measure(name: string): Promise<Row[]> {
    const { bench } = (await import(join(FOLDER, `${name}${ENDING}`))) as { bench: Bench };
    const folder = await mkdtemp(join(tmpdir(), `elastic-drive-bench-${name}-`));
    try {
        return await bench({ folder, say: (text) => void process.stdout.write(`${text}\n`) });
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Figures mean something only beside the machine that they were taken on. */
async function write(results: Record<string, readonly Row[]>): Promise<void> {
    const machine = {
        date: new Date().toISOString(),
        node: process.version,
        cores: availableParallelism(),
        cpu: cpus()[0]?.model,
    };
    await writeFile(`${RESULTS}.new`, `${JSON.stringify({ ...machine, results }, undefined, 2)}\n`);
    await rename(`${RESULTS}.new`, RESULTS);
    process.stdout.write(`\nwritten to bench-results.json\n`);
}

main(process.argv.slice(2)).catch(endWith);
