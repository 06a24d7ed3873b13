import { appendFileSync, writeFileSync } from "node:fs";
import type { MochaOptions, Runner, Test } from "mocha";
import type { Finding } from "./findings";

interface Options {
    /** Where each finding is appended as one line of JSON. */
    readonly output: string;
    /** Also says each test that passed; failures are said always. */
    readonly all?: string;
}

/** A process that is still there so long after its last test says what holds it. */
const LINGER_MS = 30_000;

/**
 * Mocha's reporter of `npm test`: every test's end goes to a file at once, so that a suite that dies later still
 * counts for what it did, and to the terminal.
 */
class FindingsReporter {
    constructor(runner: Runner, options: MochaOptions) {
        const { output, all } = options.reporterOptions as Options;
        writeFileSync(output, "");
        const add = (finding: Finding): void => appendFileSync(output, `${JSON.stringify(finding)}\n`);
        const say = (mark: string, test: Test, rest = ""): void =>
            void process.stdout.write(
                `  ${mark} ${test.fullTitle()} (${((test.duration ?? 0) / 1000).toFixed(1)} s)${rest}\n`,
            );
        runner.on("pass", (test) => {
            add({ kind: "passed", title: test.fullTitle() });
            if (all !== undefined) say("✔", test);
        });
        // Also a hook that fails: mocha hands it over as if it were a test.
        runner.on("fail", (test, error: Error) => {
            const text = error.stack ?? error.message;
            add({ kind: "failed", title: test.fullTitle(), error: text });
            say("✘", test, `\n${text.replace(/^/gm, "      ")}`);
        });
        runner.on("pending", (test) => {
            add({ kind: "skipped", title: test.fullTitle() });
            say("-", test);
        });
        runner.on("end", () => {
            add({ kind: "end", title: "" });
            const held = (): string => [...new Set(process.getActiveResourcesInfo())].join(", ");
            setTimeout(() => process.stdout.write(`  … does not end; held open by ${held()}\n`), LINGER_MS).unref();
        });
    }
}

export = FindingsReporter;
