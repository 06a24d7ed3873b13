import { Volume } from "@pulumi/aws/ebs/volume";

new Volume("data", { availabilityZone: "us-east-1a", size: 20_000, type: "gp2", encrypted: true }, { protect: true });
