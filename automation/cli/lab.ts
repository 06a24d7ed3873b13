import { spawn } from "node:child_process";
import { join } from "node:path";

const PROJECT = join(__dirname, "..", "..");

/** The lab is a program of its own: automation never imports it. */
export function runLab(args: readonly string[]): Promise<number> {
    return new Promise((resolve, reject) => {
        const script = join(PROJECT, "lab", "cli.ts");
        const child = spawn(
            process.execPath,
            ["-r", require.resolve("ts-node/register/transpile-only"), script, ...args],
            {
                stdio: "inherit",
                env: { ...process.env, TS_NODE_PROJECT: join(PROJECT, "tsconfig.json") },
            },
        );
        // ^C reaches the child by itself; this process only waits for its end.
        process.on("SIGINT", () => undefined);
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? 1));
    });
}
