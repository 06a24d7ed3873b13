import * as pulumi from "@pulumi/pulumi";
import { uploadsCall } from "../guest/calls";
import { guestCommand, type Connection } from "./guest-command";
import type { Scope } from "./scope";

/** The accounts that may put files on the drive by SFTP and SCP. */
export class Uploads extends pulumi.ComponentResource {
    constructor(scope: Scope, connection: Connection, mounted: pulumi.Resource, opts: pulumi.ComponentResourceOptions) {
        const name = `${scope.config.name}-uploads`;
        super("elastic-drive:index:Uploads", name, {}, opts);
        guestCommand(name, uploadsCall(scope.config), connection, { parent: this, dependsOn: mounted });
        this.registerOutputs({});
    }
}
