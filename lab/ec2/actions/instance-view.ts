import type { FilterTable } from "../filters";
import { interfacesOf, primaryInterface, privateDns, publicDns, publicIpOf } from "../network";
import { ACCOUNT } from "../seeds";
import type { Instance, InstanceState, LabState } from "../state";
import { tagSet } from "../tags";
import { time } from "../xml";
import type { Xml } from "../xml";
import { volumesOf } from "./attachments";
import { cardView, groupSet } from "./interface-view";

const CODES: Readonly<Record<InstanceState, number>> = {
    pending: 0,
    running: 16,
    "shutting-down": 32,
    terminated: 48,
    stopping: 64,
    stopped: 80,
};
export const stateView = (state: InstanceState): Xml => ({ code: CODES[state], name: state });

export const metadataView = (instance: Instance): Xml => ({
    state: "applied",
    httpTokens: instance.metadata.httpTokens,
    httpPutResponseHopLimit: instance.metadata.hopLimit,
    httpEndpoint: instance.metadata.httpEndpoint,
    httpProtocolIpv6: "disabled",
    instanceMetadataTags: instance.metadata.tags,
});

export const blockDevices = (state: LabState, instance: Instance): Xml =>
    volumesOf(state, instance.id).map((volume) => ({
        deviceName: volume.attachment?.device,
        ebs: {
            volumeId: volume.id,
            // Here EC2 shows `busy` as what it is: still detaching.
            status: volume.attachment?.state === "busy" ? "detaching" : volume.attachment?.state,
            attachTime: time(volume.attachment?.attachTime ?? 0),
            deleteOnTermination: volume.attachment?.deleteOnTermination,
        },
    }));

export function instanceView(state: LabState, instance: Instance, vcpus = 2): Xml {
    const card = primaryInterface(state, instance.id);
    const publicIp = card && publicIpOf(state, card);
    const alive = instance.state !== "terminated";
    return {
        instanceId: instance.id,
        imageId: instance.imageId,
        instanceState: stateView(instance.state),
        privateDnsName: card === undefined ? "" : privateDns(card.privateIp),
        dnsName: publicIp === undefined ? "" : publicDns(publicIp),
        reason: instance.transitionReason,
        keyName: instance.keyName,
        amiLaunchIndex: 0,
        productCodes: [],
        instanceType: instance.instanceType,
        launchTime: time(instance.launchTime),
        placement: { availabilityZone: instance.zone, groupName: "", tenancy: "default" },
        monitoring: { state: instance.monitoring ? "enabled" : "disabled" },
        subnetId: alive ? instance.subnetId : undefined,
        vpcId: alive ? state.subnets[instance.subnetId]?.vpcId : undefined,
        privateIpAddress: card?.privateIp,
        ipAddress: publicIp,
        sourceDestCheck: card?.sourceDestCheck,
        groupSet: groupSet(state, card?.groupIds ?? []),
        stateReason: instance.stateReason,
        architecture: "x86_64",
        rootDeviceType: "ebs",
        rootDeviceName: instance.rootDevice,
        blockDeviceMapping: blockDevices(state, instance),
        virtualizationType: "hvm",
        clientToken: instance.clientToken ?? "",
        tagSet: tagSet(state, instance.id),
        hypervisor: "xen",
        networkInterfaceSet: interfacesOf(state, instance.id).map((each) => cardView(state, each)),
        ebsOptimized: instance.ebsOptimized,
        enaSupport: true,
        cpuOptions: { coreCount: Math.max(1, vcpus / 2), threadsPerCore: vcpus > 1 ? 2 : 1 },
        capacityReservationSpecification: { capacityReservationPreference: "open" },
        hibernationOptions: { configured: false },
        metadataOptions: metadataView(instance),
        enclaveOptions: { enabled: false },
        bootMode: "uefi-preferred",
        currentInstanceBootMode: "legacy-bios",
        platformDetails: "Linux/UNIX",
        usageOperation: "RunInstances",
        usageOperationUpdateTime: time(instance.launchTime),
        privateDnsNameOptions: {
            hostnameType: "ip-name",
            enableResourceNameDnsARecord: false,
            enableResourceNameDnsAAAARecord: false,
        },
        maintenanceOptions: { autoRecovery: "default" },
    };
}

export const reservationView = (state: LabState, instances: readonly Instance[]): Record<string, Xml> => ({
    reservationId: instances[0]?.reservationId,
    ownerId: ACCOUNT,
    groupSet: [],
    instancesSet: instances.map((instance) => instanceView(state, instance)),
});

export const instanceFilters = (state: LabState): FilterTable<Instance> => {
    const card = (instance: Instance) => primaryInterface(state, instance.id);
    const volumes = (instance: Instance) => volumesOf(state, instance.id);
    return {
        architecture: () => "x86_64",
        "availability-zone": (instance) => instance.zone,
        "block-device-mapping.delete-on-termination": (instance) =>
            volumes(instance).map((volume) => String(volume.attachment?.deleteOnTermination)),
        "block-device-mapping.device-name": (instance) =>
            volumes(instance).map((volume) => volume.attachment?.device ?? ""),
        "block-device-mapping.status": (instance) => volumes(instance).map((volume) => volume.attachment?.state ?? ""),
        "block-device-mapping.volume-id": (instance) => volumes(instance).map((volume) => volume.id),
        "client-token": (instance) => instance.clientToken,
        "dns-name": (instance) => publicIpOfInstance(state, instance, publicDns),
        "image-id": (instance) => instance.imageId,
        "instance-id": (instance) => instance.id,
        "instance-state-code": (instance) => CODES[instance.state],
        "instance-state-name": (instance) => instance.state,
        "instance-type": (instance) => instance.instanceType,
        "instance.group-id": (instance) => card(instance)?.groupIds,
        "instance.group-name": (instance) => card(instance)?.groupIds.flatMap((id) => state.groups[id]?.name ?? []),
        "ip-address": (instance) => publicIpOfInstance(state, instance, (ip) => ip),
        "key-name": (instance) => instance.keyName,
        "launch-time": (instance) => time(instance.launchTime),
        "network-interface.network-interface-id": (instance) => interfacesOf(state, instance.id).map((each) => each.id),
        "network-interface.subnet-id": (instance) => interfacesOf(state, instance.id).map((each) => each.subnetId),
        "private-dns-name": (instance) => card(instance) && privateDns(card(instance)?.privateIp ?? ""),
        "private-ip-address": (instance) => card(instance)?.privateIp,
        "reservation-id": (instance) => instance.reservationId,
        "root-device-name": (instance) => instance.rootDevice,
        "subnet-id": (instance) => instance.subnetId,
        "vpc-id": (instance) => state.subnets[instance.subnetId]?.vpcId,
    };
};

function publicIpOfInstance(state: LabState, instance: Instance, show: (ip: string) => string): string | undefined {
    const card = primaryInterface(state, instance.id);
    const ip = card && publicIpOf(state, card);
    return ip === undefined ? undefined : show(ip);
}
