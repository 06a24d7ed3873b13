import { DONE, newId } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, indexed, invalidValue } from "../errors";
import { filtered, page } from "../filters";
import { requireType } from "../instance-types";
import { interfacesOf, newMac, privateAddress } from "../network";
import { DEFAULT_GROUP_ID } from "../seeds";
import type { NetworkInterface, Subnet } from "../state";
import { setTags, specifiedTags, tagsOf } from "../tags";
import { madeEarlier, remember } from "../tokens";
import type { Xml } from "../xml";
import { groupSet, interfaceFilters, interfaceView } from "./interface-view";

/** The groups named, or the VPC's default one; each must be of the subnet's VPC. */
export function groupsFor(call: Call, subnet: Subnet, wanted: readonly string[]): string[] {
    const groupIds = wanted.length > 0 ? [...wanted] : [DEFAULT_GROUP_ID];
    for (const id of groupIds) {
        if (find("securityGroup", call.draft.groups, id).vpcId !== subnet.vpcId) {
            throw invalidValue(
                `You have specified two resources that belong to different networks: ${id} and ${subnet.id}`,
            );
        }
    }
    if (new Set(groupIds).size !== groupIds.length) {
        throw new Ec2Error("InvalidParameterValue", "The same security group is specified twice");
    }
    return groupIds;
}

export interface CardWish {
    readonly subnet: Subnet;
    readonly privateIp?: string | undefined;
    readonly groupIds: readonly string[];
    readonly description: string;
    readonly autoPublic: boolean;
}

/** Makes an interface in the draft. */
export function makeInterface(call: Call, wish: CardWish): NetworkInterface {
    const card: NetworkInterface = {
        id: newId("networkInterface"),
        subnetId: wish.subnet.id,
        privateIp: privateAddress(call.draft, wish.subnet, wish.privateIp),
        mac: newMac(),
        description: wish.description,
        groupIds: groupsFor(call, wish.subnet, wish.groupIds),
        sourceDestCheck: true,
        autoPublic: wish.autoPublic,
    };
    call.draft.interfaces[card.id] = card;
    return card;
}

function createNetworkInterface(call: Call): Xml {
    const { params, draft } = call;
    const earlier = madeEarlier(call)?.[0];
    if (earlier !== undefined) {
        return { networkInterface: interfaceView(draft, find("networkInterface", draft.interfaces, earlier)) };
    }
    const subnet = find("subnet", draft.subnets, params.required("SubnetId"));
    const addresses = params.structs("PrivateIpAddresses").map((address) => ({
        ip: address.required("PrivateIpAddress"),
        primary: address.bool("Primary") ?? false,
    }));
    if (addresses.length > 1) {
        throw new Ec2Error("PrivateIpAddressLimitExceeded", "the lab's interfaces have one private address");
    }
    params.oneOf("InterfaceType", ["interface"]);
    const card = makeInterface(call, {
        subnet,
        privateIp: params.text("PrivateIpAddress") ?? addresses[0]?.ip,
        groupIds: params.list("SecurityGroupId"),
        description: params.text("Description") ?? "",
        autoPublic: false,
    });
    setTags(call, card.id, specifiedTags(call, "network-interface")["network-interface"]);
    remember(call, [card.id]);
    return { networkInterface: interfaceView(draft, card), clientToken: params.text("ClientToken") };
}

function deleteNetworkInterface(call: Call): Xml {
    const card = find("networkInterface", call.draft.interfaces, call.params.required("NetworkInterfaceId"));
    if (card.attachment !== undefined) {
        throw invalidValue(`Network interface '${card.id}' is currently in use.`);
    }
    forgetInterface(call.draft, card.id);
    return DONE;
}

/** The interface, its tags and its association go; an elastic IP stays allocated. */
export function forgetInterface(draft: Call["draft"], id: string): void {
    for (const address of Object.values(draft.addresses)) {
        if (address.interfaceId === id) {
            delete address.interfaceId;
            delete address.associationId;
        }
    }
    delete draft.interfaces[id];
    delete draft.tags[id];
}

function describeNetworkInterfaces(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("NetworkInterfaceId");
    const named =
        ids.length > 0
            ? ids.map((id) => find("networkInterface", draft.interfaces, id))
            : Object.values(draft.interfaces);
    const shown = page(
        call,
        filtered(params, named, interfaceFilters(draft), (card) => tagsOf(draft, card.id)),
    );
    return { networkInterfaceSet: shown.items.map((card) => interfaceView(draft, card)), nextToken: shown.nextToken };
}

async function attachNetworkInterface(call: Call): Promise<Xml> {
    const { params, draft } = call;
    const card = find("networkInterface", draft.interfaces, params.required("NetworkInterfaceId"));
    const instance = find("instance", draft.instances, params.required("InstanceId"));
    const deviceIndex = Number(params.int("DeviceIndex") ?? params.required("DeviceIndex"));
    if (card.attachment !== undefined) {
        throw new Ec2Error("InvalidNetworkInterface.InUse", `Interface: [${card.id}] in use.`);
    }
    if (instance.state !== "running" && instance.state !== "stopped") {
        throw new Ec2Error("IncorrectInstanceState", `Instance '${instance.id}' is not 'running' or 'stopped'.`);
    }
    if (draft.subnets[card.subnetId]?.zone !== instance.zone) {
        throw invalidValue(
            `You may not attach a network interface to an instance if they are not in the same availability zone`,
        );
    }
    const present = interfacesOf(draft, instance.id);
    if (present.some((other) => other.attachment?.deviceIndex === deviceIndex)) {
        throw invalidValue(
            `Instance '${instance.id}' already has an interface attached at device index '${deviceIndex}'.`,
        );
    }
    const type = await requireType(call.types, instance.instanceType);
    if (present.length >= type.maximumInterfaces) {
        throw new Ec2Error(
            "AttachmentLimitExceeded",
            `Interface count ${present.length + 1} exceeds the limit for ${instance.instanceType}`,
        );
    }
    card.attachment = {
        id: newId("interfaceAttachment"),
        instanceId: instance.id,
        deviceIndex,
        attachTime: call.now,
        deleteOnTermination: false,
    };
    return { attachmentId: card.attachment.id, networkCardIndex: 0 };
}

function detachNetworkInterface(call: Call): Xml {
    const { params, draft } = call;
    const id = params.required("AttachmentId");
    params.bool("Force");
    const card = find(
        "interfaceAttachment",
        indexed(Object.values(draft.interfaces), (each) => each.attachment?.id),
        id,
    );
    if (card.attachment?.deviceIndex === 0) {
        throw new Ec2Error("OperationNotPermitted", "The network interface at device index 0 cannot be detached.");
    }
    delete card.attachment;
    return DONE;
}

function modifyNetworkInterfaceAttribute(call: Call): Xml {
    const { params, draft } = call;
    const card = find("networkInterface", draft.interfaces, params.required("NetworkInterfaceId"));
    const groups = params.list("SecurityGroupId");
    const subnet = draft.subnets[card.subnetId] as Subnet;
    if (groups.length > 0) {
        card.groupIds = groupsFor(call, subnet, groups);
    }
    const description = params.struct("Description");
    if (description?.has("Value") === true) {
        card.description = description.text("Value") ?? "";
    }
    card.sourceDestCheck = params.struct("SourceDestCheck")?.bool("Value") ?? card.sourceDestCheck;
    const attachment = params.struct("Attachment");
    if (attachment !== undefined) {
        const id = attachment.required("AttachmentId");
        if (card.attachment?.id !== id) {
            throw new Ec2Error("InvalidAttachmentID.NotFound", `The attachment '${id}' does not exist on '${card.id}'`);
        }
        card.attachment.deleteOnTermination =
            attachment.bool("DeleteOnTermination") ?? card.attachment.deleteOnTermination;
    }
    return DONE;
}

function describeNetworkInterfaceAttribute(call: Call): Xml {
    const { params, draft } = call;
    const card = find("networkInterface", draft.interfaces, params.required("NetworkInterfaceId"));
    const attribute = params.oneOf("Attribute", ["description", "groupSet", "sourceDestCheck"] as const);
    const views: Record<string, Xml> = {
        description: { value: card.description },
        groupSet: groupSet(draft, card.groupIds),
        sourceDestCheck: { value: card.sourceDestCheck },
    };
    return { networkInterfaceId: card.id, ...(attribute === undefined ? {} : { [attribute]: views[attribute] }) };
}

export const interfaceActions: Handlers = {
    CreateNetworkInterface: createNetworkInterface,
    DeleteNetworkInterface: deleteNetworkInterface,
    DescribeNetworkInterfaces: describeNetworkInterfaces,
    AttachNetworkInterface: attachNetworkInterface,
    DetachNetworkInterface: detachNetworkInterface,
    ModifyNetworkInterfaceAttribute: modifyNetworkInterfaceAttribute,
    DescribeNetworkInterfaceAttribute: describeNetworkInterfaceAttribute,
};
