import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, closeSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { DriveError } from "../../infra/model/errors";

export interface RunOptions {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Added to the error: what the operator does next. */
    readonly hint?: string;
}

/** How much of a failed command's last output an error carries. */
const TAIL_LINES = 12;

/**
 * Runs a command to its end and gives its standard output. The command ends when we do, also after kill -9.
 * A failure carries the command line, how it ended and its last lines.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
    const child = spawn("setpriv", ["--pdeathsig", "INT", command, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        ...placeOf(options),
    });
    let out = "";
    let all = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => ((out += text), (all += text)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
    await end(child, [command, ...args], options.hint, () => all);
    return out;
}

/**
 * Runs a command that must not be cut off half-way, as apt-get (dpkg would need a repair): it goes on to its end when
 * we are killed or interrupted, and writes to `log`.
 */
export async function runToTheEnd(
    log: string,
    command: string,
    args: readonly string[],
    options: RunOptions = {},
): Promise<void> {
    mkdirSync(dirname(log), { recursive: true });
    const file = openSync(log, "w");
    const child = spawn(command, args, { stdio: ["ignore", file, file], detached: true, ...placeOf(options) });
    closeSync(file);
    await end(child, [command, ...args], options.hint, () => readFileSync(log, "utf8"));
}

const placeOf = ({ cwd, env }: RunOptions): { cwd?: string; env?: NodeJS.ProcessEnv } => ({
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
});

function end(
    child: ChildProcess,
    line: readonly string[],
    hint: string | undefined,
    output: () => string,
): Promise<void> {
    return new Promise((resolve, reject) => {
        const fail = (how: string, cause?: unknown): void =>
            reject(
                new DriveError("CommandFailed", `${line.join(" ")}: ${how}${tail(output())}`, {
                    ...(hint === undefined ? {} : { hint }),
                    cause,
                }),
            );
        child.once("error", (error) => fail(error.message, error));
        child.once("close", (code, signal) => (code === 0 ? resolve() : fail(`ended with ${signal ?? code}`)));
    });
}

function tail(text: string): string {
    const lines = text.trimEnd().split("\n").slice(-TAIL_LINES);
    return text.trim() === ""
        ? " and said nothing"
        : `; its last lines:\n${lines.map((line) => `    ${line}`).join("\n")}`;
}
