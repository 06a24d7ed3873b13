import { LifecyclePolicy } from "@pulumi/aws/dlm/lifecyclePolicy";
import { Volume } from "@pulumi/aws/ebs/volume";
import { Instance } from "@pulumi/aws/ec2/instance";
import { LaunchConfiguration } from "@pulumi/aws/ec2/launchConfiguration";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { ManagedPrefixList } from "@pulumi/aws/ec2/managedPrefixList";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SpotInstanceRequest } from "@pulumi/aws/ec2/spotInstanceRequest";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";

const machine = { ami: "ami-0123456789abcdef0", instanceType: "m7i.large", availabilityZone: "us-east-1a" };
const metadataOptions = { httpTokens: "required" };
const kept = { deleteOnTermination: false, encrypted: true };

new SpotInstanceRequest("night", { ...machine, ebsBlockDevices: [{ deviceName: "/dev/sdf", volumeSize: 8, ...kept }] });
new LaunchConfiguration("older", {
    imageId: machine.ami,
    instanceType: machine.instanceType,
    ebsBlockDevices: [{ deviceName: "/dev/sdf", volumeSize: 8, encrypted: true }],
});
new LaunchTemplate("template", {
    metadataOptions,
    blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeSize: 8, volumeType: "gp3", throughput: 900 } },
        { deviceName: "/dev/sdf", ebs: { volumeSize: 8, deleteOnTermination: "false", encrypted: "false" } },
        { deviceName: "/dev/sdg", virtualName: "ephemeral0" },
    ],
});

const server = new Instance("web", { ...machine, metadataOptions, tags: { Backup: "daily" } });
const covered = new Volume(
    "covered",
    { availabilityZone: "us-east-1a", size: 8, type: "gp3", encrypted: true },
    { protect: true },
);
new VolumeAttachment("covered", { volumeId: covered.id, instanceId: server.id, deviceName: "/dev/sdf" });
new Volume(
    "alone",
    { availabilityZone: "us-east-1a", size: 8, type: "gp3", encrypted: true, tags: { Backup: "weekly" } },
    { protect: true },
);
const snapshots = (name: string, state: string, kind: string, every: string) =>
    new LifecyclePolicy(name, {
        description: name,
        executionRoleArn: "arn:aws:iam::123456789012:role/snapshots",
        state,
        policyDetails: { resourceTypes: [kind], targetTags: { Backup: every } },
    });
snapshots("daily", "ENABLED", "INSTANCE", "daily");
snapshots("weekly", "DISABLED", "VOLUME", "weekly");

const list = new ManagedPrefixList("everyone", {
    name: "everyone",
    addressFamily: "IPv4",
    maxEntries: 1,
    entries: [{ cidr: "0.0.0.0/0" }],
});
const group = new SecurityGroup("door");
new SecurityGroupIngressRule("listed", {
    securityGroupId: group.id,
    ipProtocol: "tcp",
    fromPort: 2049,
    toPort: 2049,
    prefixListId: list.id,
});
