import type { Call } from "../call";
import { Ec2Error, find, invalidValue } from "../errors";
import type { Params } from "../params";
import { ACCOUNT, REGION, SUBNET_IDS } from "../seeds";
import type { Image, MetadataOptions, Subnet, VolumeShape } from "../state";
import { legalShape, VOLUME_TYPES } from "../volume-rules";
import { requireDevice } from "./attachments";
import { DEFAULT_KMS_KEY, requireZone, sizeFrom } from "./volumes";

/** A volume that a launch asks for. */
export interface LaunchVolume {
    readonly device: string;
    readonly shape: VolumeShape;
    readonly encrypted: boolean;
    readonly kmsKeyId?: string | undefined;
    readonly snapshotId?: string | undefined;
    readonly deleteOnTermination: boolean;
    readonly root: boolean;
}

export function readVolumes(call: Call, image: Image): LaunchVolume[] {
    const mappings = call.params.structs("BlockDeviceMapping").flatMap((mapping) => {
        const device = mapping.required("DeviceName");
        requireDevice(device);
        if (mapping.has("NoDevice")) {
            return [];
        }
        const ebs = mapping.struct("Ebs");
        if (ebs === undefined) {
            throw new Ec2Error(
                "InvalidBlockDeviceMapping",
                `the lab's machines have EBS volumes only, not '${device}'`,
            );
        }
        return [readVolume(call, image, device, ebs)];
    });
    const devices = mappings.map((volume) => volume.device);
    if (new Set(devices).size !== devices.length) {
        throw new Ec2Error("InvalidBlockDeviceMapping", "The device name is used more than once");
    }
    const root = mappings.find((volume) => volume.root) ?? {
        device: image.rootDevice,
        shape: legalShape({ size: image.rootSize, type: "gp3" }),
        encrypted: false,
        deleteOnTermination: true,
        root: true,
    };
    return [root, ...mappings.filter((volume) => !volume.root)];
}

function readVolume(call: Call, image: Image, device: string, ebs: Params): LaunchVolume {
    const root = device === image.rootDevice;
    const snapshotId = ebs.text("SnapshotId");
    const wished = ebs.int("VolumeSize");
    if (root && wished !== undefined && wished < image.rootSize) {
        throw new Ec2Error(
            "InvalidBlockDeviceMapping",
            `Volume of size ${wished}GB is smaller than snapshot '${image.rootSnapshotId}', expect size >= ${image.rootSize}GB`,
        );
    }
    if (root && snapshotId !== undefined && snapshotId !== image.rootSnapshotId) {
        throw new Ec2Error("InvalidBlockDeviceMapping", "snapshotId cannot be modified on root device");
    }
    const size = root ? (wished ?? image.rootSize) : sizeFrom(call, wished, snapshotId);
    const type = ebs.oneOf("VolumeType", VOLUME_TYPES) ?? (root ? "gp3" : "gp2");
    const fromEncrypted = !root && snapshotId !== undefined && call.draft.snapshots[snapshotId]?.encrypted === true;
    const encrypted = ebs.bool("Encrypted") ?? fromEncrypted;
    const key = ebs.text("KmsKeyId");
    if (key !== undefined && !encrypted) {
        throw new Ec2Error(
            "InvalidParameterDependency",
            "The parameter KmsKeyId requires the parameter Encrypted to be set.",
        );
    }
    return {
        device,
        shape: legalShape({ size, type, iops: ebs.int("Iops"), throughput: ebs.int("Throughput") }),
        encrypted,
        ...(encrypted ? { kmsKeyId: key ?? DEFAULT_KMS_KEY } : {}),
        ...(snapshotId === undefined || root ? {} : { snapshotId }),
        deleteOnTermination: ebs.bool("DeleteOnTermination") ?? root,
        root,
    };
}

const LARGEST_USER_DATA = 16_384;

/** Base64 as it came; refuses what is not, and what is too long. */
export function readUserData(text: string | undefined): string {
    if (text === undefined) {
        return "";
    }
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text) || text.replace(/\s/g, "").length % 4 !== 0) {
        throw invalidValue("Invalid BASE64 encoding of user data");
    }
    if (Buffer.from(text, "base64").length > LARGEST_USER_DATA) {
        throw invalidValue("User data is limited to 16384 bytes");
    }
    return text;
}

export function readMetadata(options: Params | undefined, old?: MetadataOptions): MetadataOptions {
    const hopLimit = options?.int("HttpPutResponseHopLimit") ?? old?.hopLimit ?? 1;
    if (hopLimit < 1 || hopLimit > 64) {
        throw invalidValue(`Value (${hopLimit}) for parameter httpPutResponseHopLimit is invalid. Expected: 1 to 64.`);
    }
    options?.ignore("HttpProtocolIpv6");
    return {
        // The image is marked for IMDSv2 as current Debian images are, so this is the default for its machines.
        httpTokens: options?.oneOf("HttpTokens", ["optional", "required"]) ?? old?.httpTokens ?? "required",
        httpEndpoint: options?.oneOf("HttpEndpoint", ["enabled", "disabled"]) ?? old?.httpEndpoint ?? "enabled",
        hopLimit,
        tags: options?.oneOf("InstanceMetadataTags", ["enabled", "disabled"]) ?? old?.tags ?? "disabled",
    };
}

/** The subnet of a launch: named by whoever named one first, else the zone's default subnet. */
export function readSubnet(call: Call, named: string | undefined): Subnet {
    const placement = call.params.struct("Placement");
    const zone = placement?.text("AvailabilityZone");
    placement?.oneOf("Tenancy", ["default"]);
    if (zone !== undefined) {
        requireZone(zone);
    }
    const byZone = SUBNET_IDS[(zone ?? `${REGION}a`) as keyof typeof SUBNET_IDS];
    const subnet = find("subnet", call.draft.subnets, named ?? byZone);
    if (zone !== undefined && subnet.zone !== zone) {
        throw invalidValue(
            `The availability zone '${zone}' does not match the subnet '${subnet.id}' in '${subnet.zone}' of account ${ACCOUNT}`,
        );
    }
    return subnet;
}
