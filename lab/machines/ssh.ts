import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { run } from "./run";
import { until } from "./wait";

export interface Door {
    readonly address: string;
    readonly port: number;
}

export interface Key {
    readonly privateKeyFile: string;
    readonly publicKey: string;
}

export async function makeKey(folder: string): Promise<Key> {
    const privateKeyFile = join(folder, "key");
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", privateKeyFile]);
    return { privateKeyFile, publicKey: (await readFile(`${privateKeyFile}.pub`, "utf8")).trim() };
}

/** For throw-away machines only: any host key is taken. The drive itself pins its host key. */
export function sshCommand(key: Key, { address, port }: Door): string[] {
    const options = [
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "LogLevel=ERROR",
        "ConnectTimeout=15",
        "ServerAliveInterval=20",
        "BatchMode=yes",
        `Port=${port}`,
    ].flatMap((option) => ["-o", option]);
    return ["ssh", "-F", "none", "-i", key.privateKeyFile, ...options, `admin@${address}`];
}

/** Runs a command in the machine; a failure carries what it said. */
export function ssh(key: Key, door: Door, command: string, stdin = ""): Promise<string> {
    const [program, ...args] = sshCommand(key, door) as [string, ...string[]];
    return new Promise((resolve, reject) => {
        const child = spawn(program, [...args, command]);
        let out = "";
        let err = "";
        child.stdout.on("data", (chunk) => (out += String(chunk)));
        child.stderr.on("data", (chunk) => (err += String(chunk)));
        child.once("error", reject);
        child.once("close", (code) => {
            if (code === 0) resolve(out);
            else
                reject(
                    new DriveError(
                        "CommandFailed",
                        `'${command}' on ${door.address} ended with ${code}: ${(err + out).trim().slice(-800)}`,
                    ),
                );
        });
        child.stdin.on("error", () => undefined);
        child.stdin.end(stdin);
    });
}

export async function waitForSsh(key: Key, door: Door, deadlineMs: number): Promise<void> {
    await until(
        { what: `ssh at ${door.address}`, hint: "see the machine's console", deadlineMs, everyMs: 500 },
        async () => {
            try {
                await ssh(key, door, "true");
                return { ready: true };
            } catch (error) {
                return { seen: (error as Error).message };
            }
        },
    );
}
