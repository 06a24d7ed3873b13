import { spawn } from "node:child_process";
import { join } from "node:path";

const PROJECT = join(__dirname, "..", "..");

/** The lab is a program of its own: automation never imports it. */
export function runLab(args: readonly string[]): Promise<number> {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...process.execArgv, join(PROJECT, "lab", "cli.ts"), ...args], {
            stdio: "inherit",
        });
        // ^C reaches the child by itself; this process only waits for its end.
        process.on("SIGINT", () => undefined);
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? 1));
    });
}
