import { execFile } from "node:child_process";
import { DriveError } from "../../infra/model/errors";

/** Runs a helper program to its end; a failure carries the command line, the exit code and what it said. */
export function run(program: string, args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
        execFile(program, [...args], { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
            if (!error) return resolve(stdout);
            const missing = error.code === "ENOENT";
            const said = stderr.trim().slice(-500);
            reject(
                new DriveError(
                    missing ? "ProgramMissing" : "ProgramFailed",
                    missing
                        ? `'${program}' is not installed`
                        : `'${[program, ...args].join(" ")}' ended with ${String(error.code ?? error.signal)}: ${said}`,
                    {
                        hint: missing
                            ? "run npm run demo once, it installs what the lab needs"
                            : "see what it said above",
                        cause: error,
                    },
                ),
            );
        });
    });
}
