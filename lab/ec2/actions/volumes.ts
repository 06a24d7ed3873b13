import { DONE, inFlight, newId } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue, missingParameter } from "../errors";
import { filtered, page } from "../filters";
import { ACCOUNT, REGION, ZONES } from "../seeds";
import type { Volume } from "../state";
import { setTags, specifiedTags, tagsOf } from "../tags";
import { madeEarlier, remember } from "../tokens";
import { legalShape, VOLUME_TYPES } from "../volume-rules";
import type { Xml } from "../xml";
import { VOLUME_FILTERS, volumeView } from "./volume-view";

export const volumeOf = (call: Call, id: string): Volume => find("volume", call.draft.volumes, id);

/** EC2's own key for volumes that name none. */
export const DEFAULT_KMS_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-00000000eb50`;

export function requireZone(zone: string): void {
    if (!Object.hasOwn(ZONES, zone)) {
        throw new Ec2Error("InvalidZone.NotFound", `The zone '${zone}' does not exist.`);
    }
}

/** Room for that many more volumes in the account. */
export function requireVolumeRoom(call: Call, more: number): void {
    const present = Object.values(call.draft.volumes).filter((volume) => volume.state !== "deleting").length;
    if (present + more > call.limits.volumes) {
        throw new Ec2Error(
            "VolumeLimitExceeded",
            `You have exceeded your maximum volume limit (${call.limits.volumes}) for this account in this region.`,
        );
    }
}

/** The size a volume gets: at least the snapshot's. */
export function sizeFrom(call: Call, size: number | undefined, snapshotId: string | undefined): number {
    const snapshot = snapshotId === undefined ? undefined : find("snapshot", call.draft.snapshots, snapshotId);
    if (snapshot !== undefined && snapshot.state !== "completed") {
        throw new Ec2Error("IncorrectState", `Snapshot ${snapshot.id} is in invalid state - ${snapshot.state}`);
    }
    const wanted = size ?? snapshot?.size;
    if (wanted === undefined) {
        throw missingParameter("size/snapshot");
    }
    if (snapshot !== undefined && wanted < snapshot.size) {
        throw invalidValue(
            `Volume of size ${wanted}GB is smaller than snapshot '${snapshot.id}', expect size >= ${snapshot.size}GB`,
        );
    }
    return wanted;
}

function createVolume(call: Call): Xml {
    const { params, draft } = call;
    const earlier = madeEarlier(call)?.[0];
    if (earlier !== undefined) {
        return volumeView(draft, volumeOf(call, earlier));
    }
    const zone = params.required("AvailabilityZone");
    requireZone(zone);
    const snapshotId = params.text("SnapshotId");
    const size = sizeFrom(call, params.int("Size"), snapshotId);
    const type = params.oneOf("VolumeType", VOLUME_TYPES) ?? "gp2";
    const shape = legalShape({ size, type, iops: params.int("Iops"), throughput: params.int("Throughput") });
    if (params.bool("MultiAttachEnabled") === true) {
        throw new Ec2Error("UnsupportedOperation", "the lab has no multi-attach volumes");
    }
    params.ignore("VolumeInitializationRate");
    const fromEncrypted = snapshotId !== undefined && draft.snapshots[snapshotId]?.encrypted === true;
    const wish = params.bool("Encrypted");
    const key = params.text("KmsKeyId");
    if (key !== undefined && wish !== true) {
        throw new Ec2Error(
            "InvalidParameterDependency",
            "The parameter KmsKeyId requires the parameter Encrypted to be set.",
        );
    }
    if (wish === false && fromEncrypted) {
        throw invalidValue("A volume of an encrypted snapshot cannot be unencrypted");
    }
    const encrypted = wish ?? fromEncrypted;
    const tags = specifiedTags(call, "volume");
    requireVolumeRoom(call, 1);
    const volume: Volume = {
        ...shape,
        ...inFlight(call, call.delays.volumeCreating),
        id: newId("volume"),
        zone,
        state: "creating",
        createTime: call.now,
        encrypted,
        ...(encrypted ? { kmsKeyId: key ?? DEFAULT_KMS_KEY } : {}),
        ...(snapshotId === undefined ? {} : { snapshotId }),
        root: false,
        modifications: [],
        ...(encrypted && call.keys.refusal(key ?? DEFAULT_KMS_KEY) !== undefined ? { keyFails: true } : {}),
    };
    draft.volumes[volume.id] = volume;
    setTags(call, volume.id, tags.volume);
    remember(call, [volume.id]);
    return volumeView(draft, volume);
}

function deleteVolume(call: Call): Xml {
    const volume = volumeOf(call, call.params.required("VolumeId"));
    if (volume.attachment !== undefined) {
        throw new Ec2Error(
            "VolumeInUse",
            `Volume ${volume.id} is currently attached to ${volume.attachment.instanceId}`,
        );
    }
    if (volume.state === "creating") {
        throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the 'creating' state.`);
    }
    if (volume.state !== "deleting") {
        Object.assign(volume, { state: "deleting", ...inFlight(call, call.delays.volumeDeleting) });
    }
    return DONE;
}

function describeVolumes(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("VolumeId");
    const named = ids.length > 0 ? ids.map((id) => volumeOf(call, id)) : Object.values(draft.volumes);
    const found = filtered(params, named, VOLUME_FILTERS, (volume) => tagsOf(draft, volume.id));
    const shown = page(call, found);
    return { volumeSet: shown.items.map((volume) => volumeView(draft, volume)), nextToken: shown.nextToken };
}

function describeVolumeAttribute(call: Call): Xml {
    const volume = volumeOf(call, call.params.required("VolumeId"));
    const attribute = call.params.oneOf("Attribute", ["autoEnableIO", "productCodes"]);
    return attribute === "productCodes"
        ? { volumeId: volume.id, productCodes: [] }
        : { volumeId: volume.id, autoEnableIO: { value: false } };
}

function describeVolumeStatus(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("VolumeId");
    const named = ids.length > 0 ? ids.map((id) => volumeOf(call, id)) : Object.values(draft.volumes);
    const filters = { "availability-zone": (volume: Volume) => volume.zone, "volume-status.status": () => "ok" };
    const shown = page(
        call,
        filtered(params, named, filters, (volume) => tagsOf(draft, volume.id)),
    );
    const status = { status: "ok", details: [{ name: "io-enabled", status: "passed" }] };
    return {
        volumeStatusSet: shown.items.map((volume) => ({
            volumeId: volume.id,
            availabilityZone: volume.zone,
            volumeStatus: status,
            eventsSet: [],
            actionsSet: [],
        })),
        nextToken: shown.nextToken,
    };
}

export const volumeActions: Handlers = {
    CreateVolume: createVolume,
    DeleteVolume: deleteVolume,
    DescribeVolumes: describeVolumes,
    DescribeVolumeAttribute: describeVolumeAttribute,
    DescribeVolumeStatus: describeVolumeStatus,
};
