import { isIPv6 } from "node:net";
import { DONE, newId } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue, missingParameter } from "../errors";
import { filtered, page } from "../filters";
import { canonicalCidr, parseCidr } from "../network";
import type { Params } from "../params";
import type { SecurityGroup, SecurityGroupRule } from "../state";
import { setTags, specifiedTags, tagsOf } from "../tags";
import type { Xml } from "../xml";
import { namedGroup } from "./groups";
import { ruleView } from "./rule-view";

type Wish = Omit<SecurityGroupRule, "id" | "egress">;

const NUMBERS: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", all: "-1" };

function requireCidr(cidr: string): string {
    if (parseCidr(cidr) === undefined) {
        throw invalidValue(`CIDR block ${cidr} is malformed`);
    }
    return canonicalCidr(cidr);
}

function requireCidr6(cidr: string): string {
    const [ip = "", prefix = ""] = cidr.split("/");
    if (!isIPv6(ip) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > 128) {
        throw invalidValue(`CIDR block ${cidr} is malformed`);
    }
    return cidr.toLowerCase();
}

function readDoor(params: Params): Pick<Wish, "protocol" | "fromPort" | "toPort"> {
    const named = params.required("IpProtocol").toLowerCase();
    const protocol = NUMBERS[named] ?? named;
    const fromPort = params.int("FromPort");
    const toPort = params.int("ToPort");
    if (!["-1", "tcp", "udp", "icmp", "icmpv6"].includes(protocol) && !/^\d{1,3}$/.test(protocol)) {
        throw invalidValue(`Invalid value '${named}' for IP protocol. Unknown protocol.`);
    }
    if (protocol === "tcp" || protocol === "udp") {
        if (fromPort === undefined || toPort === undefined) {
            throw missingParameter("fromPort/toPort");
        }
        if (fromPort < 0 || toPort > 65_535 || fromPort > toPort) {
            throw invalidValue(
                `Invalid value for portRange. Must be between 0 and 65535, from (${fromPort}) not above to (${toPort}).`,
            );
        }
        return { protocol, fromPort, toPort };
    }
    // Ports mean nothing where all protocols are meant: EC2 drops them.
    return protocol === "-1" || fromPort === undefined || toPort === undefined
        ? { protocol }
        : { protocol, fromPort, toPort };
}

const described = (params: Params): Pick<Wish, "description"> => {
    const description = params.text("Description");
    return description === undefined ? {} : { description };
};

/** The rules of a request, one for each range or group. */
function readPermissions(call: Call, group: SecurityGroup): Wish[] {
    const { params, draft } = call;
    const source = params.text("CidrIp");
    const permissions = params.structs("IpPermissions");
    const short = source === undefined ? [] : [{ ...readDoor(params), cidrIpv4: requireCidr(source) }];
    const wishes = permissions.flatMap((permission): Wish[] => {
        const door = readDoor(permission);
        return [
            ...permission
                .structs("IpRanges")
                .map((each) => ({ ...door, cidrIpv4: requireCidr(each.required("CidrIp")), ...described(each) })),
            ...permission
                .structs("Ipv6Ranges")
                .map((each) => ({ ...door, cidrIpv6: requireCidr6(each.required("CidrIpv6")), ...described(each) })),
            ...permission
                .structs("PrefixListIds")
                .map((each) => ({ ...door, prefixListId: each.required("PrefixListId"), ...described(each) })),
            ...permission.structs("Groups").map((each) => {
                each.ignore("UserId", "VpcId");
                const other = find("securityGroup", draft.groups, each.required("GroupId"));
                if (other.vpcId !== group.vpcId) {
                    throw invalidValue(
                        `You have specified two resources that belong to different networks: ${group.id} and ${other.id}`,
                    );
                }
                return { ...door, groupId: other.id, ...described(each) };
            }),
        ];
    });
    const all = [...short, ...wishes];
    if (all.length === 0) {
        throw missingParameter("ipPermissions");
    }
    return all;
}

const meaning = (rule: Wish): string =>
    [rule.protocol, rule.fromPort, rule.toPort, rule.cidrIpv4, rule.cidrIpv6, rule.prefixListId, rule.groupId].join(
        " ",
    );

const shown = (wish: Wish): string =>
    `peer: ${wish.cidrIpv4 ?? wish.cidrIpv6 ?? wish.groupId ?? wish.prefixListId}, ${wish.protocol}, from port: ${wish.fromPort ?? "-1"}, to port: ${wish.toPort ?? "-1"}, ALLOW`;

const authorize =
    (egress: boolean) =>
    (call: Call): Xml => {
        const group = namedGroup(call);
        const wishes = readPermissions(call, group);
        const tags = specifiedTags(call, "security-group-rule")["security-group-rule"];
        const present = new Set(group.rules.filter((rule) => rule.egress === egress).map(meaning));
        const made = wishes.map((wish): SecurityGroupRule => {
            if (present.has(meaning(wish))) {
                throw new Ec2Error("InvalidPermission.Duplicate", `the specified rule "${shown(wish)}" already exists`);
            }
            present.add(meaning(wish));
            return { id: newId("rule"), egress, ...wish };
        });
        if (present.size > call.limits.rulesPerGroup) {
            throw new Ec2Error(
                "RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.",
            );
        }
        group.rules.push(...made);
        made.forEach((rule) => setTags(call, rule.id, tags));
        return { ...(DONE as object), securityGroupRuleSet: made.map((rule) => ruleView(call.draft, group, rule)) };
    };

const revoke =
    (egress: boolean) =>
    (call: Call): Xml => {
        const group = namedGroup(call);
        const ids = call.params.list("SecurityGroupRuleId");
        const mine = group.rules.filter((rule) => rule.egress === egress);
        const byId = ids.map((id) => find("rule", Object.fromEntries(mine.map((rule) => [rule.id, rule])), id));
        const wishes = ids.length > 0 ? [] : readPermissions(call, group);
        const byMeaning = wishes.map((wish) => {
            const rule = mine.find((each) => meaning(each) === meaning(wish));
            if (rule === undefined) {
                throw new Ec2Error(
                    "InvalidPermission.NotFound",
                    "The specified rule does not exist in this security group.",
                );
            }
            return rule;
        });
        const gone = [...byId, ...byMeaning];
        group.rules = group.rules.filter((rule) => !gone.includes(rule));
        gone.forEach((rule) => delete call.draft.tags[rule.id]);
        return {
            ...(DONE as object),
            revokedSecurityGroupRuleSet: gone.map((rule) => ruleView(call.draft, group, rule)),
        };
    };

function modifySecurityGroupRules(call: Call): Xml {
    const group = namedGroup(call);
    for (const change of call.params.structs("SecurityGroupRule")) {
        const rules = Object.fromEntries(group.rules.map((rule) => [rule.id, rule]));
        const old = find("rule", rules, change.required("SecurityGroupRuleId"));
        const request = change.struct("SecurityGroupRule");
        if (request === undefined) {
            throw missingParameter("SecurityGroupRule.SecurityGroupRule");
        }
        const peers = {
            cidrIpv4: request.text("CidrIpv4"),
            cidrIpv6: request.text("CidrIpv6"),
            prefixListId: request.text("PrefixListId"),
            groupId: request.text("ReferencedGroupId"),
        };
        const given = Object.entries(peers).filter(([, value]) => value !== undefined);
        if (given.length !== 1) {
            throw invalidValue(
                "Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be specified",
            );
        }
        if (peers.groupId !== undefined) {
            find("securityGroup", call.draft.groups, peers.groupId);
        }
        const source = {
            ...Object.fromEntries(given),
            ...(peers.cidrIpv4 === undefined ? {} : { cidrIpv4: requireCidr(peers.cidrIpv4) }),
            ...(peers.cidrIpv6 === undefined ? {} : { cidrIpv6: requireCidr6(peers.cidrIpv6) }),
        };
        const wish: Wish = { ...readDoor(request), ...source, ...described(request) };
        const others = group.rules.filter((rule) => rule.egress === old.egress && rule.id !== old.id);
        if (others.some((rule) => meaning(rule) === meaning(wish))) {
            throw new Ec2Error("InvalidPermission.Duplicate", `the specified rule "${shown(wish)}" already exists`);
        }
        group.rules = group.rules.map((rule) => (rule === old ? { id: old.id, egress: old.egress, ...wish } : rule));
    }
    return DONE;
}

function describeSecurityGroupRules(call: Call): Xml {
    const { params, draft } = call;
    const rows = Object.values(draft.groups).flatMap((group) =>
        group.rules.map((rule) => ({ id: rule.id, group, rule })),
    );
    const byId = Object.fromEntries(rows.map((row) => [row.id, row]));
    const ids = params.list("SecurityGroupRuleId");
    const named = ids.length > 0 ? ids.map((id) => find("rule", byId, id)) : rows;
    const filters = {
        "group-id": (row: (typeof rows)[number]) => row.group.id,
        "security-group-rule-id": (row: (typeof rows)[number]) => row.id,
    };
    const found = page(
        call,
        filtered(params, named, filters, (row) => tagsOf(draft, row.id)),
    );
    return {
        securityGroupRuleSet: found.items.map(({ group, rule }) => ruleView(draft, group, rule)),
        nextToken: found.nextToken,
    };
}

export const ruleActions: Handlers = {
    AuthorizeSecurityGroupIngress: authorize(false),
    AuthorizeSecurityGroupEgress: authorize(true),
    RevokeSecurityGroupIngress: revoke(false),
    RevokeSecurityGroupEgress: revoke(true),
    ModifySecurityGroupRules: modifySecurityGroupRules,
    DescribeSecurityGroupRules: describeSecurityGroupRules,
};
