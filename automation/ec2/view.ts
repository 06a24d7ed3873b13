import type {
    Address,
    Instance,
    NetworkInterface,
    SecurityGroup,
    SecurityGroupRule,
    Snapshot,
    Volume,
    VolumeModification,
} from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import type { PartView, ServerView, SnapshotView, VolumeView } from "../model/observed";
import { shapeOf } from "./modifications";

type Tagged = { readonly Tags?: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined };

export function tag(thing: Tagged, key: string): string | undefined {
    return thing.Tags?.find((candidate) => candidate.Key === key)?.Value;
}

export function volumeView(volume: Volume, modifications: readonly VolumeModification[]): VolumeView {
    const attachment = volume.Attachments?.[0];
    const last = modifications.find(({ VolumeId }) => VolumeId === volume.VolumeId);
    const state = last?.ModificationState;
    const kept = keptView(volume);
    return {
        id: volume.VolumeId!,
        slot: kept === undefined ? (tag(volume, TAG.slot) ?? "") : "",
        kept,
        zone: volume.AvailabilityZone ?? "",
        ...shapeOf(volume, last),
        state: volume.State ?? "",
        attachedTo: attachment?.InstanceId,
        attachment: attachment?.State,
        snapshotId: volume.SnapshotId === "" ? undefined : volume.SnapshotId,
        fromSnapshot: tag(volume, TAG.from),
        fromVolume: tag(volume, TAG.fromVolume),
        nonce: tag(volume, TAG.nonce),
        createdAt: volume.CreateTime?.toISOString(),
        encrypted: volume.Encrypted,
        tags: Object.fromEntries((volume.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
        modification:
            state === "modifying" || state === "optimizing" ? { state, progress: last?.Progress ?? 0 } : undefined,
        failed: state === "failed" ? (last?.StatusMessage ?? "no reason given") : undefined,
        modifiedAt: last?.StartTime?.toISOString(),
    };
}

function keptView(volume: Volume): VolumeView["kept"] {
    const hours = tag(volume, TAG.keepHours);
    if (hours === undefined) return undefined;
    return { slot: tag(volume, TAG.slot) ?? "", hours: Number(hours), until: tag(volume, TAG.keptUntil) };
}

export function snapshotView(snapshot: Snapshot): SnapshotView {
    const { SnapshotId: id = "", VolumeId: volumeId = "", State: state, Progress: progress = "" } = snapshot;
    return {
        id,
        volumeId,
        stage: tag(snapshot, TAG.copy) === "final" ? "final" : "ahead",
        state: state === "completed" || state === "error" ? state : "pending",
        progress: Number.parseInt(progress, 10) || 0,
        nonce: tag(snapshot, TAG.nonce),
    };
}

export function serverView(instance: Instance): ServerView {
    return {
        id: instance.InstanceId!,
        state: instance.State?.Name ?? "pending",
        imageId: instance.ImageId ?? "",
        instanceType: instance.InstanceType ?? "",
        privateIp: instance.PrivateIpAddress,
        launchedAt: instance.LaunchTime?.toISOString(),
        leaving: tag(instance, TAG.leaving) === instance.InstanceId,
        createdAt: earliest(instance)?.toISOString(),
        ...marks(instance),
        interfaceIds: instance.NetworkInterfaces?.map(({ NetworkInterfaceId }) => NetworkInterfaceId!),
    };
}

function earliest({ LaunchTime, BlockDeviceMappings = [], NetworkInterfaces = [] }: Instance): Date | undefined {
    const times = [
        LaunchTime,
        ...BlockDeviceMappings.map(({ Ebs }) => Ebs?.AttachTime),
        ...NetworkInterfaces.map(({ Attachment }) => Attachment?.AttachTime),
    ];
    return times.filter((time) => time !== undefined).sort((a, b) => a.getTime() - b.getTime())[0];
}

const marks = (thing: Tagged) => ({ part: tag(thing, TAG.part), nonce: tag(thing, TAG.nonce) });

export const interfacePart = (found: NetworkInterface): PartView => ({
    kind: "address",
    id: found.NetworkInterfaceId!,
    used: found.Attachment !== undefined || found.Status === "in-use",
    ...marks({ Tags: found.TagSet }),
});

export const addressPart = (found: Address): PartView => ({
    kind: "public-address",
    id: found.AllocationId!,
    used: found.AssociationId !== undefined,
    usedBy: found.NetworkInterfaceId,
    ...marks(found),
});

/** A door is used when an interface stands behind it. */
export const doorPart = (found: SecurityGroup, interfaces: readonly NetworkInterface[]): PartView => ({
    kind: "door",
    id: found.GroupId!,
    used: interfaces.some((candidate) => candidate.Groups?.some((group) => group.GroupId === found.GroupId) === true),
    ...marks(found),
});

/** Nothing stands on a rule: one that the state does not know only keeps the next `up` from making it. */
export const rulePart = (rule: SecurityGroupRule): PartView => ({
    kind: "rule",
    id: rule.SecurityGroupRuleId!,
    used: false,
    ...marks(rule),
});
