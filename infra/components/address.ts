import { Eip } from "@pulumi/aws/ec2/eip";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet";
import { NetworkInterface } from "@pulumi/aws/ec2/networkInterface";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import type { DriveConfig } from "../model/config";
import { asCidr } from "../model/cidr";
import { partTags } from "../model/tags";
import type { Scope } from "./scope";

const SSH = 22;
const NFS = 2049;

/**
 * Where the drive is found, and who may come: an interface of its own, which a new server in the zone takes over with its
 * private address, and a security group that opens ssh and NFS to the networks named and to nobody else.
 */
export class Address extends pulumi.ComponentResource {
    readonly interfaceId: pulumi.Output<string>;
    readonly privateIp: pulumi.Output<string>;
    /** Where ssh answers: the public address when there is one. */
    readonly sshHost: pulumi.Output<string>;

    constructor(scope: Scope, opts: pulumi.ComponentResourceOptions) {
        const { name, network } = scope.config;
        super("elastic-drive:index:Address", `${name}-address`, {}, opts);
        const protect = !scope.destroyData;
        const door = new SecurityGroup(
            `${name}-door`,
            // EC2 never changes a description in place, so this one is worded once and for all.
            { vpcId: vpcOf(network, this), description: `elastic-drive ${name}`, tags: partTags(scope.config, "door") },
            { parent: this, protect },
        );
        openDoor(scope, door.id, this);
        const held = new NetworkInterface(
            `${name}-interface`,
            {
                subnetId: network.subnetId,
                securityGroups: [door.id],
                description: `elastic-drive ${name}`,
                tags: partTags(scope.config, "address"),
            },
            { parent: this, protect },
        );
        this.interfaceId = held.id;
        this.privateIp = held.privateIp;
        this.sshHost = held.privateIp;
        if (network.publicAddress) {
            const reachable = new Eip(
                `${name}-public`,
                { domain: "vpc", networkInterface: held.id, tags: partTags(scope.config, "public-address") },
                { parent: this, protect },
            );
            this.sshHost = reachable.publicIp;
        }
        this.registerOutputs({ privateIp: this.privateIp, sshHost: this.sshHost });
    }
}

function vpcOf(network: DriveConfig["network"], parent: pulumi.Resource): pulumi.Input<string> {
    return network.vpcId ?? getSubnetOutput({ id: network.subnetId }, { parent }).vpcId;
}

/** One rule a source. Its name holds the source, so that a source that goes takes only its own rule with it. */
function openDoor(scope: Scope, securityGroupId: pulumi.Input<string>, parent: pulumi.Resource): void {
    const { name, network, share } = scope.config;
    const tags = partTags(scope.config, "rule");
    const ingress = (
        what: string,
        port: number,
        from: { cidrIpv4: string } | { referencedSecurityGroupId: string },
        source: string,
    ) =>
        new SecurityGroupIngressRule(
            `${name}-${what}-${source}`,
            {
                securityGroupId,
                ipProtocol: "tcp",
                fromPort: port,
                toPort: port,
                ...from,
                description: `elastic-drive ${name}: ${what}`,
                tags,
            },
            { parent },
        );
    const cidrs = (texts: readonly string[]) => [...new Set(texts.map(asCidr))];
    for (const cidrIpv4 of cidrs(network.sshFrom)) ingress("ssh", SSH, { cidrIpv4 }, cidrIpv4);
    for (const cidrIpv4 of cidrs(share.clients)) ingress("nfs", NFS, { cidrIpv4 }, cidrIpv4);
    for (const group of new Set(share.securityGroups)) ingress("nfs", NFS, { referencedSecurityGroupId: group }, group);
    // Outwards it may go: time, packages, and the answers EC2's metadata gives.
    new SecurityGroupEgressRule(
        `${name}-out`,
        { securityGroupId, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0", description: `elastic-drive ${name}: out`, tags },
        { parent },
    );
}
