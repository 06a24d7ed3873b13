import { Client, type ClientChannel, type ConnectConfig } from "ssh2";
import { DriveError } from "../../infra/model/errors";

export interface Outcome {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

export interface Login {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly privateKey: string;
    /** Base64 of the host key that must answer; without it any is taken (web servers of the lab). */
    readonly hostKey?: string;
}

/** How OpenSSH writes a host into known_hosts. */
export const knownAs = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`);

/** Emulated machines boot slowly, more so three at once. */
const BOOT_DEADLINE_MS = 8 * 60_000;
const HANDSHAKE_DEADLINE_MS = 60_000;
const RETRY_MS = 1_000;

/** One ssh connection to one machine, kept open: a handshake costs seconds of an emulated processor. */
export class Shell {
    private constructor(
        readonly login: Login,
        private readonly client: Client,
    ) {}

    /** Connects as soon as the machine answers. Throws WaitTimedOut with the last thing it saw. */
    static async open(login: Login, deadlineMs = BOOT_DEADLINE_MS): Promise<Shell> {
        const end = Date.now() + deadlineMs;
        for (;;) {
            try {
                return new Shell(login, await connect(login));
            } catch (error) {
                if (Date.now() > end) {
                    const seen = (error as Error).message;
                    throw new DriveError(
                        "WaitTimedOut",
                        `ssh to ${login.host}: still '${seen}' after ${deadlineMs / 1000} s`,
                        {
                            hint: "look at the machine's console: elastic-drive lab console <instance id>",
                            cause: error,
                        },
                    );
                }
                await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
            }
        }
    }

    /** Runs a command line in the login shell; never throws on a non-zero exit. */
    try(command: string, stdin = ""): Promise<Outcome> {
        return new Promise((resolve, reject) => {
            // All listeners at once: one packet can bring the answer and the end of the channel.
            this.client.exec(command, (error, channel) => {
                if (error) return reject(error);
                let stdout = "";
                let stderr = "";
                let exit: number | null = null;
                channel.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
                channel.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
                channel.on("error", reject);
                channel.on("exit", (code: number | null) => (exit = code));
                channel.on("close", () => resolve({ code: exit ?? 255, stdout, stderr }));
                channel.end(stdin);
            });
        });
    }

    /** Runs a command line; its stdout, trimmed. Throws with both outputs when it fails. */
    async run(command: string, stdin = ""): Promise<string> {
        const { code, stdout, stderr } = await this.try(command, stdin);
        if (code !== 0) {
            throw new DriveError(
                "RemoteFailed",
                `${this.login.host}: '${command.slice(0, 200)}' exited ${code}: ${stdout}${stderr}`,
            );
        }
        return stdout.trim();
    }

    /** A running command, for those that talk both ways. */
    channel(command: string): Promise<ClientChannel> {
        return new Promise((resolve, reject) => {
            this.client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
        });
    }

    close(): void {
        this.client.end();
    }
}

function connect(login: Login): Promise<Client> {
    const client = new Client();
    const config: ConnectConfig = {
        host: login.host,
        port: login.port,
        username: login.user,
        privateKey: login.privateKey,
        readyTimeout: HANDSHAKE_DEADLINE_MS,
        // A machine whose plug is pulled says no goodbye: a minute of silence ends the connection.
        keepaliveInterval: 10_000,
        keepaliveCountMax: 6,
        ...(login.hostKey === undefined
            ? {}
            : { hostVerifier: (key: Buffer) => key.toString("base64") === login.hostKey }),
    };
    return new Promise((resolve, reject) => {
        client.once("ready", () => resolve(client));
        // Stays for good: a client tells of one lost connection more than once; calls under way see their channel close.
        client.on("error", (error) => {
            client.destroy();
            reject(error);
        });
        // In the middle of a handshake a connection may end without an error.
        client.once("close", () => reject(new Error("it closed the connection")));
        client.connect(config);
    });
}
