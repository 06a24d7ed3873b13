import { spawn } from "node:child_process";
import type { Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { environmentOf, Output } from "./output";

/** Runs one command on this machine, from the program's folder or `dir`. */
export async function runLocal(
    command: string,
    inputs: Props,
    previous: Props,
    context: Context,
): Promise<{ stdout: string; stderr: string }> {
    const interpreter = (inputs["interpreter"] as string[] | undefined) ?? [];
    const [program = "", ...rest] = [...(interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"]), command];
    const environment = environmentOf(inputs, previous);
    const output = new Output(inputs["logging"], context);
    const how = await new Promise<string | undefined>((resolve) => {
        const child = spawn(program, rest, {
            cwd: inputs["dir"] as string | undefined,
            env: { ...process.env, ...Object.fromEntries([...environment.own, ...environment.previous]) },
            // A process group of its own, so that what the shell started ends with it.
            detached: true,
        });
        const kill = (): void => {
            if (child.pid !== undefined && child.exitCode === null) {
                process.kill(-child.pid, "SIGKILL");
            }
        };
        context.signal.addEventListener("abort", kill, { once: true });
        child.stdout.on("data", (bytes: Buffer) => output.take("stdout", bytes));
        child.stderr.on("data", (bytes: Buffer) => output.take("stderr", bytes));
        child.stdin.on("error", () => undefined);
        child.stdin.end((inputs["stdin"] as string | undefined) ?? "");
        child.on("error", (error) => resolve(error.message));
        child.on("close", (code, signal) => {
            context.signal.removeEventListener("abort", kill);
            resolve(code === 0 ? undefined : code === null ? `signal: ${signal}` : `exit status ${code}`);
        });
    });
    context.signal.throwIfAborted();
    return output.result(command, how);
}
