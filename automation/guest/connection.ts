import type { Client, ClientCallback } from "ssh2";
import { DriveError } from "../../infra/model/errors";

export interface Target {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly privateKey: string;
    /** Public host key, one line; nothing else is accepted. */
    readonly hostKey: string;
}

export interface Outcome {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** One pinned connection; ends with `close`. */
export class Ssh {
    private ended = false;

    private constructor(private readonly client: Client) {
        client.once("close", () => (this.ended = true));
    }

    /** False once it broke, ran out of time or was closed; a server that went without a word is found by the keepalive. */
    get isOpen(): boolean {
        return !this.ended;
    }

    /** Tries once; the caller waits by name (wait.ts). */
    static async open(target: Target, timeoutMs: number): Promise<Ssh> {
        const { Client } = await import("ssh2");
        const wanted = hostKeyBytes(target.hostKey);
        const client = new Client();
        let seen: Buffer | undefined;
        return new Promise((resolve, reject) => {
            client.once("ready", () => resolve(new Ssh(client)));
            const failed = (error: Error): void => {
                client.end();
                reject(seen !== undefined && !seen.equals(wanted) ? wrongHost(target) : unreachable(target, error));
            };
            client.on("error", failed);
            // A server that goes down in the middle of the handshake ends the connection, and ssh2 tells no error.
            client.once("close", () => failed(new Error("it closed the connection")));
            client.connect({
                host: target.host,
                port: target.port,
                username: target.user,
                privateKey: target.privateKey,
                readyTimeout: timeoutMs,
                keepaliveInterval: 5_000,
                keepaliveCountMax: 6,
                algorithms: { serverHostKey: ["ssh-ed25519"] },
                hostVerifier: (key: Buffer) => {
                    seen = key;
                    return key.equals(wanted);
                },
            });
        });
    }

    /** Runs one command with its stdin; never throws on a non-zero exit, but on a broken connection. */
    run(command: string, input: string, timeoutMs: number): Promise<Outcome> {
        return new Promise((resolve, reject) => {
            const broken = (error?: Error): void => {
                clearTimeout(timer);
                this.close();
                reject(
                    new DriveError(
                        "SshBroken",
                        `the ssh connection broke while a command ran: ${error?.message ?? "closed"}`,
                        { retryable: true },
                    ),
                );
            };
            const timer = setTimeout(() => {
                this.close();
                reject(
                    new DriveError("SshTimedOut", `the server did not answer a command within ${timeoutMs / 1000} s`, {
                        retryable: true,
                    }),
                );
            }, timeoutMs);
            this.client.once("error", broken);
            const started: ClientCallback = (error, stream) => {
                if (error !== undefined && error !== null) return broken(error);
                let stdout = "";
                let stderr = "";
                let exit: number | undefined;
                stream.setEncoding("utf8").on("data", (text: string) => (stdout += text));
                stream.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
                stream.once("exit", (code: number | null) => (exit = code ?? 255));
                stream.once("close", () => {
                    this.client.off("error", broken);
                    if (exit === undefined) return broken();
                    clearTimeout(timer);
                    resolve({ code: exit, stdout, stderr });
                });
                stream.end(input);
            };
            try {
                this.client.exec(command, started);
            } catch (error) {
                broken(error as Error); // a connection that is already closed is refused at once
            }
        });
    }

    close(): void {
        this.ended = true;
        this.client.end();
    }
}

/** The key's wire form: the second word of its public line. */
export function hostKeyBytes(line: string): Buffer {
    const words = line.trim().split(/\s+/);
    return Buffer.from(words.length > 1 ? words[1]! : words[0]!, "base64");
}

function wrongHost(target: Target): DriveError {
    return new DriveError("WrongHostKey", `${target.host} answers with another host key than the drive's`, {
        hint: "something else has the drive's address: find out what, before anything is sent to it",
    });
}

function unreachable(target: Target, error: Error & { level?: string }): DriveError {
    const refused = error.level === "client-authentication";
    return new DriveError(
        refused ? "SshRefused" : "SshUnreachable",
        refused
            ? `${target.host} does not accept the operator's key`
            : `${target.host} does not answer over ssh: ${error.message}`,
        {
            hint: refused
                ? "elastic-drive pull brings the right key"
                : "is it running, does network.sshFrom contain this machine",
            retryable: !refused,
            cause: error,
        },
    );
}
