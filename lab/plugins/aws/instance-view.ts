import type {
    DescribeInstanceAttributeCommandOutput,
    Instance,
    InstanceAttributeName,
    InstanceBlockDeviceMapping,
} from "@aws-sdk/client-ec2";
import type { Context } from "../protocol/plugin";
import { type Props, same } from "../protocol/values";
import type { Api } from "./client";
import { findInstance, findVolume } from "./find";
import { tagState } from "./tags";
import { doing } from "./wait";

/** As the real provider does it: text that is base64 already stays as it is. */
export function encoded(userData: string): string {
    const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(userData);
    return isBase64 ? userData : Buffer.from(userData).toString("base64");
}

export const rootMapping = (instance: Instance): InstanceBlockDeviceMapping | undefined =>
    instance.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === instance.RootDeviceName);

async function rootState(api: Api, instance: Instance, state: Props, context: Context): Promise<Props | undefined> {
    const mapping = rootMapping(instance);
    const volume =
        mapping?.Ebs?.VolumeId === undefined ? undefined : await findVolume(api, mapping.Ebs.VolumeId, context);
    if (mapping === undefined || volume === undefined) {
        return undefined;
    }
    const given = state["rootBlockDevice"] as Props | undefined;
    // With volumeTags the tags are the machine's to say.
    const tags = state["volumeTags"] === undefined ? tagState(api, volume.Tags, given ?? {}) : {};
    return {
        deleteOnTermination: mapping.Ebs?.DeleteOnTermination ?? false,
        deviceName: mapping.DeviceName,
        encrypted: volume.Encrypted ?? false,
        iops: volume.Iops ?? 0,
        kmsKeyId: volume.KmsKeyId ?? "",
        throughput: volume.Throughput ?? 0,
        volumeId: volume.VolumeId,
        volumeSize: volume.Size,
        volumeType: volume.VolumeType,
        ...tags,
    };
}

interface Attributes {
    readonly userData: string | undefined;
    readonly disableApiTermination: boolean;
    readonly disableApiStop: boolean;
    readonly shutdown: string | undefined;
}

async function attributesOf(api: Api, id: string, context: Context): Promise<Attributes> {
    const ec2 = api.ec2(context.signal);
    const ask = (Attribute: InstanceAttributeName): Promise<DescribeInstanceAttributeCommandOutput> =>
        ec2.describeInstanceAttribute({ InstanceId: id, Attribute });
    const [userData, termination, stop, shutdown] = await Promise.all([
        ask("userData"),
        ask("disableApiTermination"),
        ask("disableApiStop"),
        ask("instanceInitiatedShutdownBehavior"),
    ]);
    return {
        userData: userData.UserData?.Value,
        disableApiTermination: termination.DisableApiTermination?.Value ?? false,
        disableApiStop: stop.DisableApiStop?.Value ?? false,
        shutdown: shutdown.InstanceInitiatedShutdownBehavior?.Value,
    };
}

/** The user data in the form the user gave it. */
function userDataState(raw: string | undefined, state: Props): Props {
    if (raw === undefined || raw === "") {
        return { userData: undefined, userDataBase64: undefined };
    }
    if (state["userDataBase64"] !== undefined) {
        return { userData: undefined, userDataBase64: raw };
    }
    const { userData } = state;
    const text =
        typeof userData === "string" && encoded(userData) === raw
            ? userData
            : Buffer.from(raw, "base64").toString("utf8");
    return { userData: text, userDataBase64: undefined };
}

function networkState(instance: Instance, state: Props): Props {
    const primary = instance.NetworkInterfaces?.find(({ Attachment }) => Attachment?.DeviceIndex === 0);
    const groups = (instance.SecurityGroups ?? []).map(({ GroupId }) => GroupId ?? "");
    const wanted = state["vpcSecurityGroupIds"];
    return {
        associatePublicIpAddress: primary?.Association !== undefined,
        primaryNetworkInterface: primary && {
            deleteOnTermination: primary.Attachment?.DeleteOnTermination ?? false,
            networkInterfaceId: primary.NetworkInterfaceId,
        },
        primaryNetworkInterfaceId: primary?.NetworkInterfaceId ?? "",
        privateDns: instance.PrivateDnsName ?? "",
        privateIp: instance.PrivateIpAddress ?? "",
        publicDns: instance.PublicDnsName ?? "",
        publicIp: instance.PublicIpAddress ?? "",
        sourceDestCheck: instance.SourceDestCheck ?? true,
        subnetId: instance.SubnetId ?? "",
        vpcSecurityGroupIds: Array.isArray(wanted) && same([...wanted].sort(), [...groups].sort()) ? wanted : groups,
    };
}

function metadataState(instance: Instance): Props | undefined {
    const options = instance.MetadataOptions;
    return (
        options && {
            httpEndpoint: options.HttpEndpoint,
            httpProtocolIpv6: options.HttpProtocolIpv6 ?? "disabled",
            httpPutResponseHopLimit: options.HttpPutResponseHopLimit,
            httpTokens: options.HttpTokens,
            instanceMetadataTags: options.InstanceMetadataTags ?? "disabled",
        }
    );
}

/** All outputs; a machine that is terminated counts as gone. */
export async function read(api: Api, id: string, state: Props, context: Context): Promise<Props | undefined> {
    return doing(`reading EC2 Instance (${id})`, async () => {
        const instance = await findInstance(api, id, context);
        if (instance === undefined || instance.State?.Name === "terminated") {
            return undefined;
        }
        const attributes = await attributesOf(api, id, context);
        const root = await rootState(api, instance, state, context);
        return {
            ami: instance.ImageId,
            arn: `arn:aws:ec2:${api.region}:${instance.NetworkInterfaces?.[0]?.OwnerId ?? ""}:instance/${id}`,
            availabilityZone: instance.Placement?.AvailabilityZone,
            disableApiStop: attributes.disableApiStop,
            disableApiTermination: attributes.disableApiTermination,
            ebsOptimized: instance.EbsOptimized ?? false,
            instanceInitiatedShutdownBehavior: attributes.shutdown,
            instanceState: instance.State?.Name,
            instanceType: instance.InstanceType,
            keyName: instance.KeyName ?? "",
            metadataOptions: metadataState(instance),
            monitoring: ["enabled", "pending"].includes(instance.Monitoring?.State ?? ""),
            region: api.region,
            rootBlockDevice: root,
            ...networkState(instance, state),
            ...userDataState(attributes.userData, state),
            ...tagState(api, instance.Tags, state),
        };
    });
}
