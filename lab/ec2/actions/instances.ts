import { DONE } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue } from "../errors";
import { filtered, page } from "../filters";
import { requireType } from "../instance-types";
import { primaryInterface } from "../network";
import { ACCOUNT } from "../seeds";
import type { Instance } from "../state";
import { tagsOf } from "../tags";
import type { Xml } from "../xml";
import { volumesOf } from "./attachments";
import { groupSet } from "./interface-view";
import { groupsFor } from "./interfaces";
import { blockDevices, instanceFilters, instanceView, metadataView, stateView } from "./instance-view";
import { readMetadata, readUserData } from "./launch-spec";

const instanceOf = (call: Call): Instance => find("instance", call.draft.instances, call.params.required("InstanceId"));

function selected(call: Call): Instance[] {
    const ids = call.params.list("InstanceId");
    return ids.length > 0
        ? ids.map((id) => find("instance", call.draft.instances, id))
        : Object.values(call.draft.instances);
}

async function describeInstances(call: Call): Promise<Xml> {
    const { params, draft } = call;
    const found = filtered(params, selected(call), instanceFilters(draft), (instance) => tagsOf(draft, instance.id));
    const shown = page(call, found);
    const reservations = new Map<string, Xml[]>();
    for (const instance of shown.items) {
        const vcpus = (await call.types.find(instance.instanceType))?.vcpus;
        const together = reservations.get(instance.reservationId) ?? [];
        reservations.set(instance.reservationId, [...together, instanceView(draft, instance, vcpus)]);
    }
    const reservationSet = [...reservations].map(([reservationId, instancesSet]) => ({
        reservationId,
        ownerId: ACCOUNT,
        groupSet: [],
        instancesSet,
    }));
    return { reservationSet, nextToken: shown.nextToken };
}

function describeInstanceStatus(call: Call): Xml {
    const { params, draft } = call;
    const all = params.bool("IncludeAllInstances") ?? false;
    const running = selected(call).filter((instance) => all || instance.state === "running");
    const filters = {
        "availability-zone": (instance: Instance) => instance.zone,
        "instance-state-code": () => "16",
        "instance-state-name": (instance: Instance) => instance.state,
        "instance-status.status": (instance: Instance) => (instance.state === "running" ? "ok" : "not-applicable"),
        "system-status.status": (instance: Instance) => (instance.state === "running" ? "ok" : "not-applicable"),
    };
    const shown = page(
        call,
        filtered(params, running, filters, (instance) => tagsOf(draft, instance.id)),
    );
    const status = (instance: Instance): Xml =>
        instance.state === "running"
            ? { status: "ok", details: [{ name: "reachability", status: "passed" }] }
            : { status: "not-applicable" };
    return {
        instanceStatusSet: shown.items.map((instance) => ({
            instanceId: instance.id,
            availabilityZone: instance.zone,
            instanceState: stateView(instance.state),
            systemStatus: status(instance),
            instanceStatus: status(instance),
        })),
        nextToken: shown.nextToken,
    };
}

const ATTRIBUTES = [
    "blockDeviceMapping",
    "disableApiStop",
    "disableApiTermination",
    "ebsOptimized",
    "groupSet",
    "instanceInitiatedShutdownBehavior",
    "instanceType",
    "rootDeviceName",
    "sourceDestCheck",
    "userData",
] as const;

function describeInstanceAttribute(call: Call): Xml {
    const { params, draft } = call;
    const instance = instanceOf(call);
    params.required("Attribute");
    const attribute = params.oneOf("Attribute", ATTRIBUTES) as (typeof ATTRIBUTES)[number];
    const card = primaryInterface(draft, instance.id);
    const views: Record<(typeof ATTRIBUTES)[number], Xml> = {
        blockDeviceMapping: blockDevices(draft, instance),
        disableApiStop: { value: instance.disableApiStop },
        disableApiTermination: { value: instance.disableApiTermination },
        ebsOptimized: { value: instance.ebsOptimized },
        groupSet: groupSet(draft, card?.groupIds ?? []),
        instanceInitiatedShutdownBehavior: { value: instance.shutdownBehavior },
        instanceType: { value: instance.instanceType },
        rootDeviceName: { value: instance.rootDevice },
        sourceDestCheck: { value: card?.sourceDestCheck },
        userData: instance.userData === "" ? {} : { value: instance.userData },
    };
    return { instanceId: instance.id, [attribute]: views[attribute] };
}

function requireStopped(instance: Instance): void {
    if (instance.state !== "stopped") {
        throw new Ec2Error("IncorrectInstanceState", `The instance '${instance.id}' is not in the 'stopped' state.`);
    }
}

async function modifyInstanceAttribute(call: Call): Promise<Xml> {
    const { params } = call;
    const instance = instanceOf(call);
    if (instance.state === "terminated" || instance.state === "shutting-down") {
        throw new Ec2Error(
            "IncorrectInstanceState",
            `The instance '${instance.id}' is in the '${instance.state}' state.`,
        );
    }
    // The older form names the attribute beside its value: Attribute=instanceType, Value=…
    const named = params.text("Attribute");
    const value = (parameter: string): string | undefined => {
        const attribute = parameter.charAt(0).toLowerCase() + parameter.slice(1);
        return params.struct(parameter)?.text("Value") ?? (named === attribute ? params.text("Value") : undefined);
    };
    const flag = (parameter: string): boolean | undefined => {
        const text = value(parameter)?.toLowerCase();
        if (text !== undefined && text !== "true" && text !== "false") {
            throw invalidValue(`Value (${text}) for parameter ${parameter} is invalid. Expected: true or false.`);
        }
        return text === undefined ? undefined : text === "true";
    };
    instance.disableApiTermination = flag("DisableApiTermination") ?? instance.disableApiTermination;
    instance.disableApiStop = flag("DisableApiStop") ?? instance.disableApiStop;
    const behavior = value("InstanceInitiatedShutdownBehavior");
    if (behavior !== undefined) {
        if (behavior !== "stop" && behavior !== "terminate") {
            throw invalidValue(
                `Value (${behavior}) for parameter instanceInitiatedShutdownBehavior is invalid. Expected: stop, terminate.`,
            );
        }
        instance.shutdownBehavior = behavior;
    }
    const userData = value("UserData");
    const clearsUserData = params.struct("UserData")?.has("Value") === true;
    if (userData !== undefined || clearsUserData) {
        requireStopped(instance);
        instance.userData = readUserData(userData);
    }
    const typeName = value("InstanceType");
    if (typeName !== undefined) {
        requireStopped(instance);
        const type = await requireType(call.types, typeName);
        instance.instanceType = type.name;
    }
    const optimized = flag("EbsOptimized");
    if (optimized !== undefined) {
        requireStopped(instance);
        instance.ebsOptimized = optimized;
    }
    modifyCard(call, instance, flag("SourceDestCheck"));
    modifyDevices(call, instance);
    return DONE;
}

function modifyCard(call: Call, instance: Instance, check: boolean | undefined): void {
    const card = primaryInterface(call.draft, instance.id);
    const groups = call.params.list("GroupId");
    if (card === undefined) {
        return;
    }
    card.sourceDestCheck = check ?? card.sourceDestCheck;
    const subnet = call.draft.subnets[card.subnetId];
    if (groups.length > 0 && subnet !== undefined) {
        card.groupIds = groupsFor(call, subnet, groups);
    }
}

function modifyDevices(call: Call, instance: Instance): void {
    for (const mapping of call.params.structs("BlockDeviceMapping")) {
        const device = mapping.required("DeviceName");
        const ebs = mapping.struct("Ebs");
        const volume = volumesOf(call.draft, instance.id).find((each) => each.attachment?.device === device);
        if (volume?.attachment === undefined) {
            throw new Ec2Error("InvalidInstanceAttributeValue", `No device is currently mapped at ${device}`);
        }
        ebs?.ignore("VolumeId");
        volume.attachment.deleteOnTermination =
            ebs?.bool("DeleteOnTermination") ?? volume.attachment.deleteOnTermination;
    }
}

function modifyInstanceMetadataOptions(call: Call): Xml {
    const instance = instanceOf(call);
    instance.metadata = readMetadata(call.params, instance.metadata);
    return { instanceId: instance.id, instanceMetadataOptions: metadataView(instance) };
}

function describeInstanceCreditSpecifications(call: Call): Xml {
    const { params, draft } = call;
    const burstable = selected(call).filter((instance) => instance.cpuCredits !== undefined);
    const found = filtered(params, burstable, { "instance-id": (instance) => instance.id }, (instance) =>
        tagsOf(draft, instance.id),
    );
    const shown = page(call, found);
    return {
        instanceCreditSpecificationSet: shown.items.map(({ id, cpuCredits }) => ({ instanceId: id, cpuCredits })),
        nextToken: shown.nextToken,
    };
}

export const instanceActions: Handlers = {
    DescribeInstances: describeInstances,
    DescribeInstanceStatus: describeInstanceStatus,
    DescribeInstanceAttribute: describeInstanceAttribute,
    ModifyInstanceAttribute: modifyInstanceAttribute,
    ModifyInstanceMetadataOptions: modifyInstanceMetadataOptions,
    DescribeInstanceCreditSpecifications: describeInstanceCreditSpecifications,
};
