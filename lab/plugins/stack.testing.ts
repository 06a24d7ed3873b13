import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Deep imports: the whole of @pulumi/aws takes seconds to load. */
const PROGRAM = `
const { Provider } = require("@pulumi/aws/provider");
const types = {
    volume: require("@pulumi/aws/ebs/volume").Volume,
    attachment: require("@pulumi/aws/ec2/volumeAttachment").VolumeAttachment,
    server: require("@pulumi/aws/ec2/instance").Instance,
    remote: require("@pulumi/command/remote").Command,
    other: class extends require("@pulumi/pulumi").CustomResource {
        constructor(name, { type, ...args }, options) { super(type, name, args, options); }
    },
};
const pulumi = require("@pulumi/pulumi");
const made = {};
// "$name.output" is another resource's output; "!text" is a secret.
const value = (given) => {
    if (Array.isArray(given)) return given.map(value);
    if (typeof given === "object" && given !== null) {
        return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, value(item)]));
    }
    const reference = /^\\$(\\w+)\\.(\\w+)$/.exec(given);
    if (reference !== null) return made[reference[1]][reference[2]];
    return typeof given === "string" && given.startsWith("!") ? pulumi.secret(given.slice(1)) : given;
};
for (const [name, { kind, options = {}, ...args }] of Object.entries(JSON.parse(process.env.WANTED))) {
    made[name] = new types[kind](name, value(args), options);
    if (made[name].stdout !== undefined) exports[name] = made[name].stdout;
}
`;

export interface Wanted {
    readonly kind: "volume" | "attachment" | "server" | "remote" | "other";
    readonly options?: object;
    readonly [argument: string]: unknown;
}

export interface Run {
    readonly code: number;
    readonly output: string;
}

export interface StateResource {
    readonly type: string;
    readonly id?: string;
    readonly urn: string;
    readonly inputs: Record<string, unknown>;
    readonly outputs: Record<string, unknown>;
}

const PLUGINS = join(__dirname, "bin");
const MODULES = join(__dirname, "..", "..", "node_modules");

/** A Pulumi project in a folder of its own, run by the real engine with the stand-ins on PATH. */
export class Stack {
    private readonly folder = mkdtempSync(join(tmpdir(), "elastic-drive-plugins-"));
    readonly environment: NodeJS.ProcessEnv;

    constructor(endpoint: string) {
        const project = { name: "plugins", runtime: { name: "nodejs", options: { typescript: false } } };
        writeFileSync(join(this.folder, "Pulumi.yaml"), JSON.stringify(project));
        writeFileSync(join(this.folder, "package.json"), JSON.stringify({ name: "plugins", main: "index.js" }));
        writeFileSync(join(this.folder, "index.js"), PROGRAM);
        symlinkSync(MODULES, join(this.folder, "node_modules"));
        this.environment = {
            ...process.env,
            PATH: [join(PLUGINS, "aws"), join(PLUGINS, "command"), process.env["PATH"] ?? ""].join(delimiter),
            PULUMI_HOME: join(this.folder, "home"),
            PULUMI_BACKEND_URL: `file://${this.folder}`,
            PULUMI_CONFIG_PASSPHRASE: "only here",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            AWS_ENDPOINT_URL: endpoint,
            AWS_ACCESS_KEY_ID: "lab",
            AWS_SECRET_ACCESS_KEY: "lab",
            AWS_REGION: "us-east-1",
        };
    }

    run(args: readonly string[], wanted: Record<string, Wanted> = {}): Promise<Run> {
        const env = { ...this.environment, WANTED: JSON.stringify(wanted) };
        const options = { cwd: this.folder, env, maxBuffer: 64 * 1024 * 1024 };
        return new Promise((resolve) => {
            execFile("pulumi", ["--non-interactive", "--color=never", ...args], options, (error, stdout, stderr) => {
                const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
                resolve({ code, output: `${stdout}${stderr}` });
            });
        });
    }

    async init(): Promise<void> {
        const { code, output } = await this.run(["stack", "init", "test"]);
        if (code !== 0) {
            throw new Error(`pulumi stack init failed: ${output}`);
        }
    }

    /** What changed, e.g. `{ create: 2, same: 1 }`, next to all that was printed; `up` must succeed. */
    async up(wanted: Record<string, Wanted>, ...flags: string[]): Promise<string> {
        const { code, output } = await this.run(["up", "--yes", "--skip-preview", "--diff", ...flags], wanted);
        if (code !== 0) {
            throw new Error(`pulumi up failed: ${output}`);
        }
        return output;
    }

    async state(): Promise<StateResource[]> {
        const { output } = await this.run(["stack", "export"]);
        const parsed = JSON.parse(output) as { deployment: { resources?: StateResource[] } };
        return (parsed.deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
    }

    /** Left running, to be killed. */
    start(args: readonly string[], wanted: Record<string, Wanted>): ChildProcess {
        const env = { ...this.environment, WANTED: JSON.stringify(wanted) };
        return spawn("pulumi", ["--non-interactive", ...args], { cwd: this.folder, env, stdio: "ignore" });
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}
