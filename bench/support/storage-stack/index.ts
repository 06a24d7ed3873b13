import { Volume } from "@pulumi/aws/ebs/volume";
import { Instance } from "@pulumi/aws/ec2/instance";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { Config } from "@pulumi/pulumi";

/** Of 50: a server with 20 volumes on it, and 9 rules. */
const EACH = 50;
const VOLUMES = 20;
const RULES = 9;

const servers = new Config().requireNumber("resources") / EACH;
const protect = { protect: true };
for (let s = 0; s < servers; s++) {
    const server = new Instance(
        `server-${s}`,
        {
            ami: "ami-0123456789abcdef0",
            instanceType: "m7i.large",
            availabilityZone: "us-east-1a",
            metadataOptions: { httpTokens: "required" },
            tags: { "elastic-drive:drive": `drive-${s}`, "elastic-drive:part": "server", Name: `server-${s}` },
        },
        protect,
    );
    for (let v = 0; v < VOLUMES; v++) {
        const slot = `b${String.fromCharCode("a".charCodeAt(0) + v)}`;
        const name = `drive-${s}-${slot}`;
        const tags = {
            "elastic-drive:drive": `drive-${s}`,
            "elastic-drive:slot": slot,
            Name: name,
            Customer: `customer-${s}`,
        };
        const shape = { size: 500, type: "gp3", iops: 3000, throughput: 125, encrypted: true };
        const volume = new Volume(name, { availabilityZone: "us-east-1a", ...shape, tags }, protect);
        new VolumeAttachment(
            name,
            { volumeId: volume.id, instanceId: server.id, deviceName: `/dev/xvd${slot}` },
            protect,
        );
    }
    for (let r = 0; r < RULES; r++) {
        new SecurityGroupIngressRule(`rule-${s}-${r}`, {
            securityGroupId: "sg-0123456789abcdef0",
            ipProtocol: "tcp",
            fromPort: 2049,
            toPort: 2049,
            cidrIpv4: `10.${s}.${r}.0/24`,
        });
    }
}
