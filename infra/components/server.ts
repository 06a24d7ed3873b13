import { Instance } from "@pulumi/aws/ec2/instance";
import * as pulumi from "@pulumi/pulumi";
import { partTags } from "../model/tags";
import type { Scope } from "./scope";

export interface ServerArgs {
    readonly interfaceId: pulumi.Input<string>;
    readonly userData: pulumi.Input<string>;
}

/** The machine the volumes hang on. It holds nothing that lasts: another one takes its place with the same address. */
export class Server extends pulumi.ComponentResource {
    readonly serverId: pulumi.Output<string>;

    constructor(scope: Scope, args: ServerArgs, opts: pulumi.ComponentResourceOptions) {
        const { name, server, zone } = scope.config;
        super("elastic-drive:index:Server", `${name}-server`, {}, opts);
        const instance = new Instance(
            `${name}-server`,
            {
                ami: server.imageId,
                instanceType: server.instanceType,
                // A subnet of another zone is refused here, before a volume is made that could never be attached.
                availabilityZone: zone,
                primaryNetworkInterface: { networkInterfaceId: args.interfaceId },
                metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
                // Without tags: the provider would give them by a call of their own once the server runs, and a right to tag a volume
                // that has no tag of ours yet is a right to claim anybody's (decision 0021). It goes with the server.
                rootBlockDevice: { encrypted: true, volumeType: "gp3", deleteOnTermination: true },
                userData: args.userData,
                tags: partTags(scope.config, "server"),
            },
            {
                parent: this,
                protect: !scope.destroyData,
                // A new image or other user data must never replace a live server: that is `elastic-drive rehost`. A server of an
                // older version keeps its root volume's tags: nobody has the right to take the drive's tag off.
                ignoreChanges: ["ami", "userData", "rootBlockDevice.tags"],
            },
        );
        this.serverId = instance.id;
        this.registerOutputs({ serverId: this.serverId });
    }
}
