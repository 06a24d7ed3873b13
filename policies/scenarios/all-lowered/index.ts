import { Volume } from "@pulumi/aws/ebs/volume";

new Volume("data", { availabilityZone: "us-east-1a", size: 8 });
