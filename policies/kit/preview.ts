import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { DriveError } from "../../infra/model/errors";
import { HOW } from "./saying-how";

/** The pack itself. */
export const PACK = path.resolve(__dirname, "..");

export interface Reported {
    readonly policy: string;
    readonly level: "advisory" | "mandatory";
    readonly urn: string;
    /** What a policy refuses has its description on a line before: the SDK puts it there. */
    readonly message: string;
    /** The way out, where something is refused. */
    readonly fix?: string;
}
export interface State {
    readonly id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly protect?: boolean;
    /** Taken out of the stack it stays where it is. */
    readonly retainOnDelete?: boolean;
}
export interface Step {
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    readonly old: State | null;
    readonly new: State | null;
    /** Properties whose change replaces the resource. */
    readonly replaces: readonly string[];
}
export interface Previewed {
    readonly exitCode: number;
    readonly reported: readonly Reported[];
    readonly remediated: readonly { readonly policy: string; readonly urn: string }[];
    readonly steps: readonly Step[];
    readonly errors: readonly string[];
    /** What the engine said to people. */
    readonly output: string;
}
export interface PreviewOptions {
    readonly cwd: string;
    readonly stack: string;
    readonly configFile?: string | undefined;
    /** Levels and settings of policies. */
    readonly packConfig?: string | undefined;
    /** `up` judges again what has become known; with `--yes`, so only where nothing real is behind the plugins. */
    readonly command?: "preview" | "up";
    /** Another pack, for comparison. */
    readonly pack?: string;
    readonly env?: Readonly<Record<string, string>>;
}

/** Previews a stack with the pack and reads what the engine reports: its own log of events, not its text for people. */
export async function preview(options: PreviewOptions): Promise<Previewed> {
    const folder = await mkdtemp(path.join(tmpdir(), "elastic-drive-preview-"));
    try {
        const log = path.join(folder, "events");
        const args = [
            ...[
                options.command ?? "preview",
                "--non-interactive",
                "--stack",
                options.stack,
                "--policy-pack",
                options.pack ?? PACK,
            ],
            ...(options.packConfig === undefined ? [] : ["--policy-pack-config", options.packConfig]),
            ...(options.configFile === undefined ? [] : ["--config-file", options.configFile]),
            ...(options.command === "up" ? ["--yes"] : []),
            ...["--event-log", log],
        ];
        const { exitCode, output } = await pulumi(args, options);
        const text = await readFile(log, "utf8").catch(() => "");
        return { exitCode, output, ...readEvents(text) };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** One run of the engine; its two streams together, as a person would see them. */
export function pulumi(
    args: readonly string[],
    { cwd, env }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<{ exitCode: number; output: string }> {
    // The flag for the log of events is shown with PULUMI_DEBUG_COMMANDS only; the automation API uses it in this way too.
    const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...env, PULUMI_DEBUG_COMMANDS: "true" };
    return new Promise((resolve, reject) => {
        const child = spawn("pulumi", [...args], { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"] });
        const chunks: Buffer[] = [];
        child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
        child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
        child.once("error", (error: NodeJS.ErrnoException) =>
            reject(
                error.code === "ENOENT"
                    ? new DriveError("EngineMissing", `pulumi cannot be started in ${cwd}: ${error.message}`, {
                          hint: "npm run setup builds it, or put Pulumi's folder on PATH",
                      })
                    : error,
            ),
        );
        child.once("close", (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
    });
}

interface Event {
    readonly policyEvent?: {
        policyName: string;
        enforcementLevel: Reported["level"];
        resourceUrn: string;
        message: string;
    };
    readonly policyRemediationEvent?: { policyName: string; resourceUrn: string };
    readonly resourcePreEvent?: { metadata: Metadata };
    readonly resOutputsEvent?: { metadata: Metadata };
    readonly diagnosticEvent?: { severity: string; message: string };
}
interface Metadata {
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    readonly old: State | null;
    readonly new: State | null;
    readonly keys?: readonly string[] | null;
}

/** The engine's events, one a line; a line that is cut off was cut with the engine and tells nothing. */
export function readEvents(text: string): Omit<Previewed, "exitCode" | "output"> {
    const reported: Reported[] = [];
    const remediated: { policy: string; urn: string }[] = [];
    const steps = new Map<string, Step>();
    const errors: string[] = [];
    for (const line of text.split("\n")) {
        const event = parse(line);
        if (event?.policyEvent) {
            const { policyName, enforcementLevel, resourceUrn, message } = event.policyEvent;
            const [text = "", fix] = message.trim().split(`\n${HOW}`);
            const said = { message: text, ...(fix !== undefined && { fix }) };
            reported.push({ policy: policyName, level: enforcementLevel, urn: resourceUrn, ...said });
        }
        if (event?.policyRemediationEvent) {
            const { policyName, resourceUrn } = event.policyRemediationEvent;
            remediated.push({ policy: policyName, urn: resourceUrn });
        }
        if (event?.diagnosticEvent?.severity === "error") errors.push(event.diagnosticEvent.message.trim());
        const metadata = event?.resourcePreEvent?.metadata ?? event?.resOutputsEvent?.metadata;
        if (metadata !== undefined) {
            const { op, urn, type, old, new: wanted, keys } = metadata;
            // A replacement is three steps on one URN, and outputs come once more.
            steps.set(`${op} ${urn}`, { op, urn, type, old, new: wanted, replaces: keys ?? [] });
        }
    }
    return { reported, remediated, steps: [...steps.values()], errors };
}

function parse(line: string): Event | undefined {
    try {
        return line === "" ? undefined : (JSON.parse(line) as Event);
    } catch {
        return undefined;
    }
}
