import { randomUUID } from "node:crypto";
import type { CreateNetworkInterfaceCommandInput } from "@aws-sdk/client-ec2";
import type { Changes, Context, Failure } from "../protocol/plugin";
import { type Props, same } from "../protocol/values";
import { type Api, unless } from "./client";
import type { Definition } from "./define";
import { findInterface } from "./find";
import { REGION, type Schema, TAGS } from "./schema";
import { tagSpecifications, tagState, updateTags } from "./tags";
import { doing, minutes, waitFor } from "./wait";

const schema: Schema = {
    ...REGION,
    ...TAGS,
    arn: { type: "string", output: true },
    attachments: { type: "objects", output: true },
    macAddress: { type: "string", output: true },
    ownerId: { type: "string", output: true },
    privateDnsName: { type: "string", output: true },
    // An argument of the real one too, which it does not use when it creates: privateIps decides.
    privateIp: { type: "string", output: true },
    description: { type: "string" },
    interfaceType: { type: "string", computed: true, forceNew: true },
    // A new primary address needs a new interface; several addresses are not modelled.
    privateIps: { type: "strings", computed: true, forceNew: true },
    privateIpsCount: { type: "number", output: true },
    securityGroups: { type: "strings", computed: true },
    sourceDestCheck: { type: "boolean", default: true },
    subnetId: { type: "string", required: true, forceNew: true },
};

function rules(inputs: Props): Failure[] {
    const { privateIps } = inputs;
    return Array.isArray(privateIps) && privateIps.length > 1
        ? [{ property: "privateIps", reason: `the lab models one address an interface, got ${privateIps.join(", ")}` }]
        : [];
}

async function create(api: Api, inputs: Props, context: Context, made: (id: string) => void): Promise<void> {
    const ec2 = api.ec2(context.signal);
    const addresses = inputs["privateIps"] as string[] | undefined;
    const groups = inputs["securityGroups"] as string[] | undefined;
    const request = {
        ClientToken: randomUUID(),
        SubnetId: inputs["subnetId"],
        Description: inputs["description"],
        InterfaceType: inputs["interfaceType"],
        Groups: groups !== undefined && groups.length > 0 ? groups : undefined,
        PrivateIpAddresses: addresses?.map((PrivateIpAddress, index) => ({ PrivateIpAddress, Primary: index === 0 })),
        ...tagSpecifications(api, inputs, "network-interface"),
    } as CreateNetworkInterfaceCommandInput;
    const { NetworkInterface } = await doing("creating EC2 Network Interface", () =>
        ec2.createNetworkInterface(request),
    );
    const id = NetworkInterface?.NetworkInterfaceId ?? "";
    made(id);
    await doing(`waiting for EC2 Network Interface (${id}) create`, () =>
        waitFor(
            {
                pending: ["pending"],
                target: ["available"],
                timeoutMs: context.timeoutMs ?? minutes(10),
                look: async () => {
                    const found = await findInterface(api, id, context);
                    return found && { state: found.Status ?? "", found };
                },
            },
            context,
        ),
    );
    if (inputs["sourceDestCheck"] === false) {
        await modify(api, id, { SourceDestCheck: { Value: false } }, context);
    }
}

const modify = (api: Api, id: string, attribute: object, context: Context): Promise<unknown> =>
    doing(`modifying EC2 Network Interface (${id})`, () =>
        api.ec2(context.signal).modifyNetworkInterfaceAttribute({ NetworkInterfaceId: id, ...attribute }),
    );

async function read(api: Api, id: string, state: Props, context: Context): Promise<Props | undefined> {
    const found = await doing(`reading EC2 Network Interface (${id})`, () => findInterface(api, id, context));
    if (found === undefined) {
        return undefined;
    }
    const { Attachment } = found;
    const groups = (found.Groups ?? []).map((group) => group.GroupId ?? "");
    const wanted = state["securityGroups"];
    return {
        arn: `arn:aws:ec2:${api.region}:${found.OwnerId ?? ""}:network-interface/${id}`,
        attachments:
            Attachment?.InstanceId === undefined
                ? []
                : [
                      {
                          attachmentId: Attachment.AttachmentId,
                          deviceIndex: Attachment.DeviceIndex,
                          instance: Attachment.InstanceId,
                      },
                  ],
        description: found.Description ?? "",
        interfaceType: found.InterfaceType,
        macAddress: found.MacAddress,
        ownerId: found.OwnerId,
        privateDnsName: found.PrivateDnsName ?? "",
        privateIp: found.PrivateIpAddress,
        privateIps: (found.PrivateIpAddresses ?? []).map((address) => address.PrivateIpAddress),
        privateIpsCount: Math.max(0, (found.PrivateIpAddresses?.length ?? 1) - 1),
        region: api.region,
        // A set: the order is the user's.
        securityGroups: Array.isArray(wanted) && same([...wanted].sort(), [...groups].sort()) ? wanted : groups,
        sourceDestCheck: found.SourceDestCheck ?? true,
        subnetId: found.SubnetId,
        ...tagState(api, found.TagSet, state),
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
    await updateTags(api, id, state, news, context);
    if (changes.has("securityGroups")) {
        await modify(api, id, { Groups: news["securityGroups"] }, context);
    }
    if (changes.has("sourceDestCheck")) {
        await modify(api, id, { SourceDestCheck: { Value: news["sourceDestCheck"] } }, context);
    }
    if (changes.has("description")) {
        await modify(api, id, { Description: { Value: news["description"] ?? "" } }, context);
    }
}

interface Attached {
    readonly attachmentId?: string;
}

/** An attached interface is detached first, which EC2 refuses for a machine's primary one. */
async function detach(api: Api, id: string, state: Props, context: Context): Promise<void> {
    const [attachment] = (state["attachments"] ?? []) as Attached[];
    if (attachment?.attachmentId === undefined) {
        return;
    }
    const request = { AttachmentId: attachment.attachmentId, Force: true };
    let there = true;
    await unless(["InvalidAttachmentID.NotFound"], async () => {
        there = false;
        await doing(`detaching EC2 Network Interface (${id}/${request.AttachmentId})`, () =>
            api.ec2(context.signal).detachNetworkInterface(request),
        );
        there = true;
    });
    if (!there) {
        return;
    }
    await waitFor(
        {
            pending: ["attached", "attaching", "detaching"],
            target: ["detached"],
            timeoutMs: minutes(10),
            look: async () => {
                const found = await findInterface(api, id, context);
                return { state: found?.Attachment?.Status ?? "detached", found };
            },
        },
        context,
    );
}

async function remove(api: Api, id: string, state: Props, context: Context): Promise<void> {
    await detach(api, id, state, context);
    await unless(["InvalidNetworkInterfaceID.NotFound"], () =>
        doing(`deleting EC2 Network Interface (${id})`, () =>
            api.ec2(context.signal).deleteNetworkInterface({ NetworkInterfaceId: id }),
        ),
    );
}

export const networkInterface: Definition = { schema, rules, create, read, update, remove };
