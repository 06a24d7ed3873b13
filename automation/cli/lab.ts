import { spawn } from "node:child_process";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { HOME, IS_BUILT } from "../home";

/** The lab is a program of its own: automation never imports it. */
export async function runLab(args: readonly string[]): Promise<number> {
    if (IS_BUILT) {
        throw new DriveError("LabElsewhere", "the lab is part of the repository, not of the package", {
            hint: "start it from a clone; what its `lab env` prints serves this command too",
        });
    }
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...process.execArgv, join(HOME, "lab", "cli.ts"), ...args], {
            stdio: "inherit",
        });
        // ^C reaches the child by itself; this process only waits for its end.
        process.on("SIGINT", () => undefined);
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? 1));
    });
}
