import { randomBytes } from "node:crypto";
import { inFlight, newId } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue } from "../errors";
import { requireType } from "../instance-types";
import { publicAddress, publicIpOf } from "../network";
import type { Params } from "../params";
import type { Image, Instance, NetworkInterface, Subnet, Volume } from "../state";
import { setTags, specifiedTags } from "../tags";
import { madeEarlier, remember } from "../tokens";
import type { Xml } from "../xml";
import { reservationView } from "./instance-view";
import { makeInterface } from "./interfaces";
import { readMetadata, readSubnet, readUserData, readVolumes } from "./launch-spec";
import type { LaunchVolume } from "./launch-spec";
import { requireVolumeRoom } from "./volumes";

/** Features that change nothing a drive can see. */
const WITHOUT_EFFECT = [
    "CapacityReservationSpecification",
    "CpuOptions",
    "EnclaveOptions",
    "HibernationOptions",
    "MaintenanceOptions",
    "PrivateDnsNameOptions",
];

async function runInstances(call: Call): Promise<Xml> {
    const { params, draft } = call;
    const earlier = madeEarlier(call);
    if (earlier !== undefined) {
        return reservationView(
            draft,
            earlier.map((id) => stillThere(call, id)),
        );
    }
    const image = find("image", draft.images, params.required("ImageId"));
    const typeName = params.required("InstanceType");
    const count = requireCount(call);
    const type = await requireType(call.types, typeName);
    if (!type.architectures.includes("x86_64")) {
        throw invalidValue(
            `The architecture '${type.architectures.join(",")}' of the specified instance type does not match the architecture 'x86_64' of the specified AMI.`,
        );
    }
    const keyName = params.text("KeyName");
    if (keyName !== undefined && draft.keyPairs[keyName] === undefined) {
        throw new Ec2Error("InvalidKeyPair.NotFound", `The key pair '${keyName}' does not exist`);
    }
    const cards = readCards(call, count);
    const volumes = readVolumes(call, image);
    requireVolumeRoom(call, volumes.length * count);
    const tags = specifiedTags(call, "instance", "volume", "network-interface");
    const common = readCommon(call, image, type.burstable);
    params.ignore(...WITHOUT_EFFECT);
    const reservationId = `r-0${randomBytes(8).toString("hex")}`;
    const instances = Array.from({ length: count }, () => {
        const id = newId("instance");
        const subnet = cards.subnet;
        const instance: Instance = {
            ...common,
            ...inFlight(call, call.delays.instancePending),
            id,
            reservationId,
            instanceType: typeName,
            subnetId: subnet.id,
            zone: subnet.zone,
            ...(keyName === undefined ? {} : { keyName }),
        };
        draft.instances[id] = instance;
        setTags(call, id, tags.instance);
        cards.attach(id, tags["network-interface"]);
        volumes.forEach((volume) => addVolume(call, instance, volume, tags.volume));
        return instance;
    });
    remember(
        call,
        instances.map((instance) => instance.id),
    );
    return reservationView(draft, instances);
}

function stillThere(call: Call, id: string): Instance {
    const instance = call.draft.instances[id];
    if (instance === undefined || instance.state === "terminated" || instance.state === "shutting-down") {
        throw new Ec2Error("IdempotentInstanceTerminated", "The client token is of an instance that is terminated");
    }
    return instance;
}

function requireCount(call: Call): number {
    const { params } = call;
    const least = Number(params.int("MinCount") ?? params.required("MinCount"));
    const most = Number(params.int("MaxCount") ?? params.required("MaxCount"));
    if (least < 1 || most < least) {
        throw invalidValue(
            `Value (${least}) for parameter minCount is invalid: expected 1 or more and at most maxCount (${most}).`,
        );
    }
    const alive = Object.values(call.draft.instances).filter((instance) => instance.state !== "terminated").length;
    const room = call.limits.instances - alive;
    if (room < least) {
        throw new Ec2Error(
            "InstanceLimitExceeded",
            `Your quota allows for ${Math.max(room, 0)} more running instance(s). You requested at least ${least}.`,
        );
    }
    return Math.min(most, room);
}

type Common = Omit<
    Instance,
    "id" | "reservationId" | "instanceType" | "subnetId" | "zone" | "keyName" | "dueAt" | "handsDone"
>;

function readCommon(call: Call, image: Image, burstable: boolean): Common {
    const { params, now } = call;
    const credits = params.struct("CreditSpecification")?.oneOf("CpuCredits", ["standard", "unlimited"]);
    if (credits !== undefined && !burstable) {
        throw new Ec2Error(
            "InvalidParameterCombination",
            "The CreditSpecification parameter is for burstable instance types only",
        );
    }
    const clientToken = params.text("ClientToken");
    return {
        imageId: image.id,
        state: "pending",
        launchTime: now,
        userData: readUserData(params.text("UserData")),
        rootDevice: image.rootDevice,
        ...(clientToken === undefined ? {} : { clientToken }),
        disableApiTermination: params.bool("DisableApiTermination") ?? false,
        disableApiStop: params.bool("DisableApiStop") ?? false,
        shutdownBehavior: params.oneOf("InstanceInitiatedShutdownBehavior", ["stop", "terminate"]) ?? "stop",
        ebsOptimized: params.bool("EbsOptimized") ?? false,
        monitoring: params.struct("Monitoring")?.bool("Enabled") ?? false,
        metadata: readMetadata(params.struct("MetadataOptions")),
        ...(burstable ? { cpuCredits: credits ?? "unlimited" } : {}),
        transitionReason: "",
    };
}

interface Cards {
    readonly subnet: Subnet;
    attach(instanceId: string, tags: Readonly<Record<string, string>> | undefined): void;
}

/** The network side of a launch: an interface that is there and is taken over, or a new one in a subnet. */
function readCards(call: Call, count: number): Cards {
    const { params, draft, now } = call;
    const specs = params.structs("NetworkInterface");
    const groups = params.list("SecurityGroupId");
    const subnetId = params.text("SubnetId");
    const privateIp = params.text("PrivateIpAddress");
    if (specs.length > 1) {
        throw new Ec2Error("UnsupportedOperation", "the lab's machines have one network card at launch");
    }
    const spec = specs[0];
    if (spec !== undefined && (subnetId ?? privateIp ?? groups[0]) !== undefined) {
        const what = subnetId === undefined ? "instance-level security groups" : "an instance-level subnet ID";
        throw new Ec2Error(
            "InvalidParameterCombination",
            `Network interfaces and ${what} may not be specified on the same request`,
        );
    }
    const bind = (card: NetworkInterface, instanceId: string, deleteOnTermination: boolean): void => {
        card.attachment = {
            id: newId("interfaceAttachment"),
            instanceId,
            deviceIndex: 0,
            attachTime: now,
            deleteOnTermination,
        };
    };
    if (spec !== undefined && (spec.int("DeviceIndex") ?? 0) !== 0) {
        throw new Ec2Error("InvalidParameterCombination", "A network interface with device index 0 is required");
    }
    spec?.ignore("NetworkCardIndex", "InterfaceType");
    const cardId = spec?.text("NetworkInterfaceId");
    if (spec !== undefined && cardId !== undefined) {
        const card = existingCard(call, spec, cardId, count);
        const keep = spec.bool("DeleteOnTermination") ?? false;
        const subnet = readSubnet(call, card.subnetId);
        return { subnet, attach: (instanceId) => bind(card, instanceId, keep) };
    }
    const subnet = readSubnet(call, spec?.text("SubnetId") ?? subnetId);
    const autoPublic = spec?.bool("AssociatePublicIpAddress") ?? subnet.mapPublicIp;
    const wish = {
        subnet,
        privateIp: spec?.text("PrivateIpAddress") ?? privateIp,
        groupIds: spec?.list("SecurityGroupId") ?? groups,
        description: spec?.text("Description") ?? "",
        autoPublic,
    };
    const deleted = spec?.bool("DeleteOnTermination") ?? true;
    return {
        subnet,
        attach: (instanceId, tags) => {
            const card = makeInterface(call, wish);
            bind(card, instanceId, deleted);
            setTags(call, card.id, tags);
            if (autoPublic) {
                card.autoPublicIp = publicAddress(draft);
            }
        },
    };
}

function existingCard(call: Call, spec: Params, id: string, count: number): NetworkInterface {
    const card = find("networkInterface", call.draft.interfaces, id);
    if (card.attachment !== undefined) {
        throw new Ec2Error("InvalidNetworkInterface.InUse", `Interface: [${id}] in use.`);
    }
    if (count > 1) {
        throw new Ec2Error(
            "InvalidParameterCombination",
            "A network interface may not be specified when launching more than one instance",
        );
    }
    if (spec.has("AssociatePublicIpAddress") && publicIpOf(call.draft, card) === undefined) {
        throw new Ec2Error(
            "InvalidParameterCombination",
            "The associatePublicIPAddress parameter cannot be specified with a network interface that exists",
        );
    }
    return card;
}

function addVolume(
    call: Call,
    instance: Instance,
    wish: LaunchVolume,
    tags: Readonly<Record<string, string>> | undefined,
): void {
    const work = inFlight(call, 0);
    const volume: Volume = {
        ...wish.shape,
        ...work,
        // The machine makes its own root disk at its first power-on.
        handsDone: wish.root,
        id: newId("volume"),
        zone: instance.zone,
        state: wish.root ? "in-use" : "creating",
        createTime: call.now,
        encrypted: wish.encrypted,
        ...(wish.kmsKeyId === undefined ? {} : { kmsKeyId: wish.kmsKeyId }),
        ...(wish.snapshotId === undefined ? {} : { snapshotId: wish.snapshotId }),
        root: wish.root,
        attachment: {
            ...work,
            instanceId: instance.id,
            device: wish.device,
            state: "attaching",
            attachTime: call.now,
            deleteOnTermination: wish.deleteOnTermination,
        },
        modifications: [],
    };
    call.draft.volumes[volume.id] = volume;
    setTags(call, volume.id, tags);
}

export const runActions: Handlers = { RunInstances: runInstances };
