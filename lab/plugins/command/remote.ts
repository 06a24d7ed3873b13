import type { Client, ClientChannel } from "ssh2";
import type { Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { type Connection, connect } from "./connect";
import { environmentOf, Output } from "./output";

interface Ended {
    /** `undefined` = exit status 0. */
    readonly how: string | undefined;
}

/**
 * Runs a command to its end. All listeners are there before the callback returns: the first packet may bring the start, all
 * output and the exit status at once.
 */
function exec(
    client: Client,
    command: string,
    environment: Record<string, string>,
    listen: (channel: ClientChannel) => void,
): Promise<Ended> {
    return new Promise((resolve, reject) => {
        client.exec(command, { env: environment }, (error, channel) => {
            if (error !== undefined) {
                reject(error);
                return;
            }
            let how: string | undefined = "wait: remote command exited without exit status or exit signal";
            channel.on("exit", (code: number | null, signal?: string) => {
                how =
                    code === 0
                        ? undefined
                        : `Process exited with ${code === null ? `signal ${signal}` : `status ${code}`}`;
            });
            channel.on("close", () => resolve({ how }));
            // A command that ends without reading its input is no failure.
            channel.on("error", () => undefined);
            client.once("error", (lost) => resolve({ how: lost.message }));
            listen(channel);
        });
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
    const command = `printenv ${own.map(([key]) => key).join(" ")}`;
    const { how } = await exec(client, command, Object.fromEntries(own), (channel) => channel.resume().end());
    if (how !== undefined) {
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
        const variables = Object.fromEntries([...environment.own, ...environment.previous]);
        const { how } = await exec(client, command, variables, (channel) => {
            channel.on("data", (bytes: Buffer) => output.take("stdout", bytes));
            channel.stderr.on("data", (bytes: Buffer) => output.take("stderr", bytes));
            channel.end((inputs["stdin"] as string | undefined) ?? "");
        });
        context.signal.throwIfAborted();
        return output.result(command, how);
    } catch (error) {
        context.signal.throwIfAborted(); // whatever broke, broke because the connection was taken away
        throw error;
    } finally {
        context.signal.removeEventListener("abort", cancelled);
        close();
    }
}
