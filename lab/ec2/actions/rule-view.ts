import { ACCOUNT, REGION } from "../seeds";
import type { LabState, SecurityGroup, SecurityGroupRule } from "../state";
import { tagSet } from "../tags";
import type { Xml } from "../xml";

const door = (rule: SecurityGroupRule): string => [rule.protocol, rule.fromPort, rule.toPort].join(" ");

/** EC2 groups the rules of one protocol and port range into one permission. */
export function permissionsView(rules: readonly SecurityGroupRule[]): Xml {
    const doors = [...new Set(rules.map(door))];
    return doors.map((each) => {
        const same = rules.filter((rule) => door(rule) === each);
        const first = same[0] as SecurityGroupRule;
        const list = (key: "cidrIpv4" | "cidrIpv6" | "prefixListId" | "groupId", name: string): Xml =>
            same
                .filter((rule) => rule[key] !== undefined)
                .map((rule) => ({
                    ...(key === "groupId" ? { userId: ACCOUNT } : {}),
                    [name]: rule[key],
                    description: rule.description,
                }));
        return {
            ipProtocol: first.protocol,
            fromPort: first.fromPort,
            toPort: first.toPort,
            ipRanges: list("cidrIpv4", "cidrIp"),
            ipv6Ranges: list("cidrIpv6", "cidrIpv6"),
            prefixListIds: list("prefixListId", "prefixListId"),
            groups: list("groupId", "groupId"),
        };
    });
}

export const ruleView = (state: LabState, group: SecurityGroup, rule: SecurityGroupRule): Xml => ({
    securityGroupRuleId: rule.id,
    securityGroupRuleArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group-rule/${rule.id}`,
    groupId: group.id,
    groupOwnerId: ACCOUNT,
    isEgress: rule.egress,
    ipProtocol: rule.protocol,
    // A rule for all protocols has no ports; EC2 shows -1 here, but leaves them out of permissions.
    fromPort: rule.fromPort ?? -1,
    toPort: rule.toPort ?? -1,
    cidrIpv4: rule.cidrIpv4,
    cidrIpv6: rule.cidrIpv6,
    prefixListId: rule.prefixListId,
    referencedGroupInfo: rule.groupId && { groupId: rule.groupId, userId: ACCOUNT, vpcId: group.vpcId },
    description: rule.description,
    tagSet: tagSet(state, rule.id),
});
