import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { run } from "../../tools/setup/run";

/** What one run of the engine took, on the wall and of the processors: its own, the program's and the plugins' time. */
export interface Spent {
    readonly seconds: number;
    readonly cpuSeconds: number;
}

/** Runs a command and waits for all that came of it: what the engine does not wait for becomes a child of a subreaper (36, prctl(2)). */
const ADD_UP = `
import ctypes, os, resource, subprocess, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
try:
    while True: os.wait()
except ChildProcessError:
    pass
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
sys.exit(code)
`;

/** A stack that is handled by plain `pulumi`. */
export class Stack {
    constructor(
        private readonly folder: string,
        private readonly env: Readonly<Record<string, string>>,
        private readonly name: string,
        private readonly settings: string,
    ) {}

    async init(config: Readonly<Record<string, unknown>>): Promise<void> {
        await mkdir(dirname(this.settings), { recursive: true });
        await this.engine("stack", "init", this.name);
        // JSON is YAML; `pulumi config set` takes no nested value.
        await appendFile(this.settings, `config: ${JSON.stringify(config)}\n`);
    }

    async secret(key: string, value: string): Promise<void> {
        await this.engine("config", "set", "--secret", "--stack", this.name, "--", key, value);
    }

    pulumi(...args: readonly string[]): Promise<string> {
        return this.engine(...args, "--stack", this.name);
    }

    /** `pulumi …`, with the processor time of all that it started: unlike the wall it hardly depends on what else the machine does. */
    async spent(...args: readonly string[]): Promise<Spent> {
        const began = performance.now();
        const cpu = await run(
            "python3",
            ["-c", ADD_UP, "pulumi", "--non-interactive", ...args, "--stack", this.name],
            this.place(),
        );
        return { seconds: (performance.now() - began) / 1_000, cpuSeconds: Number(cpu) };
    }

    private place(): { cwd: string; env: NodeJS.ProcessEnv } {
        return { cwd: this.folder, env: { ...process.env, ...this.env } };
    }

    private engine(...args: readonly string[]): Promise<string> {
        return run("pulumi", ["--non-interactive", ...args], this.place());
    }
}
