/** `elastic-drive lab …`: an EC2 on one's own machine. */
import { CommanderError } from "commander";
import { DriveError } from "../infra/model/errors";
import { labProgram } from "./cli/program";

/** In the same words as the drive's own commands. */
function explain(error: unknown): string {
    const code = error instanceof DriveError ? error.code : "Unexpected";
    const hint = error instanceof DriveError ? error.details.hint : "--debug shows where; the lab's log may say more";
    const message = error instanceof Error ? error.message : String(error);
    return `error: ${message} (${code})${hint === undefined ? "" : `\n  next: ${hint}`}`;
}

const usage = ({ message }: CommanderError): DriveError =>
    new DriveError("Usage", message.replace(/^error: /, "").replaceAll("\n", "; "), {
        hint: "elastic-drive lab --help",
    });

async function main(): Promise<void> {
    try {
        await labProgram().parseAsync(process.argv);
    } catch (error) {
        if (error instanceof CommanderError) {
            const isHelp = error.exitCode === 0 || error.code === "commander.help";
            if (!isHelp) {
                process.stderr.write(`${explain(usage(error))}\n`);
            }
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
