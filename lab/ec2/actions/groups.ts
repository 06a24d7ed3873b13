import { DONE, newId } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue } from "../errors";
import { filtered, page } from "../filters";
import type { FilterTable } from "../filters";
import { ACCOUNT, DEFAULT_GROUP_ID, REGION, VPC_ID } from "../seeds";
import type { LabState, SecurityGroup, SecurityGroupRule } from "../state";
import { setTags, specifiedTags, tagSet, tagsOf } from "../tags";
import type { Xml } from "../xml";
import { permissionsView } from "./rule-view";

const TEXT = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

export const groupArn = (id: string): string => `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${id}`;

const groupView = (state: LabState, group: SecurityGroup): Xml => ({
    ownerId: ACCOUNT,
    groupId: group.id,
    securityGroupArn: groupArn(group.id),
    groupName: group.name,
    groupDescription: group.description,
    vpcId: group.vpcId,
    ipPermissions: permissionsView(group.rules.filter((rule) => !rule.egress)),
    ipPermissionsEgress: permissionsView(group.rules.filter((rule) => rule.egress)),
    tagSet: tagSet(state, group.id),
});

function createSecurityGroup(call: Call): Xml {
    const { params, draft } = call;
    const name = params.required("GroupName");
    const description = params.required("GroupDescription");
    const vpcId = find("vpc", draft.vpcs, params.text("VpcId") ?? VPC_ID).id;
    if (!TEXT.test(name) || name.startsWith("sg-")) {
        throw invalidValue(
            `Value (${name}) for parameter GroupName is invalid. Character sets beyond ASCII are not supported, nor a name that starts with 'sg-'.`,
        );
    }
    if (!TEXT.test(description)) {
        throw invalidValue(
            `Value (${description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
        );
    }
    const groups = Object.values(draft.groups);
    if (groups.some((group) => group.vpcId === vpcId && group.name === name)) {
        throw new Ec2Error("InvalidGroup.Duplicate", `The security group '${name}' already exists for VPC '${vpcId}'`);
    }
    if (groups.length >= call.limits.groups) {
        throw new Ec2Error("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.");
    }
    const open: SecurityGroupRule = { id: newId("rule"), egress: true, protocol: "-1", cidrIpv4: "0.0.0.0/0" };
    const group: SecurityGroup = { id: newId("securityGroup"), name, description, vpcId, rules: [open] };
    draft.groups[group.id] = group;
    setTags(call, group.id, specifiedTags(call, "security-group")["security-group"]);
    return {
        ...(DONE as object),
        groupId: group.id,
        securityGroupArn: groupArn(group.id),
        tagSet: tagSet(draft, group.id),
    };
}

/** By id, or by name in the default VPC. */
export function namedGroup(call: Call): SecurityGroup {
    const { params, draft } = call;
    const name = params.text("GroupName");
    const id = params.text("GroupId");
    if (id !== undefined || name === undefined) {
        return find("securityGroup", draft.groups, params.required("GroupId"));
    }
    const group = Object.values(draft.groups).find((each) => each.name === name && each.vpcId === VPC_ID);
    if (group === undefined) {
        throw new Ec2Error(
            "InvalidGroup.NotFound",
            `The security group '${name}' does not exist in default VPC '${VPC_ID}'`,
        );
    }
    return group;
}

function deleteSecurityGroup(call: Call): Xml {
    const { draft } = call;
    const group = namedGroup(call);
    if (group.id === DEFAULT_GROUP_ID) {
        throw new Ec2Error(
            "CannotDelete",
            `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
        );
    }
    const held =
        Object.values(draft.interfaces).some((card) => card.groupIds.includes(group.id)) ||
        Object.values(draft.groups).some(
            (other) => other.id !== group.id && other.rules.some((rule) => rule.groupId === group.id),
        );
    if (held) {
        throw new Ec2Error("DependencyViolation", `resource ${group.id} has a dependent object`);
    }
    group.rules.forEach((rule) => delete draft.tags[rule.id]);
    delete draft.groups[group.id];
    delete draft.tags[group.id];
    return { ...(DONE as object), groupId: group.id };
}

const rulesOf =
    (egress: boolean, read: (rule: SecurityGroupRule) => string | number | undefined) => (group: SecurityGroup) =>
        group.rules.filter((rule) => rule.egress === egress).flatMap((rule) => String(read(rule) ?? ""));

const FILTERS: FilterTable<SecurityGroup> = {
    description: (group) => group.description,
    "group-id": (group) => group.id,
    "group-name": (group) => group.name,
    "owner-id": () => ACCOUNT,
    "vpc-id": (group) => group.vpcId,
    "ip-permission.cidr": rulesOf(false, (rule) => rule.cidrIpv4),
    "ip-permission.from-port": rulesOf(false, (rule) => rule.fromPort),
    "ip-permission.group-id": rulesOf(false, (rule) => rule.groupId),
    "ip-permission.protocol": rulesOf(false, (rule) => rule.protocol),
    "ip-permission.to-port": rulesOf(false, (rule) => rule.toPort),
    "egress.ip-permission.cidr": rulesOf(true, (rule) => rule.cidrIpv4),
    "egress.ip-permission.from-port": rulesOf(true, (rule) => rule.fromPort),
    "egress.ip-permission.group-id": rulesOf(true, (rule) => rule.groupId),
    "egress.ip-permission.protocol": rulesOf(true, (rule) => rule.protocol),
    "egress.ip-permission.to-port": rulesOf(true, (rule) => rule.toPort),
};

function describeSecurityGroups(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("GroupId");
    const names = params.list("GroupName");
    const all = Object.values(draft.groups);
    const unknown = names.find((name) => !all.some((group) => group.name === name));
    if (unknown !== undefined) {
        throw new Ec2Error(
            "InvalidGroup.NotFound",
            `The security group '${unknown}' does not exist in default VPC '${VPC_ID}'`,
        );
    }
    const byId = ids.map((id) => find("securityGroup", draft.groups, id));
    const named =
        ids.length + names.length === 0 ? all : [...byId, ...all.filter((group) => names.includes(group.name))];
    const shown = page(
        call,
        filtered(params, named, FILTERS, (group) => tagsOf(draft, group.id)),
    );
    return { securityGroupInfo: shown.items.map((group) => groupView(draft, group)), nextToken: shown.nextToken };
}

export const groupActions: Handlers = {
    CreateSecurityGroup: createSecurityGroup,
    DeleteSecurityGroup: deleteSecurityGroup,
    DescribeSecurityGroups: describeSecurityGroups,
};
