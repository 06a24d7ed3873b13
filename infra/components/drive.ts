import * as pulumi from "@pulumi/pulumi";
import { Address } from "./address";
import { SSH_PORT } from "../model/ssh-port";
import { publicHalf } from "./openssh-key";
import type { Scope } from "./scope";
import { Server } from "./server";
import { Share } from "./share";
import { Uploads } from "./uploads";
import { userData } from "./user-data";
import { VolumeGroup, type MadeBefore } from "./volume-group";
import { Volumes } from "./volumes";

export interface DriveArgs extends Scope {
    /** Private keys, secret: what the server answers with, and what the operator logs in with. */
    readonly hostKey: pulumi.Output<string>;
    readonly operatorKey: pulumi.Output<string>;
    /** Volumes to take into the state for this one `up`, by slot. */
    readonly adopt?: Readonly<Record<string, string>>;
    /** Where the server's ssh answers, if not on 22 (a lab beside another sshd). */
    readonly sshPort?: number;
    /** What is known of this drive's volume group from before. */
    readonly made: MadeBefore;
}

/** One shared drive: address, server, volumes, the group and file system on them, the export and the upload accounts. */
export class Drive extends pulumi.ComponentResource {
    readonly serverId: pulumi.Output<string>;
    readonly privateIp: pulumi.Output<string>;
    readonly sshHost: pulumi.Output<string>;
    /** Public line of the server's host key. */
    readonly hostKey: pulumi.Output<string>;
    /** By slot. */
    readonly volumeIds: Readonly<Record<string, pulumi.Output<string>>>;
    /** UUID of the volume group. */
    readonly group: pulumi.Output<string | undefined>;

    constructor(args: DriveArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("elastic-drive:index:Drive", args.config.name, {}, opts);
        const scope: Scope = { config: args.config, destroyData: args.destroyData };
        // The public halves are no secret: people compare them.
        this.hostKey = pulumi.unsecret(args.hostKey.apply((key) => publicHalf(key, "elastic-drive:hostKey")));
        const operatorPublicKey = args.operatorKey.apply((key) => publicHalf(key, "elastic-drive:operatorKey"));
        const child = { parent: this };

        const address = new Address(scope, child);
        const server = new Server(
            scope,
            {
                interfaceId: address.interfaceId,
                userData: pulumi
                    .all([args.hostKey, operatorPublicKey])
                    .apply(([hostKey, publicKey]) => userData({ hostKey, operatorPublicKey: publicKey })),
            },
            child,
        );
        const volumes = new Volumes(scope, { serverId: server.serverId, adopt: args.adopt ?? {} }, child);
        const connection = {
            host: address.sshHost,
            port: args.sshPort ?? SSH_PORT,
            operatorKey: args.operatorKey,
            hostKey: this.hostKey,
            serverId: server.serverId,
        };
        const { command, group } = new VolumeGroup(scope, volumes, connection, args.made, child);
        new Share(scope, connection, command, child);
        new Uploads(scope, connection, command, child);

        this.serverId = server.serverId;
        this.privateIp = address.privateIp;
        this.sshHost = address.sshHost;
        this.volumeIds = volumes.volumeIds;
        this.group = group;
        this.registerOutputs({ serverId: this.serverId, sshHost: this.sshHost, volumeIds: this.volumeIds });
    }
}
