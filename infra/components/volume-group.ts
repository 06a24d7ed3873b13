import type { Command } from "@pulumi/command/remote/command";
import * as pulumi from "@pulumi/pulumi";
import { GUEST_COMMAND } from "../guest/call";
import { volumeGroupCall } from "../guest/calls";
import { guestCommand, type Connection } from "./guest-command";
import type { Scope } from "./scope";
import type { Volumes } from "./volumes";

/** Inside the server, from attached disks to a mounted drive: one call whatever the number of slots. */
export class VolumeGroup extends pulumi.ComponentResource {
    readonly command: Command;

    constructor(scope: Scope, volumes: Volumes, connection: Connection, opts: pulumi.ComponentResourceOptions) {
        const name = `${scope.config.name}-volume-group`;
        super("elastic-drive:index:VolumeGroup", name, {}, opts);
        const stdin = pulumi.all(volumes.volumeIds).apply((ids) => volumeGroupCall(scope.config, ids).stdin);
        this.command = guestCommand(name, { command: GUEST_COMMAND, stdin }, connection, [...volumes.attachmentIds], {
            parent: this,
        });
        this.registerOutputs({});
    }
}
