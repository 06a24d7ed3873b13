import { Volume } from "@pulumi/aws/ebs/volume";
import { Instance } from "@pulumi/aws/ec2/instance";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupRule } from "@pulumi/aws/ec2/securityGroupRule";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { Command } from "@pulumi/command/remote/command";

const protect = { protect: true };
const server = new Instance('the "old" server\nof two lines', {
    ami: "ami-0123456789abcdef0",
    instanceType: "m7i.large",
    availabilityZone: "us-east-1a",
    ebsBlockDevices: [{ deviceName: "/dev/sdf", volumeSize: 100 }],
});
new LaunchTemplate("template", { metadataOptions: { httpTokens: "optional" } });

const elsewhere = new Volume(
    "elsewhere",
    { availabilityZone: "us-east-1b", size: 8, type: "gp3", encrypted: true },
    protect,
);
const bare = new Volume("bare", { availabilityZone: "us-east-1a", size: 8, type: "gp3" });
new Volume(
    "too-fast",
    { availabilityZone: "us-east-1a", size: 8, type: "gp3", throughput: 1000, encrypted: true },
    protect,
);
const shared = new Volume(
    "shared",
    { availabilityZone: "us-east-1a", size: 8, type: "io2", iops: 1000, encrypted: true, multiAttachEnabled: true },
    protect,
);
const second = new Instance("second", {
    ami: "ami-0123456789abcdef0",
    instanceType: "m7i.large",
    availabilityZone: "us-east-1a",
    metadataOptions: { httpTokens: "required" },
});
for (const [name, volume, instance] of [
    ["elsewhere", elsewhere, server],
    ["bare", bare, server],
    ["shared-1", shared, server],
    ["shared-2", shared, second],
] as const) {
    new VolumeAttachment(name, { volumeId: volume.id, instanceId: instance.id, deviceName: "/dev/xvdba" });
}
new Command("mount", { connection: { host: server.privateIp }, create: "mount -a", delete: "umount /data" });

new SecurityGroup("inline", {
    ingress: [{ protocol: "tcp", fromPort: 0, toPort: 65_535, cidrBlocks: ["10.0.0.0/8"], ipv6CidrBlocks: ["::/0"] }],
});
new SecurityGroupRule("older", {
    type: "ingress",
    securityGroupId: "sg-0123456789abcdef0",
    protocol: "-1",
    fromPort: 0,
    toPort: 0,
    cidrBlocks: ["0.0.0.0/0"],
});
new SecurityGroupIngressRule("range", {
    securityGroupId: "sg-0123456789abcdef0",
    ipProtocol: "tcp",
    fromPort: 2000,
    toPort: 2100,
    cidrIpv4: "0.0.0.0/0",
});
