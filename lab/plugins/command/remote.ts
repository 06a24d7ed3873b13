import type { Client, ClientChannel } from "ssh2";
import type { Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { type Connection, connect } from "./connect";
import { environmentOf, Output } from "./output";

function exec(client: Client, command: string, environment: Record<string, string>): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
        client.exec(command, { env: environment }, (error, channel) =>
            error === undefined ? resolve(channel) : reject(error),
        );
    });
}

/**
 * The real plugin fails when the server does not take a variable; ssh2 sends them without waiting for the answer, so we look
 * whether they arrived.
 */
async function requireAccepted(client: Client, own: readonly [string, string][]): Promise<void> {
    if (own.length === 0) {
        return;
    }
    const channel = await exec(client, `printenv ${own.map(([key]) => key).join(" ")}`, Object.fromEntries(own));
    const code = await new Promise((resolve) =>
        channel
            .on("exit", resolve)
            .on("close", () => resolve(null))
            .resume(),
    );
    if (code !== 0) {
        const names = own.map(([key]) => `"${key}"`).join(", ");
        throw new Error(
            `could not set environment variable ${names}: ssh: setenv failed. This only works if your SSH server is configured ` +
                "to accept these variables via AcceptEnv; else prefix the command itself with 'VAR=value command'",
        );
    }
}

/** Runs one command on the remote host and gives its output; anything but exit status 0 is a failure. */
export async function runRemote(
    command: string,
    inputs: Props,
    previous: Props,
    context: Context,
): Promise<{ stdout: string; stderr: string }> {
    const { client, close } = await connect(inputs["connection"] as Connection, context);
    const cancelled = (): void => void client.destroy();
    context.signal.addEventListener("abort", cancelled, { once: true });
    try {
        const environment = environmentOf(inputs, previous);
        await requireAccepted(client, environment.own);
        const output = new Output(inputs["logging"], context);
        const channel = await exec(client, command, Object.fromEntries([...environment.own, ...environment.previous]));
        const ended = new Promise<string | undefined>((resolve) => {
            let how: string | undefined = "wait: remote command exited without exit status or exit signal";
            channel.on("exit", (code: number | null, signal?: string) => {
                how =
                    code === 0
                        ? undefined
                        : `Process exited with ${code === null ? `signal ${signal}` : `status ${code}`}`;
            });
            channel.on("close", () => resolve(how));
            client.on("error", (error) => resolve(error.message));
        });
        channel.on("data", (bytes: Buffer) => output.take("stdout", bytes));
        channel.stderr.on("data", (bytes: Buffer) => output.take("stderr", bytes));
        // A command that ends without reading its input is no failure.
        channel.on("error", () => undefined);
        channel.end((inputs["stdin"] as string | undefined) ?? "");
        const how = await ended;
        context.signal.throwIfAborted();
        return output.result(command, how);
    } finally {
        context.signal.removeEventListener("abort", cancelled);
        close();
    }
}
