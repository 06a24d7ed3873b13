import { Volume } from "@pulumi/aws/ebs/volume";
import { Instance } from "@pulumi/aws/ec2/instance";
import { Command } from "@pulumi/command/remote/command";
import { ComponentResource } from "@pulumi/pulumi";

const drive = new ComponentResource("elastic-drive:index:Drive", "team");
const options = { parent: drive, protect: true };
const answer = new Command("ask", { connection: { host: "10.0.0.1" }, create: "cat /etc/key" }).stdout;
new Volume(
    "team-ba",
    { availabilityZone: "us-east-1a", size: 8, type: "gp3", kmsKeyId: answer, tags: { Team: "x" } },
    options,
);
new Instance(
    "team-server",
    { ami: "ami-0123456789abcdef0", instanceType: "m7i.large", metadataOptions: { httpPutResponseHopLimit: 1 } },
    options,
);
