import type { Resource } from "../protocol/plugin";
import { serve } from "../protocol/serve";
import { eip, eipAssociation } from "./address";
import { volumeAttachment } from "./attachment";
import { Api } from "./client";
import { define, type Definition } from "./define";
import { functionsOf } from "./functions";
import { instance } from "./instance";
import { networkInterface } from "./interface";
import { securityGroup } from "./security-group";
import { securityGroupRule } from "./security-group-rule";
import { settingsFaults, settingsOf } from "./settings";
import { snapshot } from "./snapshot";
import { volume } from "./volume";

const DEFINITIONS: Record<string, Definition> = {
    "aws:ebs/snapshot:Snapshot": snapshot,
    "aws:ebs/volume:Volume": volume,
    "aws:ec2/eip:Eip": eip,
    "aws:ec2/eipAssociation:EipAssociation": eipAssociation,
    "aws:ec2/instance:Instance": instance,
    "aws:ec2/networkInterface:NetworkInterface": networkInterface,
    "aws:ec2/securityGroup:SecurityGroup": securityGroup,
    "aws:ec2/volumeAttachment:VolumeAttachment": volumeAttachment,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule("Egress"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule("Ingress"),
};

let configured: Api | undefined;
const api = (): Api => {
    if (configured === undefined) {
        throw new Error("the provider is not configured yet");
    }
    return configured;
};

const resources: Record<string, Resource> = {};
for (const [token, definition] of Object.entries(DEFINITIONS)) {
    resources[token] = define(api, definition);
}

serve({
    name: "aws",
    version: "7.48.0",
    checkConfig: settingsFaults,
    configure: async (config, signal) => {
        const found = new Api(settingsOf(config));
        await found.refuseOtherAccounts(signal);
        configured = found;
    },
    resources,
    functions: functionsOf(api),
});
