import { Command } from "@pulumi/command/remote/command";
import type * as pulumi from "@pulumi/pulumi";

/** How the server is reached: one for all calls. */
export interface Connection {
    readonly host: pulumi.Input<string>;
    readonly port: number;
    readonly operatorKey: pulumi.Input<string>;
    /** Public line of the host key; another server is not spoken to. */
    readonly hostKey: pulumi.Input<string>;
    /** Changes with the server, so that every call runs again on a new one. */
    readonly serverId: pulumi.Input<string>;
}

/** Dials refused until the server must be up: a first boot takes minutes on a small machine. */
const DIAL_ERROR_LIMIT = 180;

/** One call in the server. It runs again when its script or input changes, and on a new server; deleting it does nothing. */
export function guestCommand(
    name: string,
    call: { readonly command: string; readonly stdin: pulumi.Input<string> },
    connection: Connection,
    opts: pulumi.CustomResourceOptions,
): Command {
    const args = { create: call.command, stdin: call.stdin, triggers: [connection.serverId] };
    return new Command(name, { ...reached(connection), ...args }, opts);
}

/**
 * One call whose first time differs from every later one: a new server *updates* it, a trigger would replace it and so run the first
 * text again. What was in the state before there was a second text has triggers: they stay as they are, and count for nothing.
 */
export function firstTimeCommand(
    name: string,
    call: { readonly first: string; readonly later: string; readonly stdin: pulumi.Input<string> },
    connection: Connection,
    opts: pulumi.CustomResourceOptions,
): Command {
    return new Command(
        name,
        { ...reached(connection), create: call.first, update: call.later, stdin: call.stdin },
        // The first text is of one moment: afterwards it is not sent any more, so that it is no difference either.
        { ...opts, ignoreChanges: ["create", "triggers"] },
    );
}

function reached(connection: Connection) {
    return {
        connection: {
            host: connection.host,
            port: connection.port,
            user: "admin",
            privateKey: connection.operatorKey,
            hostKey: connection.hostKey,
            dialErrorLimit: DIAL_ERROR_LIMIT,
            perDialTimeout: 10,
        },
        // What the server says while it works and why it refuses; its JSON answer is for programs.
        logging: "stderr",
        // A later call must not depend on what an earlier one printed.
        addPreviousOutputInEnv: false,
    } as const;
}
