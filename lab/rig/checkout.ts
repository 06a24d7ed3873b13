import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { DriveError } from "../../infra/model/errors";
import type { Outcome } from "./shell";

const PROJECT = join(__dirname, "..", "..");

/** A checkout of the project of its own, so that a story never touches the developer's stacks. */
export class Checkout {
    private constructor(
        readonly folder: string,
        readonly env: Readonly<Record<string, string>>,
    ) {}

    static async make(folder: string, env: Readonly<Record<string, string>>): Promise<Checkout> {
        const listed = await execute("git", ["ls-files", "-co", "--exclude-standard"], { cwd: PROJECT, env: {} });
        for (const file of listed.stdout.split("\n").filter((name) => name !== "")) {
            await mkdir(dirname(join(folder, file)), { recursive: true });
            await cp(join(PROJECT, file), join(folder, file)).catch((error: NodeJS.ErrnoException) => {
                if (error.code !== "ENOENT") throw error; // deleted in the work tree, not yet in git
            });
        }
        await symlink(join(PROJECT, "node_modules"), join(folder, "node_modules"));
        return new Checkout(folder, env);
    }

    /** Runs a program in the checkout with the lab's environment; never throws on a non-zero exit. */
    try(program: string, args: readonly string[], onLine?: (line: string) => void): Promise<Outcome> {
        return execute(program, args, { cwd: this.folder, env: this.env, ...(onLine === undefined ? {} : { onLine }) });
    }

    async run(program: string, args: readonly string[], onLine?: (line: string) => void): Promise<string> {
        const outcome = await this.try(program, args, onLine);
        if (outcome.code !== 0) {
            throw new DriveError(
                "CommandFailed",
                `${program} ${args.join(" ")} exited ${outcome.code}:\n${outcome.stdout}${outcome.stderr}`,
            );
        }
        return outcome.stdout;
    }

    elasticDrive(...args: string[]): Promise<string> {
        return this.run(join(this.folder, "bin", "elastic-drive"), args);
    }
    tryElasticDrive(...args: string[]): Promise<Outcome> {
        return this.try(join(this.folder, "bin", "elastic-drive"), args);
    }
    /** Runs beside whoever started it, to be killed. */
    startElasticDrive(...args: string[]): ChildProcess {
        const env = { ...process.env, ...this.env };
        return spawn(join(this.folder, "bin", "elastic-drive"), args, { cwd: this.folder, env, stdio: "ignore" });
    }
    pulumi(...args: string[]): Promise<string> {
        return this.run("pulumi", [...args, "--non-interactive"]);
    }
    tryPulumi(...args: string[]): Promise<Outcome> {
        return this.try("pulumi", [...args, "--non-interactive"]);
    }

    async remove(): Promise<void> {
        await rm(this.folder, { recursive: true, force: true });
    }
}

interface Execution {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly onLine?: (line: string) => void;
}

function execute(program: string, args: readonly string[], { cwd, env, onLine }: Execution): Promise<Outcome> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
        let stdout = "";
        let stderr = "";
        child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
        // A line may come in several pieces.
        if (onLine) createInterface({ input: child.stdout }).on("line", (line) => line.trim() !== "" && onLine(line));
        child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
        child.once("error", reject);
        child.once("close", (code) => resolve({ code: code ?? 255, stdout, stderr }));
    });
}
