import type { Option } from "commander";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { HOME, IS_BUILT } from "../engine/package-root";

/**
 * What the lab is called with; undefined: it is not. Options of every command that stand before it say nothing to the lab, but for
 * those that it has too.
 */
export function labCall(argv: readonly string[], options: readonly Option[]): string[] | undefined {
    const before: string[] = [];
    let at = 0;
    for (; argv[at]?.startsWith("-") === true; at += 1) {
        const option = options.find(({ short, long }) => argv[at] === short || argv[at] === long);
        const inOne = options.some(({ long, required }) => required && argv[at]!.startsWith(`${long}=`));
        if (option === undefined && !inOne) return undefined;
        if (option?.required === true) at += 1;
        else if (option?.long === "--debug" || option?.long === "--json") before.push(option.long);
    }
    if (argv[at] === "help" && argv[at + 1] === "lab") return [...argv.slice(at + 2), "--help"];
    if (argv[at] !== "lab") return undefined;
    const verb = at + (argv[at + 1] === "fault" ? 3 : 2);
    return [...argv.slice(at + 1, verb), ...before, ...argv.slice(verb)];
}

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
