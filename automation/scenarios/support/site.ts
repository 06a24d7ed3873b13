import * as assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeAddressesCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { DriveConfig } from "../../../infra/model/config";
import { sshPort } from "../../../infra/model/ssh-port";
import { startLab } from "../../../lab/index";
import type { Status } from "../../index";
import { FakeGuest } from "./fake-guest";
import { killDriverAndEngine } from "./processes";

const PROJECT = join(__dirname, "..", "..", "..");
const BIN = join(PROJECT, "bin", "elastic-drive");

export interface Ended {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** One line of `--json`. */
export interface Said<D = { readonly code?: string }> {
    readonly code: string;
    readonly text: string;
    readonly data?: D;
}

export const events = <D>({ stdout }: Ended): Said<D>[] =>
    stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Said<D>);

/** The code of the failure, which is the last event. */
export const failureOf = (ended: Ended): string | undefined => events<{ code?: string }>(ended).at(-1)?.data?.code;

/** A checkout, a lab without machines and a fake server, for scenarios at API level; leaves nothing behind. */
export class ScenarioSite {
    private isClosing = false;
    private watching = Promise.resolve();
    /** Drivers that run: one that outlives its test would work on in nobody's interest. */
    private readonly running = new Set<number>();
    guest: FakeGuest | undefined;

    private constructor(
        readonly folder: string,
        readonly env: NodeJS.ProcessEnv,
        readonly ec2: EC2Client,
        private readonly program: string,
    ) {}

    /**
     * `make` puts what is tried into an empty folder and says which program it is; by itself, a checkout of this clone.
     * `sshPort`: the lab has it from before, as one that was started beside a program that listens on port 22.
     */
    static async open(
        make: (folder: string) => Promise<string> = makeCheckout,
        sshPort?: number,
    ): Promise<ScenarioSite> {
        const folder = mkdtempSync(join(tmpdir(), "drive-scenario-"));
        const lab = join(folder, "lab");
        if (sshPort !== undefined) {
            mkdirSync(lab);
            writeFileSync(join(lab, "ssh-port"), `${sshPort}\n`);
        }
        const base = { ...process.env, ELASTIC_DRIVE_LAB_DIR: lab, XDG_STATE_HOME: join(folder, "state") };
        // Tied to the run: a test that is killed leaves no lab behind.
        await startLab({ dir: lab, port: 0, delays: "instant", machines: false, tieToParent: true });
        const printed = await succeed(BIN, ["lab", "env", "--json"], base);
        const env: NodeJS.ProcessEnv = { ...base, ...(JSON.parse(printed.stdout) as Record<string, string>) };
        const program = await make(join(folder, "checkout"));
        const ec2 = new EC2Client({
            region: "us-east-1",
            endpoint: env["AWS_ENDPOINT_URL"]!,
            credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
        });
        return new ScenarioSite(folder, env, ec2, program);
    }

    get checkout(): string {
        return join(this.folder, "checkout");
    }

    drive(...args: string[]): Promise<Ended> {
        return run(this.program, [...args, "--cwd", this.checkout], this.env);
    }

    /** A stack of the drive `content`, with ssh answered wherever its server comes up. */
    async init(stack: string, slots: string): Promise<void> {
        const flags = "--name content --zone us-east-1a --clients 10.0.1.21 --ssh-from 127.0.0.0/8 --public-address";
        await this.succeeds(this.drive("init", "--stack", stack, "--slots", slots, ...flags.split(" ")));
        await this.answerSsh(stack);
    }

    /** The same, brought up. */
    async make(stack: string, slots: string): Promise<void> {
        await this.init(stack, slots);
        await this.succeeds(this.drive("up", "--stack", stack, "--yes"));
    }

    async status(stack: string): Promise<Status> {
        return events<Status>(await this.drive("status", "--stack", stack, "--json")).at(-1)!.data!;
    }

    /** The desired state as it stands in the configuration. */
    async configured(stack: string): Promise<DriveConfig> {
        const { stdout } = await this.pulumi("config", "get", "elastic-drive:drive", "-s", stack);
        return JSON.parse(stdout) as DriveConfig;
    }

    /** Sets one value of it, e.g. `slots.bb.sizeGiB`. */
    async set(stack: string, path: string, value: string): Promise<void> {
        await this.succeeds(this.pulumi("config", "set", "--path", `elastic-drive:drive.${path}`, value, "-s", stack));
    }

    async succeeds(work: Promise<Ended>): Promise<void> {
        const ended = await work;
        assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    }

    lab(...args: string[]): Promise<Ended> {
        return run(BIN, ["lab", ...args], this.env);
    }

    /** What EC2 has no word for: limits, the age of modifications, the calls so far. */
    async control<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> {
        const text = body === undefined ? {} : { body: JSON.stringify(body) };
        const answer = await fetch(`${this.env["AWS_ENDPOINT_URL"]}/_lab${path}`, { method, ...text });
        assert.equal(answer.status, 200, await answer.clone().text());
        return (await answer.json()) as T;
    }

    pulumi(...args: string[]): Promise<Ended> {
        return this.run("pulumi", ...args, "--non-interactive");
    }

    /** Any program in the checkout. */
    run(program: string, ...args: string[]): Promise<Ended> {
        return run(program, args, this.env, this.checkout);
    }

    /** Starts a command without waiting for it; `pid` may be killed. */
    start(...args: string[]): { readonly pid: number; readonly ended: Promise<void> } {
        const child = spawn(this.program, [...args, "--cwd", this.checkout], {
            env: this.env,
            stdio: "ignore",
            detached: true,
        });
        const pid = child.pid!;
        this.running.add(pid);
        child.once("close", () => this.running.delete(pid));
        return { pid, ended: new Promise((resolve) => child.once("close", () => resolve())) };
    }

    /** Answers ssh at whatever public address the lab gives the drive. */
    private async answerSsh(stack: string): Promise<void> {
        const { stdout } = await this.pulumi("config", "get", "elastic-drive:hostKey", "-s", stack);
        const guest = new FakeGuest(stdout);
        this.guest = guest;
        const port = sshPort(this.env);
        const look = async (): Promise<void> => {
            const { Addresses = [] } = await this.ec2.send(new DescribeAddressesCommand({}));
            for (const { PublicIp } of Addresses) if (PublicIp !== undefined) await guest.listen(PublicIp, port);
        };
        const watch = async (): Promise<void> => {
            while (!this.isClosing) {
                await look().catch(() => undefined); // a fault that the scenario ordered: the next look answers
                await sleep(500);
            }
        };
        this.watching = watch();
    }

    async close(): Promise<void> {
        this.isClosing = true;
        this.running.forEach(killDriverAndEngine);
        await this.watching; // a look that ends later would open a door that nobody closes
        await this.guest?.close();
        await run(BIN, ["lab", "stop", "--now", "--wipe"], this.env);
        this.ec2.destroy();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Folders by link, settings of its own. */
function makeCheckout(folder: string): Promise<string> {
    mkdirSync(join(folder, "stacks"), { recursive: true });
    for (const file of ["Pulumi.yaml", "package.json", "tsconfig.json"])
        cpSync(join(PROJECT, file), join(folder, file));
    for (const part of ["infra", "automation", "policies", "node_modules"])
        symlinkSync(join(PROJECT, part), join(folder, part));
    return Promise.resolve(BIN);
}

async function succeed(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
    const ended = await run(program, args, env);
    if (ended.code !== 0)
        throw new Error(`${program} ${args.join(" ")} exited ${ended.code}: ${ended.stderr}${ended.stdout}`);
    return ended;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<Ended> {
    return new Promise((resolve) => {
        execFile(program, [...args], { env, cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
            resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 255, stdout, stderr });
        });
    });
}
