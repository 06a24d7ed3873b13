import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../setup/key";
import { outcomeOf, readFindings, type Outcome } from "./findings";
import { filesUnder, shellScripts } from "./tree";

export type Group = "lint" | "unit" | "scenarios" | "stories" | "long";

/** A process of its own, run to its end. */
export type Task = () => Promise<Outcome>;

export interface Suite {
    readonly name: string;
    readonly group: Group;
    /** Its tasks run beside those of the suites next to it that say the same. */
    readonly beside: boolean;
    tasks(grep: string | undefined): readonly Task[];
}

/** A process that says nothing more after its last test for so long holds something open: it is ended and counts as failed. */
const GRACE_MS = 90_000;

const NICE = 10;

/** In the title of a scenario, or of a group of them: `npm run stories:long` runs it, and `npm test` does not. */
const LONG = "@long";

/** Begun first, so that no long one is left when the others have ended. */
const LONGEST = ["moving", "killed", "destroying", "account", "copying", "growth"].map(
    (name) => `automation/scenarios/${name}.scenario.ts`,
);

const bin = (name: string): string => join(REPOSITORY, "node_modules/.bin", name);

/** What the compiler knows from last time: a second check takes seconds. */
const TYPES_CACHE = join(REPOSITORY, "node_modules/.cache/elastic-drive/types.tsbuildinfo");

/** Folders with TypeScript: who imports whom in them is judged. */
export const CODE = ["infra", "automation", "policies", "lab", "tools", "bench", "docs/examples"];

export const SUITES: readonly Suite[] = [
    check("types", () => [bin("tsc"), "-p", ".", "--noEmit", "--incremental", "--tsBuildInfoFile", TYPES_CACHE]),
    check("eslint", () => [bin("eslint"), "--max-warnings", "0", "."]),
    check("imports", () => [
        bin("depcruise"),
        "--config",
        "tools/lint/imports.mjs",
        "--output-type",
        "err-long",
        ...CODE,
    ]),
    check("prettier", () => [bin("prettier"), "--check", "--log-level", "warn", "."]),
    check("shellcheck", () => ["shellcheck", ...shellScripts(REPOSITORY)]),
    mocha("unit", "unit", "spec", false),
    // One process for all: they share one lab. It waits for emulated machines most of the time, so the scenarios run beside it.
    mocha("stories", "stories", "story", true),
    mochaEach("scenarios", "scenarios", true, (path) => path.endsWith(".scenario.ts"), `^(?!.*${LONG})`),
    // One at a time: a story has a lab of its own, and two labs would have six machines.
    mochaEach("long stories", "long", false, (path) => path.endsWith(".long.ts"), "^"),
    mochaEach("long scenarios", "long", true, hasLong, `^(?=.*${LONG})`),
];

function hasLong(path: string): boolean {
    return path.endsWith(".scenario.ts") && readFileSync(join(REPOSITORY, path), "utf8").includes(LONG);
}

/** One command that is right or wrong as a whole. */
function check(name: string, command: () => readonly string[]): Suite {
    const task = async (): Promise<Outcome> => {
        const [program, ...args] = command() as [string, ...string[]];
        const ended = await child(program, args);
        return ended === "exit 0"
            ? { passed: 1, skipped: 0, failures: [] }
            : failed(`${name}: ${ended}, see its lines above`);
    };
    return { name, group: "lint", beside: false, tasks: () => [task] };
}

/** All files of one kind in one process, one after the other. */
function mocha(name: string, group: Group, kind: string, beside: boolean): Suite {
    const files = [`./!(node_modules)/**/*.${kind}.ts`];
    return { name, group, beside, tasks: (grep) => [() => run(name, group, files, grep, grep !== undefined)] };
}

/**
 * A process for each file, so that each can run alone. A lane without a file is a failure, as everywhere: its tests were lost, or its
 * pattern is wrong. `titles`: the tests that are meant, before what `--grep` asks for.
 */
function mochaEach(
    name: string,
    group: Group,
    beside: boolean,
    isMeant: (path: string) => boolean,
    titles: string,
): Suite {
    const place = (path: string): number => (LONGEST.includes(path) ? LONGEST.indexOf(path) : LONGEST.length);
    return {
        name,
        group,
        beside,
        tasks: (grep) => {
            const files = filesUnder(REPOSITORY)
                .filter(isMeant)
                .sort((one, other) => place(one) - place(other));
            if (files.length === 0) return [async () => failed(`${name}: no test was found`)];
            const title = grep === undefined ? titles : `${titles}(?=.*(?:${grep}))`;
            return files.map((file) => () => run(file, group, [`./${file}`], title, grep !== undefined));
        },
    };
}

async function run(
    name: string,
    group: Group,
    files: readonly string[],
    grep: string | undefined,
    mayBeEmpty: boolean,
): Promise<Outcome> {
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
        const ended = await child(process.execPath, args, {
            isDone: () => hasEnded(output),
            yields: group === "scenarios",
        });
        return outcomeOf(readFindings(output), name, ended, mayBeEmpty);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

export const total = (outcomes: readonly Outcome[]): Outcome => ({
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

interface Running {
    readonly isDone?: () => boolean;
    /** The stories come first: they are one row, and the scenarios fill what processor time they leave. */
    readonly yields?: boolean;
}

/** Runs a program to its end: `exit 0`, `exit 1`, `SIGKILL`, or why it could not be started. */
function child(
    program: string,
    args: readonly string[],
    { isDone = () => false, yields = false }: Running = {},
): Promise<string> {
    if (stopped !== undefined) return Promise.resolve(stopped);
    return new Promise((resolve) => {
        const running = spawn(program, args, { cwd: REPOSITORY, stdio: ["ignore", "inherit", "inherit"] });
        if (yields && running.pid !== undefined) setPriority(running.pid, NICE);
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
