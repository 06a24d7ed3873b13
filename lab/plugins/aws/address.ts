import type { Address, AllocateAddressCommandInput, AssociateAddressCommandInput } from "@aws-sdk/client-ec2";
import type { Changes, Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { type Api, hasCode, unless } from "./client";
import type { Definition } from "./define";
import { orGone } from "./find";
import { REGION, type Schema, TAGS } from "./schema";
import { tagSpecifications, tagState, updateTags } from "./tags";
import { doing, minutes, PROPAGATION_MS, retryWhile } from "./wait";

const schema: Schema = {
    ...REGION,
    ...TAGS,
    allocationId: { type: "string", output: true },
    arn: { type: "string", output: true },
    associationId: { type: "string", output: true },
    privateDns: { type: "string", output: true },
    privateIp: { type: "string", output: true },
    publicDns: { type: "string", output: true },
    publicIp: { type: "string", output: true },
    associateWithPrivateIp: { type: "string" },
    domain: { type: "string", computed: true, forceNew: true },
    instance: { type: "string", computed: true },
    networkBorderGroup: { type: "string", computed: true, forceNew: true },
    networkInterface: { type: "string", computed: true },
    publicIpv4Pool: { type: "string", computed: true, forceNew: true },
};

const find = (api: Api, id: string, context: Context): Promise<Address | undefined> =>
    orGone("InvalidAllocationID.NotFound", async () => {
        const { Addresses } = await api.ec2(context.signal).describeAddresses({ AllocationIds: [id] });
        return Addresses?.[0];
    });

async function associate(api: Api, id: string, inputs: Props, context: Context): Promise<void> {
    const request = {
        AllocationId: id,
        InstanceId: inputs["instance"],
        NetworkInterfaceId: inputs["networkInterface"],
        PrivateIpAddress: inputs["associateWithPrivateIp"],
    } as AssociateAddressCommandInput;
    const notYet = (error: unknown): boolean => hasCode(error, "InvalidAllocationID.NotFound");
    await doing(`associating EC2 EIP (${id})`, () =>
        retryWhile(notYet, PROPAGATION_MS, context, () => api.ec2(context.signal).associateAddress(request)),
    );
}

const disassociate = (api: Api, id: string, associationId: string, context: Context): Promise<void> =>
    unless(["InvalidAssociationID.NotFound"], () =>
        doing(`disassociating EC2 EIP (${id})`, () =>
            api.ec2(context.signal).disassociateAddress({ AssociationId: associationId }),
        ),
    );

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isPlaced = (inputs: Props): boolean => isText(inputs["instance"]) || isText(inputs["networkInterface"]);

async function create(api: Api, inputs: Props, context: Context, made: (id: string) => void): Promise<void> {
    const request = {
        Domain: inputs["domain"] ?? "vpc",
        NetworkBorderGroup: inputs["networkBorderGroup"],
        PublicIpv4Pool: inputs["publicIpv4Pool"],
        ...tagSpecifications(api, inputs, "elastic-ip"),
    } as AllocateAddressCommandInput;
    const { AllocationId: id = "" } = await doing("creating EC2 EIP", () =>
        api.ec2(context.signal).allocateAddress(request),
    );
    made(id);
    if (isPlaced(inputs)) {
        await associate(api, id, inputs, context);
    }
}

async function read(api: Api, id: string, state: Props, context: Context): Promise<Props | undefined> {
    const address = await doing(`reading EC2 EIP (${id})`, () => find(api, id, context));
    return (
        address && {
            allocationId: id,
            arn: `arn:aws:ec2:${api.region}:${address.NetworkInterfaceOwnerId ?? ""}:elastic-ip/${id}`,
            associationId: address.AssociationId ?? "",
            domain: address.Domain,
            instance: address.InstanceId ?? "",
            networkBorderGroup: address.NetworkBorderGroup,
            networkInterface: address.NetworkInterfaceId ?? "",
            privateIp: address.PrivateIpAddress ?? "",
            privateDns:
                address.PrivateIpAddress === undefined
                    ? ""
                    : `ip-${address.PrivateIpAddress.replaceAll(".", "-")}.ec2.internal`,
            publicDns: `ec2-${(address.PublicIp ?? "").replaceAll(".", "-")}.compute-1.amazonaws.com`,
            publicIp: address.PublicIp,
            publicIpv4Pool: address.PublicIpv4Pool ?? "amazon",
            region: api.region,
            ...tagState(api, address.Tags, state),
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
    if (["instance", "networkInterface", "associateWithPrivateIp"].some((key) => changes.has(key))) {
        if (isText(state["associationId"])) {
            await disassociate(api, id, state["associationId"], context);
        }
        if (isPlaced(news)) {
            await associate(api, id, news, context);
        }
    }
    await updateTags(api, id, state, news, context);
}

async function remove(api: Api, id: string, state: Props, context: Context): Promise<void> {
    if (isText(state["associationId"])) {
        await disassociate(api, id, state["associationId"], context);
    }
    // Shortly after it was taken off, EC2 may still say that it is in use.
    const locked = (error: unknown): boolean => hasCode(error, "InvalidIPAddress.InUse", "AuthFailure");
    await unless(["InvalidAllocationID.NotFound"], () =>
        doing(`deleting EC2 EIP (${id})`, () =>
            retryWhile(locked, context.timeoutMs ?? minutes(3), context, () =>
                api.ec2(context.signal).releaseAddress({ AllocationId: id }),
            ),
        ),
    );
}

export const eip: Definition = {
    schema,
    recomputed: (changes) =>
        changes.has("instance") || changes.has("networkInterface") ? ["associationId", "privateIp", "privateDns"] : [],
    create,
    read,
    update,
    remove,
};

const associationSchema: Schema = {
    ...REGION,
    allocationId: { type: "string", computed: true, forceNew: true },
    allowReassociation: { type: "boolean", forceNew: true },
    instanceId: { type: "string", computed: true, forceNew: true },
    networkInterfaceId: { type: "string", computed: true, forceNew: true },
    privateIpAddress: { type: "string", computed: true, forceNew: true },
    publicIp: { type: "string", computed: true, forceNew: true },
};

export const eipAssociation: Definition = {
    schema: associationSchema,
    create: async (api, inputs, context, made) => {
        const request = {
            AllocationId: inputs["allocationId"],
            AllowReassociation: inputs["allowReassociation"],
            InstanceId: inputs["instanceId"],
            NetworkInterfaceId: inputs["networkInterfaceId"],
            PrivateIpAddress: inputs["privateIpAddress"],
            PublicIp: inputs["publicIp"],
        } as AssociateAddressCommandInput;
        // A machine that is still starting cannot have one yet.
        const pending = (error: unknown): boolean =>
            hasCode(error, "InvalidInstanceID") && error instanceof Error && error.message.includes("pending instance");
        const { AssociationId = "" } = await doing("creating EC2 EIP Association", () =>
            retryWhile(pending, PROPAGATION_MS, context, () => api.ec2(context.signal).associateAddress(request)),
        );
        made(AssociationId);
    },
    read: async (api, id, _state, context) => {
        const Filters = [{ Name: "association-id", Values: [id] }];
        const { Addresses } = await doing(`reading EC2 EIP Association (${id})`, () =>
            api.ec2(context.signal).describeAddresses({ Filters }),
        );
        const address = Addresses?.find(({ AssociationId }) => AssociationId === id);
        return (
            address && {
                allocationId: address.AllocationId,
                instanceId: address.InstanceId ?? "",
                networkInterfaceId: address.NetworkInterfaceId ?? "",
                privateIpAddress: address.PrivateIpAddress ?? "",
                publicIp: address.PublicIp,
                region: api.region,
            }
        );
    },
    update: () => Promise.reject(new Error("an association of an address cannot be changed")),
    remove: (api, id, _state, context) => disassociate(api, id, id, context),
};
