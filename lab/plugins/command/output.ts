import { StringDecoder } from "node:string_decoder";
import type { Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";

/** Collects what a command writes, and shows it line by line as far as `logging` allows. */
export class Output {
    private readonly parts = { stdout: "", stderr: "", both: "" };
    private readonly lines = { stdout: "", stderr: "" };
    private readonly decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };

    constructor(
        private readonly logging: unknown,
        private readonly context: Context,
    ) {}

    take(stream: "stdout" | "stderr", bytes: Buffer): void {
        const text = this.decoders[stream].write(bytes);
        this.parts[stream] += text;
        this.parts.both += text;
        if (this.logging === undefined || this.logging === "stdoutAndStderr" || this.logging === stream) {
            const lines = (this.lines[stream] + text).split("\n");
            this.lines[stream] = lines.pop() ?? "";
            for (const line of lines) {
                this.context.status(line);
            }
        }
    }

    /** `how` is undefined for success. */
    result(command: string, how: string | undefined): { stdout: string; stderr: string } {
        if (how !== undefined) {
            throw new Error(`${how}: running ${JSON.stringify(command)}:\n${this.parts.both}`);
        }
        const end = (text: string): string => (text.endsWith("\n") ? text.slice(0, -1) : text);
        return { stdout: end(this.parts.stdout), stderr: end(this.parts.stderr) };
    }
}

/** Environment of a run: the resource's own and, unless told otherwise, the previous run's output. */
export function environmentOf(
    inputs: Props,
    previous: Props,
): { own: [string, string][]; previous: [string, string][] } {
    const own = Object.entries((inputs["environment"] ?? {}) as Record<string, string>);
    if (inputs["addPreviousOutputInEnv"] === false) {
        return { own, previous: [] };
    }
    const outputs: [string, unknown][] = [
        ["PULUMI_COMMAND_STDOUT", previous["stdout"]],
        ["PULUMI_COMMAND_STDERR", previous["stderr"]],
    ];
    return {
        own,
        previous: outputs.filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== ""),
    };
}
