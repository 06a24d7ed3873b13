import "../engine/late-modules.js"; // before what it makes faster
import { CommanderError } from "commander";
import { InvalidInput } from "../../infra/model/errors";
import { outliveReaders } from "../io/pipes";
import { labCall, runLab } from "./lab";
import { program } from "./program";
import { reportFailure, UsageFault } from "./report";

/** Exit codes: 0 done, 1 failed, refused or declined, 2 usage or desired-state faults; more of a verb's own. */
async function main(argv: readonly string[]): Promise<number> {
    const interrupted = new AbortController();
    process.on("SIGINT", () => interrupted.abort());
    process.on("SIGTERM", () => interrupted.abort());
    let code = 0;
    const json = argv.includes("--json");
    try {
        const root = program({
            signal: interrupted.signal,
            json,
            exit: (chosen) => (code = chosen),
            yes: argv.includes("--yes") || argv.includes("-y"),
        });
        const lab = labCall(argv, root.options);
        if (lab !== undefined) return await runLab(lab);
        await root.parseAsync(argv, { from: "user" });
        return code;
    } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // help was shown, asked for or not
        reportFailure(error, { json, debug: argv.includes("--debug") });
        return error instanceof InvalidInput || error instanceof UsageFault ? 2 : 1;
    }
}

outliveReaders(process.stdout, process.stderr);
void main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exitCode = 1;
    },
);
