import type { AuthorizeSecurityGroupIngressCommandInput, IpPermission, SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { Changes, Context, Failure } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { type Api, unless } from "./client";
import type { Definition } from "./define";
import { orGone } from "./find";
import { REGION, type Schema, TAGS } from "./schema";
import { tagSpecifications, tagState, updateTags } from "./tags";
import { doing } from "./wait";

const PEERS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

const schema: Schema = {
    ...REGION,
    ...TAGS,
    arn: { type: "string", output: true },
    securityGroupRuleId: { type: "string", output: true },
    cidrIpv4: { type: "string" },
    cidrIpv6: { type: "string" },
    prefixListId: { type: "string" },
    referencedSecurityGroupId: { type: "string" },
    description: { type: "string" },
    fromPort: { type: "number" },
    ipProtocol: { type: "string", required: true },
    securityGroupId: { type: "string", required: true, forceNew: true },
    toPort: { type: "number" },
};

function rules(inputs: Props): Failure[] {
    const given = PEERS.filter((peer) => inputs[peer] !== undefined);
    return given.length === 1
        ? []
        : [
              {
                  property: given[1] ?? "cidrIpv4",
                  reason: `exactly one of ${PEERS.join(", ")} must be given, got ${given.join(", ") || "none"}`,
              },
          ];
}

function permission(inputs: Props): IpPermission {
    const said = inputs["description"] === undefined ? {} : { Description: inputs["description"] as string };
    const text = (key: string): string => inputs[key] as string;
    return {
        IpProtocol: text("ipProtocol"),
        ...(inputs["fromPort"] === undefined ? {} : { FromPort: inputs["fromPort"] as number }),
        ...(inputs["toPort"] === undefined ? {} : { ToPort: inputs["toPort"] as number }),
        ...(inputs["cidrIpv4"] === undefined ? {} : { IpRanges: [{ CidrIp: text("cidrIpv4"), ...said }] }),
        ...(inputs["cidrIpv6"] === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: text("cidrIpv6"), ...said }] }),
        ...(inputs["prefixListId"] === undefined
            ? {}
            : { PrefixListIds: [{ PrefixListId: text("prefixListId"), ...said }] }),
        ...(inputs["referencedSecurityGroupId"] === undefined
            ? {}
            : { UserIdGroupPairs: [{ GroupId: text("referencedSecurityGroupId"), ...said }] }),
    };
}

const find = (api: Api, id: string, context: Context): Promise<SecurityGroupRule | undefined> =>
    orGone("InvalidSecurityGroupRuleId.NotFound", () =>
        orGone("InvalidGroup.NotFound", async () => {
            const request = { SecurityGroupRuleIds: [id] };
            return (await api.ec2(context.signal).describeSecurityGroupRules(request)).SecurityGroupRules?.[0];
        }),
    );

// EC2 says -1 where a protocol has no ports; the provider leaves them out.
const port = (value: number | undefined): number | undefined => (value === -1 ? undefined : value);

async function read(api: Api, id: string, state: Props, context: Context): Promise<Props | undefined> {
    const rule = await doing(`reading VPC Security Group Rule (${id})`, () => find(api, id, context));
    return (
        rule && {
            arn:
                rule.SecurityGroupRuleArn ??
                `arn:aws:ec2:${api.region}:${rule.GroupOwnerId ?? ""}:security-group-rule/${id}`,
            cidrIpv4: rule.CidrIpv4,
            cidrIpv6: rule.CidrIpv6,
            description: rule.Description,
            fromPort: port(rule.FromPort),
            ipProtocol: rule.IpProtocol,
            prefixListId: rule.PrefixListId,
            referencedSecurityGroupId: rule.ReferencedGroupInfo?.GroupId,
            region: api.region,
            securityGroupId: rule.GroupId,
            securityGroupRuleId: id,
            toPort: port(rule.ToPort),
            ...tagState(api, rule.Tags, state),
        }
    );
}

async function update(
    api: Api,
    id: string,
    state: Props,
    news: Props,
    changes: Changes,
    context: Context,
): Promise<void> {
    if ([...changes.keys()].some((path) => !path.startsWith("tags"))) {
        const rule = {
            IpProtocol: news["ipProtocol"] as string,
            FromPort: news["fromPort"] as number | undefined,
            ToPort: news["toPort"] as number | undefined,
            CidrIpv4: news["cidrIpv4"] as string | undefined,
            CidrIpv6: news["cidrIpv6"] as string | undefined,
            PrefixListId: news["prefixListId"] as string | undefined,
            ReferencedGroupId: news["referencedSecurityGroupId"] as string | undefined,
            Description: news["description"] as string | undefined,
        };
        const request = {
            GroupId: news["securityGroupId"] as string,
            SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule: rule }],
        };
        await doing(`updating VPC Security Group Rule (${id})`, () =>
            api.ec2(context.signal).modifySecurityGroupRules(request),
        );
    }
    await updateTags(api, id, state, news, context);
}

/** One rule as a resource of its own, into the group or out of it. */
export function securityGroupRule(direction: "Ingress" | "Egress"): Definition {
    const what = `VPC Security Group ${direction} Rule`;
    return {
        schema,
        rules,
        create: async (api, inputs, context, made) => {
            const ec2 = api.ec2(context.signal);
            const request = {
                GroupId: inputs["securityGroupId"],
                IpPermissions: [permission(inputs)],
                ...tagSpecifications(api, inputs, "security-group-rule"),
            } as AuthorizeSecurityGroupIngressCommandInput & { GroupId: string };
            const { SecurityGroupRules } = await doing(`creating ${what}`, () =>
                direction === "Ingress"
                    ? ec2.authorizeSecurityGroupIngress(request)
                    : ec2.authorizeSecurityGroupEgress(request),
            );
            made(SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "");
        },
        read,
        update,
        remove: async (api, id, state, context) => {
            const ec2 = api.ec2(context.signal);
            const request = { GroupId: state["securityGroupId"] as string, SecurityGroupRuleIds: [id] };
            await unless(["InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"], () =>
                doing(`deleting ${what} (${id})`, () =>
                    direction === "Ingress"
                        ? ec2.revokeSecurityGroupIngress(request)
                        : ec2.revokeSecurityGroupEgress(request),
                ),
            );
        },
    };
}
