import { parseArgs } from "node:util";
import { setUp } from "./setup";
import { endWith, textOf } from "./setup/failure";
import { cacheFolder } from "./setup/key";
import { ensurePackages } from "./setup/packages";
import { step } from "./setup/steps";
import type { Outcome } from "./test/findings";
import { failed, SUITES, type Group, type Suite } from "./test/suites";

const GROUPS: readonly Group[] = ["lint", "unit", "scenarios", "stories"];

interface Row extends Outcome {
    readonly name: string;
    readonly seconds: number;
}

const USAGE = `npm test -- [--only lint,unit,scenarios,stories] [--grep TEXT]
  --only   these suites alone; engine, image and moto are set up for scenarios and stories only
  --grep   tests whose title matches (of unit specs, scenarios and stories)`;

async function main(): Promise<void> {
    const chosen = choose();
    if (chosen === undefined) {
        process.stderr.write(`${USAGE}\n`);
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

function choose(): { suites: readonly Suite[]; grep: string | undefined } | undefined {
    try {
        const { values } = parseArgs({ options: { only: { type: "string" }, grep: { type: "string" } } });
        const only =
            values.only?.split(",") ??
            (values.grep === undefined ? GROUPS : GROUPS.filter((group) => group !== "lint"));
        const unknown = only.filter((name) => !GROUPS.includes(name as Group));
        if (unknown.length > 0) throw new Error(`--only: '${unknown.join(",")}' is none of ${GROUPS.join(", ")}`);
        return { suites: SUITES.filter(({ group }) => only.includes(group)), grep: values.grep };
    } catch (error) {
        process.stderr.write(`InvalidInput: ${(error as Error).message}\n`);
        return undefined;
    }
}

const needsEngine = ({ group }: Suite): boolean => group === "scenarios" || group === "stories";

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
