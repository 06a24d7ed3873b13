import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { DriveError } from "../../infra/model/errors";

const run = promisify(execFile);

/** moto without an extra brings what EC2, STS, IAM and Route 53 need; flask is its server. */
const REQUIREMENTS = ["moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];
const PIP_LIMIT = 10 * 60_000;

const home = (cacheDir: string): string =>
    join(cacheDir, "moto", createHash("sha256").update(REQUIREMENTS.join(" ")).digest("hex").slice(0, 12));

/** Makes the Python environment of moto under the cache once; returns its folder. An interrupted attempt leaves nothing that is used. */
export async function ensureMoto(cacheDir: string, say: (line: string) => void): Promise<string> {
    const folder = home(cacheDir);
    if (existsSync(folder)) {
        return folder;
    }
    const partial = `${folder}.partial-${process.pid}`;
    await mkdir(join(cacheDir, "moto"), { recursive: true });
    await rm(partial, { recursive: true, force: true });
    try {
        say(`installing ${REQUIREMENTS[0]} from PyPI`);
        await run("python3", ["-m", "venv", partial], { timeout: PIP_LIMIT });
        const pip = ["-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", ...REQUIREMENTS];
        await run(join(partial, "bin", "python"), pip, { timeout: PIP_LIMIT });
        await rename(partial, folder);
    } catch (cause) {
        await rm(partial, { recursive: true, force: true });
        if (existsSync(folder)) {
            return folder; // Another process was quicker.
        }
        const seen = (cause as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? (cause as Error).message;
        throw new DriveError("MotoNotInstalled", `${REQUIREMENTS.join(", ")} could not be installed: ${seen}`, {
            hint: "python3 with its venv module (package python3-venv) and PyPI are needed; then run the same command again",
            cause,
        });
    }
    return folder;
}

export interface Reply {
    readonly status: number;
    readonly contentType: string;
    readonly body: Buffer;
}

/** The static part of AWS: started when first asked, dies with this process. */
export class Moto {
    private started: Promise<number> | undefined;
    private child: ChildProcess | undefined;

    constructor(
        private readonly cacheDir: string,
        private readonly log: (line: string) => void,
    ) {}

    async forward(method: string, path: string, headers: IncomingHttpHeaders, body: string): Promise<Reply> {
        this.started ??= this.start();
        let port: number;
        try {
            port = await this.started;
        } catch (error) {
            this.started = undefined;
            throw error;
        }
        return send(port, method, path, headers, body);
    }

    close(): void {
        this.child?.kill("SIGKILL");
    }

    private async start(): Promise<number> {
        const folder = await ensureMoto(this.cacheDir, this.log);
        const python = join(folder, "bin", "python");
        const args = ["--pdeathsig", "KILL", "--", python, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"];
        const env = { PATH: process.env.PATH ?? "", MOTO_EC2_LOAD_DEFAULT_AMIS: "false", PYTHONUNBUFFERED: "1" };
        const child = spawn("setpriv", args, { env, stdio: ["ignore", "ignore", "pipe"] });
        this.child = child;
        this.log(`moto starts as process ${child.pid}`);
        return new Promise((resolve, reject) => {
            let said = "";
            child.stderr.on("data", (chunk: Buffer) => {
                if (said.length > 10_000) {
                    return;
                }
                said += chunk.toString();
                const port = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
                if (port !== undefined) {
                    resolve(Number(port));
                }
            });
            const failed = (seen: string): void => {
                this.started = undefined;
                reject(new DriveError("MotoNotRunning", `moto ended before it answered: ${seen}`, { retryable: true }));
            };
            child.on("error", (error) => failed(error.message));
            child.on("exit", (code, signal) => failed(`exit ${code ?? signal ?? "?"}, ${said.slice(-300)}`));
        });
    }
}

function send(port: number, method: string, path: string, headers: IncomingHttpHeaders, body: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
        const length = { "content-length": String(Buffer.byteLength(body)) };
        const asked = request(
            { host: "127.0.0.1", port, method, path, headers: { ...headers, ...length } },
            (answer) => {
                const chunks: Buffer[] = [];
                answer.on("data", (chunk: Buffer) => chunks.push(chunk));
                answer.on("end", () =>
                    resolve({
                        status: answer.statusCode ?? 502,
                        contentType: answer.headers["content-type"] ?? "text/xml",
                        body: Buffer.concat(chunks),
                    }),
                );
                answer.on("error", reject);
            },
        );
        asked.on("error", reject);
        asked.end(body);
    });
}
