import { Volume } from "@pulumi/aws/ebs/volume";
import { Instance } from "@pulumi/aws/ec2/instance";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { Command } from "@pulumi/command/remote/command";

/** Not known until it has run. */
const answer = new Command("ask", { connection: { host: "10.0.0.1" }, create: "cat /etc/zone" }).stdout;
const server = new Instance("server", {
    ami: "ami-0123456789abcdef0",
    instanceType: "m7i.large",
    availabilityZone: "us-east-1a",
    metadataOptions: { httpTokens: answer },
});
const volume = (name: string, availabilityZone: typeof answer | string, encrypted: boolean) => {
    const made = new Volume(name, { availabilityZone, size: 8, type: "gp3", encrypted }, { protect: true });
    new VolumeAttachment(name, { volumeId: made.id, instanceId: server.id, deviceName: "/dev/xvdba" });
};
volume("asked", answer, true);
volume("wrong", "us-east-1b", false);
new Volume(
    "sized",
    { availabilityZone: "us-east-1a", size: answer.apply(Number), type: answer, encrypted: answer.apply(Boolean) },
    { protect: true },
);
const rule = { securityGroupId: "sg-0123456789abcdef0", ipProtocol: "tcp", fromPort: 22, toPort: 22 };
new SecurityGroupIngressRule("asked", { ...rule, cidrIpv4: answer });
new SecurityGroupIngressRule("world", { ...rule, cidrIpv4: "0.0.0.0/0" });
