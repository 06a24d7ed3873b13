/** `elastic-drive lab …`: an EC2 on one's own machine. */
import { CommanderError } from "commander";
import { DriveError } from "../infra/model/errors";
import { labProgram } from "./cli/program";

function explain(error: unknown): string {
    if (error instanceof DriveError) {
        const hint = error.details.hint === undefined ? "" : `\n  ${error.details.hint}`;
        return `${error.code}: ${error.message}${hint}`;
    }
    return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<void> {
    try {
        await labProgram().parseAsync(process.argv);
    } catch (error) {
        if (error instanceof CommanderError) {
            // Commander has said what it has to say; help is no fault.
            process.exitCode = error.exitCode === 0 ? 0 : 2;
            return;
        }
        process.stderr.write(`${explain(error)}\n`);
        if (process.argv.includes("--debug") && error instanceof Error) {
            process.stderr.write(`${error.stack ?? ""}\n`);
        }
        process.exitCode = error instanceof DriveError && error.code === "InvalidFault" ? 2 : 1;
    }
}

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
});
void main();
