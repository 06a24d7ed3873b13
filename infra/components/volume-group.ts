import type { Command } from "@pulumi/command/remote/command";
import * as pulumi from "@pulumi/pulumi";
import { GUEST_COMMAND, makingCommand } from "../guest/call";
import { volumeGroupCall } from "../guest/calls";
import { VolumeGroupResult } from "../guest/results";
import { firstTimeCommand, type Connection } from "./guest-command";
import type { Scope } from "./scope";
import type { Volumes } from "./volumes";

/** What is known of the group that was made before. */
export interface MadeBefore {
    /** Its UUID: of the configuration, or of the outputs of the last `up`. */
    readonly group: pulumi.Input<string | undefined>;
    /** This `up` runs the call again on a drive that is there (`--replace`): whatever is known, it makes nothing. */
    readonly again: boolean;
}

/** Inside the server, from attached disks to a mounted drive: one call whatever the number of slots. */
export class VolumeGroup extends pulumi.ComponentResource {
    readonly command: Command;
    /** Its UUID; undefined where the server was last asked by a program that did not say it. */
    readonly group: pulumi.Output<string | undefined>;

    constructor(
        scope: Scope,
        volumes: Volumes,
        connection: Connection,
        made: MadeBefore,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const name = `${scope.config.name}-volume-group`;
        super("elastic-drive:index:VolumeGroup", name, {}, opts);
        const place = pulumi.all([connection.serverId, ...volumes.attachmentIds]);
        const stdin = pulumi
            .all([pulumi.output(volumes.volumeIds), place])
            .apply(
                ([ids, [server, ...attachments]]) =>
                    volumeGroupCall(scope.config, ids, { server: server!, attachments }).stdin,
            );
        const first = pulumi.output(made.group).apply((group) => (made.again ? GUEST_COMMAND : makingCommand(group)));
        const call = { first: first as unknown as string, later: GUEST_COMMAND, stdin };
        this.command = firstTimeCommand(name, call, connection, { parent: this });
        this.group = this.command.stdout.apply(groupOf);
        this.registerOutputs({});
    }
}

function groupOf(answer: string): string | undefined {
    try {
        return VolumeGroupResult.safeParse(JSON.parse(answer)).data?.extend.group;
    } catch {
        return undefined; // no answer of ours: what the server says is read by whoever asks it
    }
}
