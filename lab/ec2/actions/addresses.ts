import { DONE, newId } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, indexed, missingParameter } from "../errors";
import { filtered } from "../filters";
import type { FilterTable } from "../filters";
import { primaryInterface, publicAddress } from "../network";
import { ACCOUNT, REGION } from "../seeds";
import type { Address, LabState, NetworkInterface } from "../state";
import { setTags, specifiedTags, tagSet, tagsOf } from "../tags";
import type { Xml } from "../xml";

const cardOf = (state: LabState, address: Address): NetworkInterface | undefined =>
    address.interfaceId === undefined ? undefined : state.interfaces[address.interfaceId];

function addressView(state: LabState, address: Address): Xml {
    const card = cardOf(state, address);
    return {
        publicIp: address.publicIp,
        allocationId: address.allocationId,
        domain: "vpc",
        instanceId: card?.attachment?.instanceId,
        associationId: address.associationId,
        networkInterfaceId: address.interfaceId,
        networkInterfaceOwnerId: address.interfaceId && ACCOUNT,
        privateIpAddress: card?.privateIp,
        publicIpv4Pool: "amazon",
        networkBorderGroup: REGION,
        tagSet: tagSet(state, address.allocationId),
    };
}

function allocateAddress(call: Call): Xml {
    const { params, draft } = call;
    params.oneOf("Domain", ["vpc"]);
    params.ignore("NetworkBorderGroup", "PublicIpv4Pool");
    if (Object.keys(draft.addresses).length >= call.limits.addresses) {
        throw new Ec2Error("AddressLimitExceeded", "The maximum number of addresses has been reached.");
    }
    const address: Address = { allocationId: newId("allocation"), publicIp: publicAddress(draft) };
    draft.addresses[address.allocationId] = address;
    setTags(call, address.allocationId, specifiedTags(call, "elastic-ip")["elastic-ip"]);
    return {
        publicIp: address.publicIp,
        allocationId: address.allocationId,
        domain: "vpc",
        publicIpv4Pool: "amazon",
        networkBorderGroup: REGION,
    };
}

/** The interface that an association is wished for: named, or the machine's first. */
function wishedInterface(call: Call): NetworkInterface {
    const { params, draft } = call;
    const interfaceId = params.text("NetworkInterfaceId");
    const instanceId = params.text("InstanceId");
    params.ignore("PrivateIpAddress");
    if (interfaceId !== undefined) {
        return find("networkInterface", draft.interfaces, interfaceId);
    }
    if (instanceId === undefined) {
        throw missingParameter("InstanceId/NetworkInterfaceId");
    }
    const instance = find("instance", draft.instances, instanceId);
    const card = primaryInterface(draft, instance.id);
    if (card === undefined || (instance.state !== "running" && instance.state !== "stopped")) {
        throw new Ec2Error(
            "IncorrectInstanceState",
            `The instance '${instance.id}' is not in a valid state for this operation.`,
        );
    }
    return card;
}

function associateAddress(call: Call): Xml {
    const { params, draft } = call;
    const address = find("allocation", draft.addresses, params.required("AllocationId"));
    const card = wishedInterface(call);
    const again = params.bool("AllowReassociation") ?? false;
    if (address.associationId !== undefined && address.interfaceId === card.id) {
        return { ...(DONE as object), associationId: address.associationId };
    }
    const other = Object.values(draft.addresses).find((each) => each.interfaceId === card.id);
    if (other !== undefined && !again) {
        throw new Ec2Error(
            "Resource.AlreadyAssociated",
            `resource ${card.id} is already associated with address ${other.allocationId}`,
        );
    }
    if (address.associationId !== undefined && !again) {
        throw new Ec2Error(
            "Resource.AlreadyAssociated",
            `resource ${address.allocationId} is already associated with associate-id ${address.associationId}`,
        );
    }
    if (other !== undefined) {
        delete other.associationId;
        delete other.interfaceId;
    }
    Object.assign(address, { associationId: newId("association"), interfaceId: card.id });
    // The address that EC2 gave goes back to its pool as soon as an elastic one takes its place.
    delete card.autoPublicIp;
    return { ...(DONE as object), associationId: address.associationId };
}

function disassociateAddress(call: Call): Xml {
    const { params, draft } = call;
    const id = params.required("AssociationId");
    const address = find(
        "association",
        indexed(Object.values(draft.addresses), (each) => each.associationId),
        id,
    );
    delete address.associationId;
    delete address.interfaceId;
    return DONE;
}

function releaseAddress(call: Call): Xml {
    const address = find("allocation", call.draft.addresses, call.params.required("AllocationId"));
    call.params.ignore("NetworkBorderGroup");
    if (address.associationId !== undefined) {
        throw new Ec2Error("InvalidIPAddress.InUse", `Address ${address.publicIp} is in use.`);
    }
    delete call.draft.addresses[address.allocationId];
    delete call.draft.tags[address.allocationId];
    return DONE;
}

const filtersFor = (state: LabState): FilterTable<Address> => ({
    "allocation-id": (address) => address.allocationId,
    "association-id": (address) => address.associationId,
    domain: () => "vpc",
    "instance-id": (address) => cardOf(state, address)?.attachment?.instanceId,
    "network-border-group": () => REGION,
    "network-interface-id": (address) => address.interfaceId,
    "private-ip-address": (address) => cardOf(state, address)?.privateIp,
    "public-ip": (address) => address.publicIp,
});

function named(call: Call): Address[] {
    const ids = call.params.list("AllocationId");
    const ips = call.params.list("PublicIp");
    const all = Object.values(call.draft.addresses);
    const unknown = ips.find((ip) => !all.some((address) => address.publicIp === ip));
    if (unknown !== undefined) {
        throw new Ec2Error("InvalidAddress.NotFound", `Address '${unknown}' not found.`);
    }
    const byId = ids.map((id) => find("allocation", call.draft.addresses, id));
    return ids.length + ips.length === 0 ? all : [...byId, ...all.filter((address) => ips.includes(address.publicIp))];
}

function describeAddresses(call: Call): Xml {
    const { params, draft } = call;
    const found = filtered(params, named(call), filtersFor(draft), (address) => tagsOf(draft, address.allocationId));
    return { addressesSet: found.map((address) => addressView(draft, address)) };
}

function describeAddressesAttribute(call: Call): Xml {
    call.params.oneOf("Attribute", ["domain-name"]);
    const addresses = named(call).map(({ publicIp, allocationId }) => ({ publicIp, allocationId }));
    return { addressSet: addresses };
}

export const addressActions: Handlers = {
    AllocateAddress: allocateAddress,
    AssociateAddress: associateAddress,
    DisassociateAddress: disassociateAddress,
    ReleaseAddress: releaseAddress,
    DescribeAddresses: describeAddresses,
    DescribeAddressesAttribute: describeAddressesAttribute,
};
