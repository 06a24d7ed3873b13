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
    triggers: readonly pulumi.Input<unknown>[],
    opts: pulumi.CustomResourceOptions,
): Command {
    return new Command(
        name,
        {
            connection: {
                host: connection.host,
                port: connection.port,
                user: "admin",
                privateKey: connection.operatorKey,
                hostKey: connection.hostKey,
                dialErrorLimit: DIAL_ERROR_LIMIT,
                perDialTimeout: 10,
            },
            create: call.command,
            stdin: call.stdin,
            triggers: [connection.serverId, ...triggers],
            // What the server says while it works and why it refuses; its JSON answer is for programs.
            logging: "stderr",
            // A later call must not depend on what an earlier one printed.
            addPreviousOutputInEnv: false,
        },
        opts,
    );
}
