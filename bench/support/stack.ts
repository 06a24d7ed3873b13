import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { run } from "../../tools/setup/run";

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

    private engine(...args: readonly string[]): Promise<string> {
        return run("pulumi", ["--non-interactive", ...args], {
            cwd: this.folder,
            env: { ...process.env, ...this.env },
        });
    }
}
