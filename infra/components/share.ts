import * as pulumi from "@pulumi/pulumi";
import { shareCall } from "../guest/calls";
import { guestCommand, type Connection } from "./guest-command";
import type { Scope } from "./scope";

/** The NFS export. It waits for the drive to be mounted: nothing else is ever exported. */
export class Share extends pulumi.ComponentResource {
    constructor(scope: Scope, connection: Connection, mounted: pulumi.Resource, opts: pulumi.ComponentResourceOptions) {
        const name = `${scope.config.name}-share`;
        super("elastic-drive:index:Share", name, {}, opts);
        guestCommand(name, shareCall(scope.config), connection, { parent: this, dependsOn: mounted });
        this.registerOutputs({});
    }
}
