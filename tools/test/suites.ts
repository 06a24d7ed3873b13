import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../setup/key";
import { outcomeOf, readFindings, type Outcome } from "./findings";
import { filesUnder, shellScripts } from "./tree";

export type Group = "lint" | "unit" | "scenarios" | "stories" | "long";

export interface Suite {
    readonly name: string;
    readonly group: Group;
    run(grep: string | undefined): Promise<Outcome>;
}

/** A process that says nothing more after its last test for so long holds something open: it is ended and counts as failed. */
const GRACE_MS = 90_000;

const bin = (name: string): string => join(REPOSITORY, "node_modules/.bin", name);

/** What the compiler knows from last time: a second check takes seconds. */
const TYPES_CACHE = join(REPOSITORY, "node_modules/.cache/elastic-drive/types.tsbuildinfo");

export const SUITES: readonly Suite[] = [
    check("types", () => [bin("tsc"), "-p", ".", "--noEmit", "--incremental", "--tsBuildInfoFile", TYPES_CACHE]),
    check("eslint", () => [bin("eslint"), "--max-warnings", "0", "."]),
    check("prettier", () => [bin("prettier"), "--check", "--log-level", "warn", "."]),
    check("shellcheck", () => ["shellcheck", ...shellScripts(REPOSITORY)]),
    mocha("unit", "unit", "spec"),
    mochaBeside("scenarios", "scenarios", "scenario", availableParallelism()),
    mocha("stories", "stories", "story"),
    // One at a time: each has a lab of its own, and two labs would have six machines.
    mochaBeside("long", "long", "long", 1),
];

/** One command that is right or wrong as a whole. */
function check(name: string, command: () => readonly string[]): Suite {
    return {
        name,
        group: "lint",
        run: async () => {
            const [program, ...args] = command() as [string, ...string[]];
            const ended = await child(program, args);
            return ended === "exit 0"
                ? { passed: 1, skipped: 0, failures: [] }
                : failed(`${name}: ${ended}, see its lines above`);
        },
    };
}

/** All files of one kind in one process, one after the other. */
function mocha(name: string, group: Group, kind: string): Suite {
    return { name, group, run: (grep) => run(name, group, [`./!(node_modules)/**/*.${kind}.ts`], grep) };
}

/**
 * A process for each file, so that each can run alone, and `width` of them at a time: a scenario waits for programs of
 * its own most of the time. A lane without a file is a failure, as everywhere: its tests were lost, or its pattern is wrong.
 */
function mochaBeside(name: string, group: Group, kind: string, width: number): Suite {
    return {
        name,
        group,
        run: async (grep) => {
            const waiting = filesUnder(REPOSITORY).filter((path) => path.endsWith(`.${kind}.ts`));
            const outcomes: Outcome[] = waiting.length > 0 ? [] : [failed(`${name}: no test was found`)];
            const work = async (): Promise<void> => {
                for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
                    outcomes.push(await run(file, group, [`./${file}`], grep));
            };
            await Promise.all(Array.from({ length: width }, work));
            return total(outcomes);
        },
    };
}

async function run(name: string, group: Group, files: readonly string[], grep: string | undefined): Promise<Outcome> {
    const folder = mkdtempSync(join(tmpdir(), "elastic-drive-test-"));
    const output = join(folder, "findings.jsonl");
    const options = [`output=${output}`, ...(group === "unit" ? [] : ["all=yes"])];
    const args = [
        join(REPOSITORY, "node_modules/mocha/bin/mocha.js"),
        ...["--reporter", join(__dirname, "reporter.ts")],
        ...options.flatMap((option) => ["--reporter-option", option]),
        ...(grep === undefined ? [] : ["--grep", grep]),
        ...["--ignore", "node_modules/**", ...files],
    ];
    try {
        const ended = await child(process.execPath, args, () => hasEnded(output));
        return outcomeOf(readFindings(output), name, ended, grep !== undefined);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

const total = (outcomes: readonly Outcome[]): Outcome => ({
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    skipped: outcomes.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
});
/** An outcome that says why there is no other. */
export const failed = (why: string): Outcome => ({ passed: 0, skipped: 0, failures: [why] });

const hasEnded = (output: string): boolean => {
    try {
        return readFileSync(output, "utf8").includes('"kind":"end"');
    } catch {
        return false;
    }
};

/** Set by a signal to the whole run: it ends what is running, and nothing is begun any more. */
let stopped: NodeJS.Signals | undefined;

/** Runs a program to its end: `exit 0`, `exit 1`, `SIGKILL`, or why it could not be started. */
function child(program: string, args: readonly string[], isDone = (): boolean => false): Promise<string> {
    if (stopped !== undefined) return Promise.resolve(stopped);
    return new Promise((resolve) => {
        const running = spawn(program, args, { cwd: REPOSITORY, stdio: ["ignore", "inherit", "inherit"] });
        let doneSince: number | undefined;
        const watch = setInterval(() => {
            if (isDone()) doneSince ??= Date.now();
            if (doneSince !== undefined && Date.now() - doneSince > GRACE_MS) running.kill("SIGKILL");
        }, 5_000);
        const pass = (signal: NodeJS.Signals): void => {
            stopped = signal;
            running.kill(signal);
        };
        process.on("SIGTERM", pass).on("SIGINT", pass);
        const end = (how: string): void => {
            clearInterval(watch);
            process.off("SIGTERM", pass).off("SIGINT", pass);
            resolve(how);
        };
        running.once("error", (error) => end(error.message));
        running.once("close", (code, signal) => end(signal ?? `exit ${code}`));
    });
}
