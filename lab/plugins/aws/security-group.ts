import { randomBytes } from "node:crypto";
import type { CreateSecurityGroupCommandInput, IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import type { Changes, Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { type Api, hasCode, unless } from "./client";
import type { Definition } from "./define";
import { orGone } from "./find";
import { atomsOfBlocks, atomsOfPermissions, blocksOf, missing, permissionOf } from "./rules";
import { REGION, type Schema, TAGS } from "./schema";
import { tagSpecifications, tagState, updateTags } from "./tags";
import { doing, minutes, PROPAGATION_MS, retryWhile } from "./wait";

const BLOCK: Schema = {
    protocol: { type: "string", required: true },
    fromPort: { type: "number", required: true },
    toPort: { type: "number", required: true },
    cidrBlocks: { type: "strings" },
    ipv6CidrBlocks: { type: "strings" },
    prefixListIds: { type: "strings" },
    securityGroups: { type: "strings" },
    self: { type: "boolean", default: false },
    description: { type: "string" },
};
const schema: Schema = {
    ...REGION,
    ...TAGS,
    arn: { type: "string", output: true },
    ownerId: { type: "string", output: true },
    description: { type: "string", default: "Managed by Pulumi", forceNew: true },
    egress: { type: "objects", computed: true, properties: BLOCK },
    ingress: { type: "objects", computed: true, properties: BLOCK },
    name: { type: "string", computed: true, forceNew: true },
    namePrefix: { type: "string", computed: true, forceNew: true },
    revokeRulesOnDelete: { type: "boolean", default: false },
    vpcId: { type: "string", computed: true, forceNew: true },
};

type Direction = "ingress" | "egress";

const find = (api: Api, id: string, context: Context): Promise<SecurityGroup | undefined> =>
    orGone("InvalidGroup.NotFound", async () => {
        const { SecurityGroups } = await api.ec2(context.signal).describeSecurityGroups({ GroupIds: [id] });
        return SecurityGroups?.[0];
    });

const permissionsOf = (group: SecurityGroup, direction: Direction): IpPermission[] =>
    (direction === "ingress" ? group.IpPermissions : group.IpPermissionsEgress) ?? [];

async function change(
    api: Api,
    id: string,
    how: "authorize" | "revoke",
    direction: Direction,
    permissions: IpPermission[],
    context: Context,
): Promise<void> {
    if (permissions.length === 0) {
        return;
    }
    const ec2 = api.ec2(context.signal);
    const request = { GroupId: id, IpPermissions: permissions };
    const calls = {
        authorize: {
            ingress: () => ec2.authorizeSecurityGroupIngress(request),
            egress: () => ec2.authorizeSecurityGroupEgress(request),
        },
        revoke: {
            ingress: () => ec2.revokeSecurityGroupIngress(request),
            egress: () => ec2.revokeSecurityGroupEgress(request),
        },
    };
    await doing(`updating Security Group (${id}) ${direction} rules`, async () => {
        await calls[how][direction]();
    });
}

/** Brings the rules to what the blocks say: first those to take away, then those to add. */
async function align(api: Api, id: string, direction: Direction, inputs: Props, context: Context): Promise<void> {
    const blocks = inputs[direction] as Props[] | undefined;
    const group = blocks && (await find(api, id, context));
    if (group === undefined) {
        return;
    }
    const there = atomsOfPermissions(permissionsOf(group, direction));
    const wanted = atomsOfBlocks(blocks ?? [], id);
    await change(api, id, "revoke", direction, missing(there, wanted).map(permissionOf), context);
    await change(api, id, "authorize", direction, missing(wanted, there).map(permissionOf), context);
}

async function create(api: Api, inputs: Props, context: Context, made: (id: string) => void): Promise<void> {
    const ec2 = api.ec2(context.signal);
    const request = {
        GroupName: inputs["name"],
        Description: inputs["description"],
        VpcId: inputs["vpcId"],
        ...tagSpecifications(api, inputs, "security-group"),
    } as CreateSecurityGroupCommandInput;
    const { GroupId: id = "" } = await doing(`creating Security Group (${String(inputs["name"])})`, () =>
        ec2.createSecurityGroup(request),
    );
    made(id);
    // EC2 lets a new group talk to everyone; the provider takes that away.
    const notYet = (error: unknown): boolean => hasCode(error, "InvalidGroup.NotFound");
    const open = { GroupId: id, IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }] };
    await doing(`revoking default IPv4 egress rule for Security Group (${id})`, () =>
        retryWhile(notYet, PROPAGATION_MS, context, () => ec2.revokeSecurityGroupEgress(open)),
    );
    const open6 = { GroupId: id, IpPermissions: [{ IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] }] };
    // Where the network has no IPv6 there is no such rule.
    await unless(["InvalidParameterValue", "InvalidPermission.NotFound"], () =>
        doing(`revoking default IPv6 egress rule for Security Group (${id})`, () =>
            ec2.revokeSecurityGroupEgress(open6),
        ),
    );
    await align(api, id, "ingress", inputs, context);
    await align(api, id, "egress", inputs, context);
}

async function read(api: Api, id: string, state: Props, context: Context): Promise<Props | undefined> {
    const group = await doing(`reading Security Group (${id})`, () => find(api, id, context));
    if (group === undefined) {
        return undefined;
    }
    const blocks = (direction: Direction): Props[] =>
        blocksOf(atomsOfPermissions(permissionsOf(group, direction)), (state[direction] ?? []) as Props[], id);
    return {
        arn: `arn:aws:ec2:${api.region}:${group.OwnerId ?? ""}:security-group/${id}`,
        description: group.Description,
        egress: blocks("egress"),
        ingress: blocks("ingress"),
        name: group.GroupName,
        namePrefix: state["namePrefix"] ?? "",
        ownerId: group.OwnerId,
        region: api.region,
        vpcId: group.VpcId,
        ...tagState(api, group.Tags, state),
    };
}

async function update(
    api: Api,
    id: string,
    state: Props,
    news: Props,
    changes: Changes,
    context: Context,
): Promise<void> {
    for (const direction of ["ingress", "egress"] as const) {
        if (changes.has(direction)) {
            await align(api, id, direction, news, context);
        }
    }
    await updateTags(api, id, state, news, context);
}

async function remove(api: Api, id: string, state: Props, context: Context): Promise<void> {
    if (state["revokeRulesOnDelete"] === true) {
        await align(api, id, "ingress", { ingress: [] }, context);
        await align(api, id, "egress", { egress: [] }, context);
    }
    const inUse = (error: unknown): boolean => hasCode(error, "DependencyViolation", "InvalidGroup.InUse");
    const timeoutMs = context.timeoutMs ?? minutes(15);
    await unless(["InvalidGroup.NotFound"], () =>
        doing(`deleting Security Group (${id})`, () =>
            retryWhile(inUse, timeoutMs, context, () => api.ec2(context.signal).deleteSecurityGroup({ GroupId: id })),
        ),
    );
}

/** As Pulumi names what must be unique: the resource's name and seven random digits, kept ever after. */
function complete(inputs: Props, olds: Props, name: string): Props {
    if (inputs["name"] !== undefined) {
        return inputs;
    }
    if (inputs["namePrefix"] !== undefined) {
        const made = `${String(inputs["namePrefix"])}${Date.now()}${randomBytes(4).toString("hex")}`;
        return { ...inputs, name: olds["namePrefix"] === inputs["namePrefix"] ? (olds["name"] ?? made) : made };
    }
    const made = `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
    return {
        ...inputs,
        name: typeof olds["name"] === "string" && olds["name"].startsWith(`${name}-`) ? olds["name"] : made,
    };
}

export const securityGroup: Definition = { schema, complete, create, read, update, remove };
