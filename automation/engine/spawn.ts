import { spawn } from "node:child_process";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";

export interface Run {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    /** Given on stdin: secrets never go by the command line, which everyone on the machine can read. */
    readonly input?: string;
    readonly onOutput?: ((text: string) => void) | undefined;
    readonly onError?: ((text: string) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
}

/** The engine ended with another code than 0. What it means is told by `translate`. */
export class EngineFailure extends Error {
    constructor(
        readonly args: readonly string[],
        readonly code: number,
        readonly stdout: string,
        readonly stderr: string,
    ) {
        super(`pulumi ${args.slice(0, 2).join(" ")} exited ${code}: ${(stderr.trim() || stdout.trim()).slice(-2000)}`);
        this.name = "EngineFailure";
    }
}

const TETHER = join(__dirname, "tether.sh");

/** Runs the engine under the tether: it and its plugins end when this process does, however that comes. */
export function runEngine(
    args: readonly string[],
    run: Run,
): Promise<{ stdout: string; stderr: string; code: number }> {
    return new Promise((resolve, reject) => {
        const child = spawn("/bin/sh", [TETHER, "pulumi", ...args], {
            cwd: run.cwd,
            env: run.env,
            detached: true, // a session of its own, so that ^C reaches the driver alone, which then ends the engine in order
            stdio: ["pipe", "pipe", "pipe", "pipe"],
        });
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            stdout += text;
            run.onOutput?.(text);
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            stderr += text;
            run.onError?.(text);
        });
        const leash = child.stdio[3] as NodeJS.WritableStream & { destroy(): void };
        leash.on("error", () => undefined); // the other end is gone: "close" below tells all there is to tell
        child.stdin.on("error", () => undefined);
        child.stdin.end(run.input ?? "");
        const letGo = (): void => leash.destroy();
        run.signal?.addEventListener("abort", letGo, { once: true });
        if (run.signal?.aborted === true) letGo();
        child.once("error", (error) =>
            reject(new DriveError("EngineNotStarted", `cannot start the engine: ${error.message}`, { cause: error })),
        );
        child.once("close", (code) => {
            run.signal?.removeEventListener("abort", letGo);
            leash.destroy();
            if (code === 0) resolve({ stdout, stderr, code });
            else reject(new EngineFailure(args, code ?? -1, stdout, stderr));
        });
    });
}

/** The progress lines on stdout repeat every diagnostic, so they count only when nothing else says why. */
export function errorText(error: unknown, all = true): string {
    if (error instanceof EngineFailure) return all ? `${error.stderr}\n${error.stdout}` : error.stderr;
    return error instanceof Error ? error.message : String(error);
}
