import type { FilterTable } from "../filters";
import { privateDns, publicDns, publicIpOf } from "../network";
import { ACCOUNT } from "../seeds";
import type { LabState, NetworkInterface } from "../state";
import { tagSet } from "../tags";
import { time } from "../xml";
import type { Xml } from "../xml";

export const groupSet = (state: LabState, groupIds: readonly string[]): Xml =>
    groupIds.map((groupId) => ({ groupId, groupName: state.groups[groupId]?.name }));

export function associationView(state: LabState, card: NetworkInterface): Record<string, Xml> | undefined {
    const publicIp = publicIpOf(state, card);
    if (publicIp === undefined) {
        return undefined;
    }
    const elastic = Object.values(state.addresses).find((address) => address.interfaceId === card.id);
    return {
        publicIp,
        publicDnsName: publicDns(publicIp),
        ipOwnerId: elastic === undefined ? "amazon" : ACCOUNT,
        allocationId: elastic?.allocationId,
        associationId: elastic?.associationId,
    };
}

const addressSet = (state: LabState, card: NetworkInterface): Xml => [
    {
        privateIpAddress: card.privateIp,
        privateDnsName: privateDns(card.privateIp),
        primary: true,
        association: associationView(state, card),
    },
];

const common = (state: LabState, card: NetworkInterface): Record<string, Xml> => ({
    networkInterfaceId: card.id,
    subnetId: card.subnetId,
    vpcId: state.subnets[card.subnetId]?.vpcId,
    description: card.description,
    ownerId: ACCOUNT,
    status: card.attachment === undefined ? "available" : "in-use",
    macAddress: card.mac,
    privateIpAddress: card.privateIp,
    privateDnsName: privateDns(card.privateIp),
    sourceDestCheck: card.sourceDestCheck,
    groupSet: groupSet(state, card.groupIds),
    association: associationView(state, card),
    privateIpAddressesSet: addressSet(state, card),
    ipv6AddressesSet: [],
    interfaceType: "interface",
});

const attachmentOf = (card: NetworkInterface): Record<string, Xml> | undefined =>
    card.attachment && {
        attachmentId: card.attachment.id,
        deviceIndex: card.attachment.deviceIndex,
        networkCardIndex: 0,
        status: "attached",
        attachTime: time(card.attachment.attachTime),
        deleteOnTermination: card.attachment.deleteOnTermination,
    };

/** As DescribeNetworkInterfaces and CreateNetworkInterface show it. */
export const interfaceView = (state: LabState, card: NetworkInterface): Xml => ({
    ...common(state, card),
    availabilityZone: state.subnets[card.subnetId]?.zone,
    requesterManaged: false,
    attachment: card.attachment && {
        ...attachmentOf(card),
        instanceId: card.attachment.instanceId,
        instanceOwnerId: ACCOUNT,
    },
    tagSet: tagSet(state, card.id),
});

/** As it appears inside an instance. */
export const cardView = (state: LabState, card: NetworkInterface): Xml => ({
    ...common(state, card),
    attachment: attachmentOf(card),
});

export const interfaceFilters = (state: LabState): FilterTable<NetworkInterface> => ({
    "addresses.private-ip-address": (card) => card.privateIp,
    "addresses.association.public-ip": (card) => publicIpOf(state, card),
    "association.allocation-id": (card) => associationView(state, card)?.allocationId as string | undefined,
    "association.association-id": (card) => associationView(state, card)?.associationId as string | undefined,
    "association.public-ip": (card) => publicIpOf(state, card),
    "attachment.attachment-id": (card) => card.attachment?.id,
    "attachment.delete-on-termination": (card) => card.attachment?.deleteOnTermination,
    "attachment.device-index": (card) => card.attachment?.deviceIndex,
    "attachment.instance-id": (card) => card.attachment?.instanceId,
    "attachment.status": (card) => card.attachment && "attached",
    "availability-zone": (card) => state.subnets[card.subnetId]?.zone,
    description: (card) => card.description,
    "group-id": (card) => card.groupIds,
    "group-name": (card) => card.groupIds.flatMap((id) => state.groups[id]?.name ?? []),
    "interface-type": () => "interface",
    "mac-address": (card) => card.mac,
    "network-interface-id": (card) => card.id,
    "owner-id": () => ACCOUNT,
    "private-dns-name": (card) => privateDns(card.privateIp),
    "private-ip-address": (card) => card.privateIp,
    "source-dest-check": (card) => card.sourceDestCheck,
    status: (card) => (card.attachment === undefined ? "available" : "in-use"),
    "subnet-id": (card) => card.subnetId,
    "vpc-id": (card) => state.subnets[card.subnetId]?.vpcId,
});
