import { setUp } from "./setup";
import { endWith, textOf } from "./setup/failure";
import { cacheFolder } from "./setup/key";
import { ensurePackages } from "./setup/packages";
import { step } from "./setup/steps";
import { choose, type Chosen } from "./test/choose";
import type { Outcome } from "./test/findings";
import { failed, type Suite } from "./test/suites";

interface Row extends Outcome {
    readonly name: string;
    readonly seconds: number;
}

const USAGE = `npm test -- [--only lint,unit,scenarios,stories] [--grep TEXT]
npm run stories:long -- [--grep TEXT]
  --only   these suites alone; engine, image and moto are set up for scenarios and stories only
  --grep   tests whose title matches (of unit specs, scenarios and stories)`;

async function main(): Promise<void> {
    let chosen: Chosen;
    try {
        chosen = choose(process.argv.slice(2));
    } catch (error) {
        process.stderr.write(`InvalidInput: ${(error as Error).message}\n${USAGE}\n`);
        process.exitCode = 2;
        return;
    }
    const rows: Row[] = [];
    const ready = await measured(rows, "set-up", () => prepare(chosen.suites));
    for (const suite of chosen.suites) {
        const needsAll = needsEngine(suite);
        process.stdout.write(`\n── ${suite.name}\n`);
        await measured(rows, suite.name, () =>
            needsAll && !ready
                ? Promise.resolve(failed(`${suite.name}: not run, since the set-up failed`))
                : suite.run(chosen.grep),
        );
    }
    report(rows);
}

const needsEngine = ({ group }: Suite): boolean => group !== "lint" && group !== "unit";

async function prepare(suites: readonly Suite[]): Promise<Outcome> {
    try {
        if (suites.some(needsEngine)) await setUp();
        else await step("packages", (say) => ensurePackages(cacheFolder(), say));
        return { passed: 1, skipped: 0, failures: [] };
    } catch (error) {
        return failed(`set-up: ${textOf(error)}`);
    }
}

/** Adds a row; whether all was well. A suite that throws is a failed one, and the next one runs all the same. */
async function measured(rows: Row[], name: string, work: () => Promise<Outcome>): Promise<boolean> {
    const started = Date.now();
    const outcome = await work().catch((error: unknown) => failed(`${name}: ${textOf(error)}`));
    rows.push({ ...outcome, name, seconds: (Date.now() - started) / 1000 });
    return outcome.failures.length === 0;
}

function report(rows: readonly Row[]): void {
    const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
    const failures = rows.flatMap((row) => row.failures);
    const lines = failures.map((failure) => `  ✘ ${failure.split("\n").slice(0, 6).join("\n    ")}`);
    process.stdout.write(failures.length === 0 ? "\n" : `\nwhat failed\n${lines.join("\n")}\n\n`);
    process.stdout.write(
        `${"suite".padEnd(12)}${["passed", "failed", "skipped", "seconds"].map((head) => head.padStart(10)).join("")}\n`,
    );
    for (const { name, passed, failures: of, skipped, seconds } of rows) {
        const cells = [passed, of.length, skipped, seconds.toFixed(1)].map((cell) => String(cell).padStart(10));
        process.stdout.write(`${name.padEnd(12)}${cells.join("")}\n`);
    }
    process.stdout.write(`\n${sum((row) => row.passed)} passed, ${failures.length} failed\n`);
    process.exitCode = failures.length === 0 ? 0 : 1;
}

main().catch(endWith);
