import { Volume } from "@pulumi/aws/ebs/volume";
import { LifecyclePolicy } from "@pulumi/aws/dlm/lifecyclePolicy";
import { Instance } from "@pulumi/aws/ec2/instance";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { Command } from "@pulumi/command/remote/command";

const subnet = new Subnet("subnet", {
    vpcId: "vpc-0123456789abcdef0",
    cidrBlock: "10.0.1.0/24",
    availabilityZone: "us-east-1a",
});
const server = new Instance("server", {
    ami: "ami-0123456789abcdef0",
    instanceType: "t3.medium",
    subnetId: subnet.id,
    metadataOptions: { httpTokens: "required" },
    rootBlockDevice: { volumeSize: 16, deleteOnTermination: true },
});
const volume = new Volume(
    "data",
    { availabilityZone: subnet.availabilityZone, size: 100, type: "gp3", encrypted: true, tags: { Backup: "daily" } },
    { protect: true },
);
new VolumeAttachment("data", { volumeId: volume.id, instanceId: server.id, deviceName: "/dev/xvdba" });
new Command("mount", { connection: { host: server.privateIp }, create: "mount -a" });
const door = new SecurityGroup("door", { vpcId: "vpc-0123456789abcdef0" });
new SecurityGroupIngressRule("nfs", {
    securityGroupId: door.id,
    ipProtocol: "tcp",
    fromPort: 2049,
    toPort: 2049,
    cidrIpv4: subnet.cidrBlock.apply((cidr) => cidr ?? ""),
});
new LifecyclePolicy("daily", {
    description: "daily",
    executionRoleArn: "arn:aws:iam::123456789012:role/dlm",
    policyDetails: { resourceTypes: ["VOLUME"], targetTags: { Backup: "daily" }, schedules: [] },
});
