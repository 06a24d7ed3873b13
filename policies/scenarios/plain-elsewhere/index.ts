import { Volume } from "@pulumi/aws/ebs/volume";
import { Instance } from "@pulumi/aws/ec2/instance";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";

// Neither volume nor instance is of this stack.
for (const [name, instanceId] of [
    ["first", "i-1"],
    ["second", "i-2"],
] as const) {
    new VolumeAttachment(name, { volumeId: "vol-1", instanceId, deviceName: "/dev/sdf" });
}

// The zone of the server is that of its subnet.
const subnet = new Subnet("subnet", { vpcId: "vpc-1", cidrBlock: "10.0.1.0/24", availabilityZone: "us-east-1b" });
const metadataOptions = { httpTokens: "required" };
const server = new Instance('it\'s\n"odd"', {
    ami: "ami-1",
    instanceType: "t3.nano",
    subnetId: subnet.id,
    metadataOptions,
});
const data = new Volume(
    "data",
    { availabilityZone: "us-east-1a", size: 8, type: "gp3", encrypted: true },
    { protect: true },
);
new VolumeAttachment("data", { volumeId: data.id, instanceId: server.id, deviceName: "/dev/sdf" });

new LaunchTemplate("template", {
    metadataOptions,
    blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { deleteOnTermination: "true" } },
        { deviceName: "/dev/sdf", ebs: { volumeSize: 100, deleteOnTermination: "true" } },
    ],
});

new SecurityGroup("range", {
    vpcId: "vpc-1",
    ingress: [
        { protocol: "tcp", fromPort: 2000, toPort: 3000, ipv6CidrBlocks: ["::/0"] },
        { protocol: "tcp", fromPort: 80, toPort: 443, cidrBlocks: ["0.0.0.0/0"] },
        { protocol: "-1", fromPort: 0, toPort: 0, self: true },
    ],
});
new SecurityGroupIngressRule("ftp", {
    securityGroupId: "sg-1",
    ipProtocol: "tcp",
    fromPort: 21,
    toPort: 21,
    cidrIpv6: "0:0:0:0:0:0:0:0/0",
});
