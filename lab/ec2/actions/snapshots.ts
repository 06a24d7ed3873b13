import { randomUUID } from "node:crypto";
import { DONE, newId } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue, missingParameter } from "../errors";
import { filtered, page } from "../filters";
import type { FilterTable } from "../filters";
import { ACCOUNT } from "../seeds";
import type { Snapshot, Volume } from "../state";
import { setTags, specifiedTags, tagsOf } from "../tags";
import { time } from "../xml";
import type { Xml } from "../xml";
import { volumesOf } from "./attachments";
import { endOf, requireRoom, requireSnapshotable } from "./snapshot-rules";
import { snapshotInfoView, snapshotView } from "./volume-view";
import { volumeOf } from "./volumes";

/** All of one instant: when this returns, the instant is over and the file systems may be thawed. */
function snapshotAll(
    call: Call,
    volumes: readonly Volume[],
    tagsFor: (volume: Volume) => Record<string, string>,
): Snapshot[] {
    volumes.forEach((volume) => requireSnapshotable(call, volume));
    requireRoom(call, volumes.length);
    const requestId = randomUUID();
    const description = call.params.text("Description") ?? "";
    const snapshots = volumes.map((volume, at): Snapshot => ({
        ...endOf(call, volume, at === volumes.length - 1),
        id: newId("snapshot"),
        requestId,
        volumeId: volume.id,
        state: "pending",
        startTime: call.now,
        size: volume.size,
        encrypted: volume.encrypted,
        ...(volume.kmsKeyId === undefined ? {} : { kmsKeyId: volume.kmsKeyId }),
        description,
    }));
    snapshots.forEach((snapshot, index) => {
        call.draft.snapshots[snapshot.id] = { ...snapshot, handsDone: true };
        const volume = volumes[index] as Volume;
        setTags(call, snapshot.id, tagsFor(volume));
        volume.lastSnapshotAt = call.now;
    });
    const wanted = Object.fromEntries(snapshots.map((snapshot) => [snapshot.volumeId, snapshot.id]));
    call.beforeCommit(() => call.hardware.snapshotDisks(wanted));
    return snapshots;
}

function createSnapshot(call: Call): Xml {
    const volume = volumeOf(call, call.params.required("VolumeId"));
    const tags = specifiedTags(call, "snapshot").snapshot ?? {};
    const [snapshot] = snapshotAll(call, [volume], () => tags);
    return snapshotView(call.draft, snapshot as Snapshot);
}

function createSnapshots(call: Call): Xml {
    const { params, draft } = call;
    const specification = params.struct("InstanceSpecification");
    if (specification === undefined) {
        throw missingParameter("InstanceSpecification");
    }
    const instance = find("instance", draft.instances, specification.required("InstanceId"));
    if (instance.state !== "running" && instance.state !== "stopped") {
        throw new Ec2Error(
            "IncorrectInstanceState",
            `The instance '${instance.id}' is in the '${instance.state}' state.`,
        );
    }
    const excluded = specification.list("ExcludeDataVolumeId");
    const withoutRoot = specification.bool("ExcludeBootVolume") ?? false;
    const attached = volumesOf(draft, instance.id);
    const isRoot = (volume: Volume): boolean => volume.attachment?.device === instance.rootDevice;
    const foreign = excluded.find((id) => !attached.some((volume) => volume.id === id && !isRoot(volume)));
    if (foreign !== undefined) {
        throw invalidValue(`The volume '${foreign}' is not a data volume of instance '${instance.id}'`);
    }
    const chosen = attached.filter((volume) => !excluded.includes(volume.id) && !(withoutRoot && isRoot(volume)));
    if (chosen.length === 0) {
        throw invalidValue(`No volume of instance '${instance.id}' is left to be snapshotted`);
    }
    const copyTags = params.oneOf("CopyTagsFromSource", ["volume"]) === "volume";
    const tags = specifiedTags(call, "snapshot").snapshot ?? {};
    const snapshots = snapshotAll(call, chosen, (volume) => ({
        ...(copyTags ? tagsOf(draft, volume.id) : {}),
        ...tags,
    }));
    return { snapshotSet: snapshots.map((snapshot) => snapshotInfoView(draft, snapshot)) };
}

const FILTERS: FilterTable<Snapshot> = {
    description: (snapshot) => snapshot.description,
    encrypted: (snapshot) => snapshot.encrypted,
    "owner-id": () => ACCOUNT,
    progress: (snapshot) => (snapshot.state === "completed" ? "100%" : "0%"),
    "snapshot-id": (snapshot) => snapshot.id,
    "start-time": (snapshot) => time(snapshot.startTime),
    status: (snapshot) => snapshot.state,
    "storage-tier": () => "standard",
    "volume-id": (snapshot) => snapshot.volumeId,
    "volume-size": (snapshot) => snapshot.size,
};

function describeSnapshots(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("SnapshotId");
    const owners = params.list("Owner");
    params.ignore("RestorableBy");
    const named =
        ids.length > 0 ? ids.map((id) => find("snapshot", draft.snapshots, id)) : Object.values(draft.snapshots);
    const ours = owners.length === 0 || owners.some((owner) => owner === "self" || owner === ACCOUNT) ? named : [];
    const shown = page(
        call,
        filtered(params, ours, FILTERS, (snapshot) => tagsOf(draft, snapshot.id)),
    );
    return { snapshotSet: shown.items.map((snapshot) => snapshotView(draft, snapshot)), nextToken: shown.nextToken };
}

function deleteSnapshot(call: Call): Xml {
    const { params, draft } = call;
    const id = params.required("SnapshotId");
    const image = Object.values(draft.images).find((candidate) => candidate.rootSnapshotId === id);
    if (image !== undefined) {
        throw new Ec2Error("InvalidSnapshot.InUse", `The snapshot ${id} is currently in use by ${image.id}`);
    }
    const snapshot = find("snapshot", draft.snapshots, id);
    if (Object.values(draft.volumes).some((volume) => volume.snapshotId === id && volume.state === "creating")) {
        throw new Ec2Error("InvalidSnapshot.InUse", `The snapshot ${id} is currently in use by a volume being created`);
    }
    call.beforeCommit(() => call.hardware.deleteSnapshot(snapshot.id));
    const volume = draft.volumes[snapshot.volumeId];
    if (volume !== undefined && snapshot.state === "pending") {
        const unseen = (volume.deletedPending ?? []).filter((end) => end > call.now);
        volume.deletedPending = [...unseen, snapshot.dueAt];
    }
    delete draft.snapshots[id];
    delete draft.tags[id];
    return DONE;
}

export const snapshotActions: Handlers = {
    CreateSnapshot: createSnapshot,
    CreateSnapshots: createSnapshots,
    DescribeSnapshots: describeSnapshots,
    DeleteSnapshot: deleteSnapshot,
};
