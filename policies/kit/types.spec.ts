import * as assert from "node:assert/strict";
import { Selection } from "@pulumi/aws/backup/selection";
import { Plan } from "@pulumi/aws/backup/plan";
import { LifecyclePolicy } from "@pulumi/aws/dlm/lifecyclePolicy";
import { Volume } from "@pulumi/aws/ebs/volume";
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { Eip } from "@pulumi/aws/ec2/eip";
import { Instance } from "@pulumi/aws/ec2/instance";
import { LaunchConfiguration } from "@pulumi/aws/ec2/launchConfiguration";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { NetworkInterface } from "@pulumi/aws/ec2/networkInterface";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupRule } from "@pulumi/aws/ec2/securityGroupRule";
import { SpotInstanceRequest } from "@pulumi/aws/ec2/spotInstanceRequest";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { Command } from "@pulumi/command/remote/command";
import { TYPE } from "./types";

/** The classes themselves: were a token wrong, its policies would judge nothing and pass everything. */
const CLASSES: Record<keyof typeof TYPE, object> = {
    volume: Volume,
    backupPlan: Plan,
    backupSelection: Selection,
    snapshotPolicy: LifecyclePolicy,
    defaultSecurityGroup: DefaultSecurityGroup,
    eip: Eip,
    instance: Instance,
    launchConfiguration: LaunchConfiguration,
    launchTemplate: LaunchTemplate,
    networkInterface: NetworkInterface,
    securityGroup: SecurityGroup,
    securityGroupRule: SecurityGroupRule,
    spotRequest: SpotInstanceRequest,
    subnet: Subnet,
    attachment: VolumeAttachment,
    ingressRule: SecurityGroupIngressRule,
    remoteCommand: Command,
};

describe("resource types", () => {
    for (const [name, token] of Object.entries(TYPE)) {
        it(`${name} is ${token}`, () => {
            assert.equal((CLASSES[name as keyof typeof TYPE] as { __pulumiType?: string }).__pulumiType, token);
        });
    }
});
