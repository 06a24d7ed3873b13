import { inFlight } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue } from "../errors";
import { requireType } from "../instance-types";
import type { Instance, LabState, Volume, VolumeAttachment } from "../state";
import type { Xml } from "../xml";
import { attachmentView } from "./volume-view";
import { volumeOf } from "./volumes";

export const volumesOf = (state: LabState, instanceId: string): Volume[] =>
    Object.values(state.volumes).filter((volume) => volume.attachment?.instanceId === instanceId);

/** `/dev/sdf`, `/dev/xvdf` and `xvdf` are one attachment point. */
const point = (device: string): string => device.replace(/^(\/dev\/)?(sd|xvd)/, "");

export function requireDevice(device: string): void {
    if (!/^(\/dev\/)?(sd[a-z]|xvd[a-z]|xvd[b-d][a-z]|sda1)$/.test(device)) {
        throw invalidValue(
            `Value (${device}) for parameter device is invalid. ${device} is not a valid EBS device name.`,
        );
    }
}

export function requireFreeDevice(state: LabState, instance: Instance, device: string): void {
    requireDevice(device);
    if (volumesOf(state, instance.id).some((volume) => point(volume.attachment?.device ?? "") === point(device))) {
        throw invalidValue(`Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`);
    }
}

/** Slots of the instance type; with shared slots interfaces take some, but the first, which the type's number has taken off already. */
async function requireSlot(call: Call, instance: Instance): Promise<void> {
    const type = await requireType(call.types, instance.instanceType);
    const interfaces = Object.values(call.draft.interfaces).filter(
        (card) => card.attachment?.instanceId === instance.id,
    );
    const used =
        volumesOf(call.draft, instance.id).length +
        (type.attachmentLimit === "shared" ? Math.max(0, interfaces.length - 1) : 0);
    if (used >= type.maximumEbsAttachments) {
        throw new Ec2Error(
            "AttachmentLimitExceeded",
            `Instance ${instance.id} of type ${type.name} has reached its attachment limit of ${type.maximumEbsAttachments}`,
        );
    }
}

async function attachVolume(call: Call): Promise<Xml> {
    const { params, draft } = call;
    const volume = volumeOf(call, params.required("VolumeId"));
    const instance = find("instance", draft.instances, params.required("InstanceId"));
    const device = params.required("Device");
    if (instance.state !== "running" && instance.state !== "stopped") {
        throw new Ec2Error("IncorrectState", `Instance '${instance.id}' is not 'running'.`);
    }
    if (volume.attachment !== undefined) {
        throw new Ec2Error("VolumeInUse", `${volume.id} is already attached to an instance`);
    }
    if (volume.state !== "available") {
        throw new Ec2Error("IncorrectState", `${volume.id} is not 'available'.`);
    }
    if (volume.zone !== instance.zone) {
        throw new Ec2Error(
            "InvalidVolume.ZoneMismatch",
            `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
        );
    }
    if (volume.modifications.at(-1)?.state === "modifying") {
        throw new Ec2Error(
            "OperationNotPermitted",
            `Cannot attach volume ${volume.id} when it is in modification state: MODIFYING`,
        );
    }
    requireFreeDevice(draft, instance, device);
    await requireSlot(call, instance);
    const attachment: VolumeAttachment = {
        ...inFlight(call, call.delays.attaching),
        instanceId: instance.id,
        device,
        state: "attaching",
        attachTime: call.now,
        deleteOnTermination: false,
    };
    Object.assign(volume, { state: "in-use", attachment });
    return attachmentView(volume.id, attachment);
}

function detachVolume(call: Call): Xml {
    const { params, draft } = call;
    const volume = volumeOf(call, params.required("VolumeId"));
    const instanceId = params.text("InstanceId");
    const device = params.text("Device");
    const force = params.bool("Force") ?? false;
    if (instanceId !== undefined) {
        find("instance", draft.instances, instanceId);
    }
    const attachment = volume.attachment;
    if (attachment === undefined) {
        throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the '${volume.state}' state.`);
    }
    if (instanceId !== undefined && attachment.instanceId !== instanceId) {
        throw new Ec2Error(
            "InvalidAttachment.NotFound",
            `The volume '${volume.id}' is not attached to instance '${instanceId}'`,
        );
    }
    if (device !== undefined && attachment.device !== device) {
        throw new Ec2Error("InvalidAttachment.NotFound", `The volume '${volume.id}' is not attached as '${device}'`);
    }
    const instance = draft.instances[attachment.instanceId];
    if (instance?.rootDevice === attachment.device && instance.state !== "stopped") {
        throw new Ec2Error(
            "OperationNotPermitted",
            `Unable to detach root volume '${volume.id}' from instance '${instance.id}'`,
        );
    }
    if (attachment.state === "attaching" || attachment.state === "attached") {
        Object.assign(attachment, { state: "detaching", ...inFlight(call, call.delays.detaching) });
    }
    if (force) {
        // What is stuck or held goes now; the guest was not asked and nothing was flushed.
        Object.assign(attachment, { force: true, dueAt: Math.min(attachment.dueAt, call.now + call.delays.detaching) });
    }
    return attachmentView(volume.id, attachment, "detaching");
}

export const attachmentActions: Handlers = { AttachVolume: attachVolume, DetachVolume: detachVolume };
