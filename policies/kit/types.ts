import type { Volume } from "@pulumi/aws/ebs/volume";
import type { Plan } from "@pulumi/aws/backup/plan";
import type { Selection } from "@pulumi/aws/backup/selection";
import type { LifecyclePolicy } from "@pulumi/aws/dlm/lifecyclePolicy";
import type { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import type { Eip } from "@pulumi/aws/ec2/eip";
import type { Instance } from "@pulumi/aws/ec2/instance";
import type { LaunchConfiguration } from "@pulumi/aws/ec2/launchConfiguration";
import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import type { NetworkInterface } from "@pulumi/aws/ec2/networkInterface";
import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import type { SecurityGroupRule } from "@pulumi/aws/ec2/securityGroupRule";
import type { SpotInstanceRequest } from "@pulumi/aws/ec2/spotInstanceRequest";
import type { Subnet } from "@pulumi/aws/ec2/subnet";
import type { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import type { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { Command } from "@pulumi/command/remote/command";
import type { Output } from "@pulumi/pulumi";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";

/**
 * Types that policies look at, by token. Only types are imported: loading the classes would cost every preview seconds.
 * types.spec.ts holds each token against the class it names.
 */
export interface Types {
    "aws:ebs/volume:Volume": Volume;
    "aws:backup/plan:Plan": Plan;
    "aws:backup/selection:Selection": Selection;
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": LifecyclePolicy;
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": DefaultSecurityGroup;
    "aws:ec2/eip:Eip": Eip;
    "aws:ec2/instance:Instance": Instance;
    "aws:ec2/launchConfiguration:LaunchConfiguration": LaunchConfiguration;
    "aws:ec2/launchTemplate:LaunchTemplate": LaunchTemplate;
    "aws:ec2/networkInterface:NetworkInterface": NetworkInterface;
    "aws:ec2/securityGroup:SecurityGroup": SecurityGroup;
    "aws:ec2/securityGroupRule:SecurityGroupRule": SecurityGroupRule;
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": SpotInstanceRequest;
    "aws:ec2/subnet:Subnet": Subnet;
    "aws:ec2/volumeAttachment:VolumeAttachment": VolumeAttachment;
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": SecurityGroupIngressRule;
    "command:remote:Command": Command;
}
export type Token = keyof Types;

export const TYPE = {
    volume: "aws:ebs/volume:Volume",
    backupPlan: "aws:backup/plan:Plan",
    backupSelection: "aws:backup/selection:Selection",
    snapshotPolicy: "aws:dlm/lifecyclePolicy:LifecyclePolicy",
    defaultSecurityGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    eip: "aws:ec2/eip:Eip",
    instance: "aws:ec2/instance:Instance",
    launchConfiguration: "aws:ec2/launchConfiguration:LaunchConfiguration",
    launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
    networkInterface: "aws:ec2/networkInterface:NetworkInterface",
    securityGroup: "aws:ec2/securityGroup:SecurityGroup",
    securityGroupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
    spotRequest: "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    subnet: "aws:ec2/subnet:Subnet",
    attachment: "aws:ec2/volumeAttachment:VolumeAttachment",
    ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    remoteCommand: "command:remote:Command",
} as const satisfies Record<string, Token>;

/** The drive's component (docs/architecture.md) and the engine's own root. */
export const DRIVE_COMPONENT = "elastic-drive:index:Drive";
export const STACK = "pulumi:pulumi:Stack";

/** A resource's properties as a policy sees them: values, each perhaps absent, and a throw when one is not known yet. */
export type Props<T extends Token> = {
    readonly [K in keyof Types[T]]?: Types[T][K] extends Output<infer V> ? V : never;
};
export type Seen<T extends Token> = Omit<PolicyResource, "props"> & { readonly props: Props<T> };
export type Judged<T extends Token> = Omit<ResourceValidationArgs, "props"> & { readonly props: Props<T> };

export function isOf<T extends Token>(resource: { readonly type: string }, token: T): resource is Seen<T> {
    return resource.type === token;
}
