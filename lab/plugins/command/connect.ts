import { createHash, timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, ClientChannel, ConnectConfig } from "ssh2";
import type * as Ssh2 from "ssh2";
import { type Context, messageOf } from "../protocol/plugin";

export interface Endpoint {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password?: string;
    readonly privateKey?: string;
    readonly privateKeyPassword?: string;
    readonly hostKey?: string;
    readonly agentSocketPath?: string;
    /** -1 = no limit. */
    readonly dialErrorLimit: number;
    /** Seconds; 0 = no limit. */
    readonly perDialTimeout: number;
}
export interface Connection extends Endpoint {
    readonly proxy?: Endpoint;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- 90 ms that an update without a command is spared
const ssh2 = (): typeof Ssh2 => require("ssh2") as typeof Ssh2;

/** The key's own bytes: of `ssh-ed25519 AAAA… comment`, or of a known_hosts line (`host type key`). */
function keyBytes(line: string): Buffer {
    const words = line.trim().split(/\s+/);
    const encoded = words.find((word) => word.startsWith("AAAA"));
    if (encoded === undefined) {
        throw new Error(`hostKey is not a public key in authorized_keys format: '${line.trim().slice(0, 40)}'`);
    }
    return Buffer.from(encoded, "base64");
}

const fingerprint = (key: Buffer): string =>
    `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

function configOf(endpoint: Endpoint, refused: (message: string) => void, sock?: ClientChannel): ConnectConfig {
    const expected = endpoint.hostKey === undefined ? undefined : keyBytes(endpoint.hostKey);
    const agent = endpoint.agentSocketPath ?? process.env["SSH_AUTH_SOCK"];
    return {
        host: endpoint.host,
        port: endpoint.port,
        username: endpoint.user,
        ...(endpoint.password === undefined ? {} : { password: endpoint.password, tryKeyboard: true }),
        ...(endpoint.privateKey === undefined ? {} : { privateKey: endpoint.privateKey }),
        ...(endpoint.privateKeyPassword === undefined ? {} : { passphrase: endpoint.privateKeyPassword }),
        ...(agent === undefined || agent === "" ? {} : { agent }),
        ...(sock === undefined ? {} : { sock }),
        readyTimeout: endpoint.perDialTimeout * 1000,
        // As long as the real plugin's connections live without an answer (Go's TCP keep-alive: 9 probes, 15 s apart).
        keepaliveInterval: 15_000,
        keepaliveCountMax: 9,
        // Without hostKey any key is taken, as the real plugin does. With it the server must offer that type of key.
        ...(expected === undefined ? {} : { algorithms: { serverHostKey: hostKeyAlgorithms(expected) } }),
        hostVerifier: (key: Buffer): boolean => {
            const right = expected === undefined || (key.length === expected.length && timingSafeEqual(key, expected));
            if (!right) {
                refused(
                    `ssh: host key mismatch: the server has ${fingerprint(key)}, expected ${fingerprint(expected)}`,
                );
            }
            return right;
        },
    };
}

function hostKeyAlgorithms(key: Buffer): NonNullable<NonNullable<ConnectConfig["algorithms"]>["serverHostKey"]> {
    const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
    // One RSA key signs by several algorithms.
    const names = type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];
    return names as ReturnType<typeof hostKeyAlgorithms> & string[];
}

function dialOnce(endpoint: Endpoint, context: Context, sock?: ClientChannel): Promise<Client> {
    return new Promise((resolve, reject) => {
        const client = new (ssh2().Client)();
        let why: string | undefined;
        const abort = (): void => {
            client.destroy();
            reject(context.signal.reason as Error);
        };
        const fail = (error: Error): void => {
            context.signal.removeEventListener("abort", abort);
            client.destroy();
            reject(why === undefined ? error : new Error(why));
        };
        context.signal.addEventListener("abort", abort, { once: true });
        client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) => {
            finish(prompts.map(() => endpoint.password ?? ""));
        });
        client.once("ready", () => {
            context.signal.removeEventListener("abort", abort);
            resolve(client);
        });
        // Stays for good: a client tells of one lost connection more than once, and an error nobody hears ends the plugin.
        client.on("error", fail);
        client.once("close", () =>
            fail(new Error(`ssh: handshake failed: ${endpoint.host}:${endpoint.port} closed the connection`)),
        );
        try {
            client.connect(configOf(endpoint, (message) => (why = message), sock));
        } catch (error) {
            fail(error as Error);
        }
    });
}

/**
 * Dials until it works, or more often than the limit has failed; delays as the real plugin's (pulumi sdk/go/common/util/retry:
 * 100 ms, half as much again each time, at most 5 s).
 */
async function dialWithRetry<T>(what: string, limit: number, context: Context, dial: () => Promise<T>): Promise<T> {
    let delay = 100;
    for (let failed = 1; ; failed++) {
        try {
            return await dial();
        } catch (error) {
            context.signal.throwIfAborted();
            if (limit > -1 && failed > limit) {
                throw new Error(`after ${failed - 1} failed attempts: ${messageOf(error)}`, { cause: error });
            }
            context.status(`${what} ${failed}/${limit === -1 ? "inf" : limit} failed: retrying`);
        }
        await sleep(delay, undefined, { signal: context.signal });
        delay = Math.min(delay * 1.5, 5000);
    }
}

/** An open ssh client; `close` ends the proxy's with it. */
export async function connect(
    connection: Connection,
    context: Context,
): Promise<{ client: Client; close: () => void }> {
    const { proxy } = connection;
    if (proxy === undefined) {
        const client = await dialWithRetry("Dial", connection.dialErrorLimit, context, () =>
            dialOnce(connection, context),
        );
        return { client, close: () => client.end() };
    }
    try {
        const bastion = await dialWithRetry("Dial proxy", proxy.dialErrorLimit, context, () =>
            dialOnce(proxy, context),
        );
        try {
            const through = (): Promise<ClientChannel> =>
                new Promise((resolve, reject) => {
                    bastion.forwardOut("127.0.0.1", 0, connection.host, connection.port, (error, channel) =>
                        error === undefined ? resolve(channel) : reject(error),
                    );
                });
            const client = await dialWithRetry("Dial from proxy", connection.dialErrorLimit, context, async () =>
                dialOnce(connection, context, await through()),
            );
            const close = (): void => {
                client.end();
                bastion.end();
            };
            return { client, close };
        } catch (error) {
            bastion.end();
            throw error;
        }
    } catch (error) {
        throw new Error(`proxy: ${messageOf(error)}`, { cause: error });
    }
}
