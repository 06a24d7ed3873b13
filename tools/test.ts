import { availableParallelism } from "node:os";
import { setUp } from "./setup";
import { endWith, textOf } from "./setup/failure";
import { cacheFolder } from "./setup/key";
import { ensurePackages } from "./setup/packages";
import { step } from "./setup/steps";
import { choose, type Chosen } from "./test/choose";
import type { Outcome } from "./test/findings";
import { failed, total, type Suite } from "./test/suites";

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
    const started = Date.now();
    const setup = await prepare(chosen.suites);
    rows.push({ ...setup, name: "set-up", seconds: (Date.now() - started) / 1000 });
    const ready = setup.failures.length === 0;
    for (const suites of inTurn(chosen.suites)) {
        process.stdout.write(`\n── ${suites.map(({ name }) => name).join(", ")}\n`);
        await together(rows, suites, chosen.grep, ready);
    }
    report(rows);
}

/** Suites that run beside each other, those that stand next to each other in the list. */
function inTurn(suites: readonly Suite[]): Suite[][] {
    const turns: Suite[][] = [];
    for (const suite of suites) {
        const last = turns.at(-1);
        if (suite.beside && last?.[0]?.beside === true) last.push(suite);
        else turns.push([suite]);
    }
    return turns;
}

/** Adds a row for each; a suite that throws is a failed one, and the others run all the same. */
async function together(
    rows: Row[],
    suites: readonly Suite[],
    grep: string | undefined,
    ready: boolean,
): Promise<void> {
    const outcomes = suites.map((): Outcome[] => []);
    const seconds = suites.map(() => 0);
    const waiting = suites.flatMap((suite, at) => {
        const missing = async (): Promise<Outcome> => failed(`${suite.name}: not run, since the set-up failed`);
        const tasks = needsEngine(suite) && !ready ? [missing] : suite.tasks(grep);
        return tasks.map((task) => ({ at, task }));
    });
    const started = Date.now();
    const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            const { at, task } = next;
            outcomes[at]!.push(await task().catch((error: unknown) => failed(`${suites[at]!.name}: ${textOf(error)}`)));
            seconds[at] = (Date.now() - started) / 1000;
        }
    };
    // One more than processors: each waits for another program or machine half of its time.
    const width = suites[0]!.beside ? availableParallelism() + 1 : 1;
    await Promise.all(Array.from({ length: width }, work));
    suites.forEach(({ name }, at) => rows.push({ ...total(outcomes[at]!), name, seconds: seconds[at]! }));
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

function report(rows: readonly Row[]): void {
    const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
    const failures = rows.flatMap((row) => row.failures);
    const lines = failures.map((failure) => `  ✘ ${failure.split("\n").slice(0, 6).join("\n    ")}`);
    process.stdout.write(failures.length === 0 ? "\n" : `\nwhat failed\n${lines.join("\n")}\n\n`);
    process.stdout.write(
        `${"suite".padEnd(16)}${["passed", "failed", "skipped", "seconds"].map((head) => head.padStart(10)).join("")}\n`,
    );
    for (const { name, passed, failures: of, skipped, seconds } of rows) {
        const cells = [passed, of.length, skipped, seconds.toFixed(1)].map((cell) => String(cell).padStart(10));
        process.stdout.write(`${name.padEnd(16)}${cells.join("")}\n`);
    }
    process.stdout.write(`\n${sum((row) => row.passed)} passed, ${failures.length} failed\n`);
    process.exitCode = failures.length === 0 ? 0 : 1;
}

main().catch(endWith);
