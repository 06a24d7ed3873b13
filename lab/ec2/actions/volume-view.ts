import type { FilterTable } from "../filters";
import { tagSet } from "../tags";
import type { LabState, Modification, Snapshot, Volume, VolumeAttachment } from "../state";
import { ACCOUNT, ZONES } from "../seeds";
import { time } from "../xml";
import type { Xml } from "../xml";

export const attachmentView = (
    volumeId: string,
    attachment: VolumeAttachment,
    state: string = attachment.state,
): Xml => ({
    volumeId,
    instanceId: attachment.instanceId,
    device: attachment.device,
    status: state,
    attachTime: time(attachment.attachTime),
    deleteOnTermination: attachment.deleteOnTermination,
});

export function volumeView(state: LabState, volume: Volume): Xml {
    return {
        volumeId: volume.id,
        size: volume.size,
        snapshotId: volume.snapshotId ?? "",
        availabilityZone: volume.zone,
        availabilityZoneId: ZONES[volume.zone as keyof typeof ZONES],
        status: volume.state,
        createTime: time(volume.createTime),
        attachmentSet: volume.attachment === undefined ? [] : [attachmentView(volume.id, volume.attachment)],
        volumeType: volume.type,
        iops: volume.iops,
        throughput: volume.throughput,
        encrypted: volume.encrypted,
        kmsKeyId: volume.kmsKeyId,
        multiAttachEnabled: false,
        tagSet: tagSet(state, volume.id),
    };
}

export const VOLUME_FILTERS: FilterTable<Volume> = {
    "attachment.attach-time": (volume) => volume.attachment && time(volume.attachment.attachTime),
    "attachment.delete-on-termination": (volume) => volume.attachment?.deleteOnTermination,
    "attachment.device": (volume) => volume.attachment?.device,
    "attachment.instance-id": (volume) => volume.attachment?.instanceId,
    "attachment.status": (volume) => volume.attachment?.state,
    "availability-zone": (volume) => volume.zone,
    "availability-zone-id": (volume) => ZONES[volume.zone as keyof typeof ZONES],
    "create-time": (volume) => time(volume.createTime),
    encrypted: (volume) => volume.encrypted,
    "multi-attach-enabled": () => false,
    size: (volume) => volume.size,
    "snapshot-id": (volume) => volume.snapshotId,
    status: (volume) => volume.state,
    "volume-id": (volume) => volume.id,
    "volume-type": (volume) => volume.type,
};

/** Progress as a share of the modification's time, which is all that the lab knows of it. */
const progressOf = (modification: Modification): number =>
    ({ modifying: 0, optimizing: 50, completed: 100, failed: 0 })[modification.state];

export const modificationView = (volumeId: string, modification: Modification): Xml => ({
    volumeId,
    modificationState: modification.state,
    statusMessage: modification.message,
    targetSize: modification.to.size,
    targetIops: modification.to.iops,
    targetVolumeType: modification.to.type,
    targetThroughput: modification.to.throughput,
    targetMultiAttachEnabled: false,
    originalSize: modification.from.size,
    originalIops: modification.from.iops,
    originalVolumeType: modification.from.type,
    originalThroughput: modification.from.throughput,
    originalMultiAttachEnabled: false,
    progress: progressOf(modification),
    startTime: time(modification.startTime),
    endTime: modification.endTime === undefined ? undefined : time(modification.endTime),
});

export const snapshotView = (state: LabState, snapshot: Snapshot): Xml => ({
    snapshotId: snapshot.id,
    volumeId: snapshot.volumeId,
    status: snapshot.state,
    statusMessage: snapshot.message,
    startTime: time(snapshot.startTime),
    completionTime: snapshot.completionTime === undefined ? undefined : time(snapshot.completionTime),
    progress: snapshot.state === "completed" ? "100%" : "0%",
    ownerId: ACCOUNT,
    volumeSize: snapshot.size,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    kmsKeyId: snapshot.kmsKeyId,
    storageTier: "standard",
    tagSet: tagSet(state, snapshot.id),
});

/** As CreateSnapshots shows them: `state` instead of `status`. */
export const snapshotInfoView = (state: LabState, snapshot: Snapshot): Xml => ({
    snapshotId: snapshot.id,
    volumeId: snapshot.volumeId,
    state: snapshot.state,
    startTime: time(snapshot.startTime),
    progress: "",
    ownerId: ACCOUNT,
    volumeSize: snapshot.size,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    tagSet: tagSet(state, snapshot.id),
});
