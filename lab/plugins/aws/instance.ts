import { randomUUID } from "node:crypto";
import type { BlockDeviceMapping, RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import type { Context } from "../protocol/plugin";
import { isObject, type Props } from "../protocol/values";
import { type Api, unless } from "./client";
import type { Definition } from "./define";
import { findInstance } from "./find";
import { adjust, rules, schema, STOPS } from "./instance-schema";
import { update, waitState } from "./instance-update";
import { encoded, read } from "./instance-view";
import { allTags, tagSpecifications } from "./tags";
import { doing, minutes } from "./wait";

async function rootDeviceName(api: Api, ami: string, context: Context): Promise<string> {
    const { Images } = await doing(`reading EC2 AMI (${ami})`, () =>
        api.ec2(context.signal).describeImages({ ImageIds: [ami] }),
    );
    const name = Images?.[0]?.RootDeviceName;
    if (name === undefined) {
        throw new Error(`finding root device name for AMI (${ami})`);
    }
    return name;
}

async function blockDevices(api: Api, inputs: Props, context: Context): Promise<BlockDeviceMapping[] | undefined> {
    const root = inputs["rootBlockDevice"];
    if (!isObject(root)) {
        return undefined;
    }
    const Ebs = {
        DeleteOnTermination: root["deleteOnTermination"],
        Encrypted: root["encrypted"] === true ? true : undefined,
        Iops: root["iops"],
        KmsKeyId: root["kmsKeyId"],
        Throughput: root["throughput"],
        VolumeSize: root["volumeSize"],
        VolumeType: root["volumeType"],
    };
    return [
        {
            DeviceName: await rootDeviceName(api, inputs["ami"] as string, context),
            Ebs: Ebs as BlockDeviceMapping["Ebs"],
        },
    ];
}

/** An interface of its own, or one that EC2 makes along with the machine. */
function network(inputs: Props): Partial<RunInstancesCommandInput> {
    const own = inputs["primaryNetworkInterface"];
    if (isObject(own)) {
        return { NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: own["networkInterfaceId"] as string }] };
    }
    const subnet = inputs["subnetId"] as string | undefined;
    const groups = inputs["vpcSecurityGroupIds"] as string[] | undefined;
    const address = inputs["privateIp"] as string | undefined;
    if (inputs["associatePublicIpAddress"] === undefined) {
        return { SubnetId: subnet, SecurityGroupIds: groups, PrivateIpAddress: address };
    }
    const card = {
        DeviceIndex: 0,
        AssociatePublicIpAddress: inputs["associatePublicIpAddress"] as boolean,
        SubnetId: subnet,
        Groups: groups,
        PrivateIpAddress: address,
    };
    return { NetworkInterfaces: [card] };
}

function userData(inputs: Props): string | undefined {
    const plain = inputs["userData"] as string | undefined;
    return (inputs["userDataBase64"] as string | undefined) ?? (plain === undefined ? undefined : encoded(plain));
}

function metadataOptions(inputs: Props): Props | undefined {
    const options = inputs["metadataOptions"];
    return isObject(options)
        ? {
              HttpEndpoint: options["httpEndpoint"],
              HttpProtocolIpv6: options["httpProtocolIpv6"],
              HttpPutResponseHopLimit: options["httpPutResponseHopLimit"],
              HttpTokens: options["httpTokens"],
              InstanceMetadataTags: options["instanceMetadataTags"],
          }
        : undefined;
}

/** Of the machine, and of the volumes it is made with. */
function tags(api: Api, inputs: Props): Partial<RunInstancesCommandInput> {
    const machine = tagSpecifications(api, inputs, "instance").TagSpecifications ?? [];
    const root = inputs["rootBlockDevice"];
    const ofVolumes = inputs["volumeTags"] ?? (isObject(root) ? allTags(api, root) : undefined);
    const volumes = tagSpecifications(api, { tags: ofVolumes }, "volume").TagSpecifications ?? [];
    const both = [...machine, ...(ofVolumes === undefined ? [] : volumes)];
    return both.length === 0 ? {} : { TagSpecifications: both };
}

async function create(api: Api, inputs: Props, context: Context, made: (id: string) => void): Promise<void> {
    const ec2 = api.ec2(context.signal);
    const zone = inputs["availabilityZone"] as string | undefined;
    const request = {
        ClientToken: randomUUID(),
        MinCount: 1,
        MaxCount: 1,
        ImageId: inputs["ami"],
        InstanceType: inputs["instanceType"],
        BlockDeviceMappings: await blockDevices(api, inputs, context),
        DisableApiStop: inputs["disableApiStop"],
        DisableApiTermination: inputs["disableApiTermination"],
        EbsOptimized: inputs["ebsOptimized"],
        InstanceInitiatedShutdownBehavior: inputs["instanceInitiatedShutdownBehavior"],
        KeyName: inputs["keyName"],
        MetadataOptions: metadataOptions(inputs),
        Monitoring: inputs["monitoring"] === undefined ? undefined : { Enabled: inputs["monitoring"] },
        Placement: zone === undefined ? undefined : { AvailabilityZone: zone },
        UserData: userData(inputs),
        ...network(inputs),
        ...tags(api, inputs),
    } as RunInstancesCommandInput;
    const { Instances } = await doing("creating EC2 Instance", () => ec2.runInstances(request));
    const id = Instances?.[0]?.InstanceId ?? "";
    made(id);
    await doing(`waiting for EC2 Instance (${id}) create`, () =>
        waitState(api, id, ["pending"], ["running"], context.timeoutMs ?? minutes(10), context),
    );
    if (inputs["sourceDestCheck"] === false && inputs["primaryNetworkInterface"] === undefined) {
        await doing(`updating EC2 Instance (${id}) source/destination check`, () =>
            ec2.modifyInstanceAttribute({ InstanceId: id, SourceDestCheck: { Value: false } }),
        );
    }
}

async function remove(api: Api, id: string, state: Props, context: Context): Promise<void> {
    const ec2 = api.ec2(context.signal);
    if (state["forceDestroy"] === true) {
        for (const attribute of [{ DisableApiTermination: { Value: false } }, { DisableApiStop: { Value: false } }]) {
            await doing(`deleting EC2 Instance (${id})`, () =>
                ec2.modifyInstanceAttribute({ InstanceId: id, ...attribute }),
            );
        }
    }
    const pending = ["pending", "running", "shutting-down", "stopping", "stopped"];
    const timeoutMs = context.timeoutMs ?? minutes(20);
    await unless(["InvalidInstanceID.NotFound"], async () => {
        await doing(`terminating EC2 Instance (${id})`, () => ec2.terminateInstances({ InstanceIds: [id] }));
        // EC2 forgets a terminated machine after a while, which is as good.
        await doing(`waiting for EC2 Instance (${id}) delete`, async () => {
            if ((await findInstance(api, id, context)) !== undefined) {
                await waitState(api, id, pending, ["terminated"], timeoutMs, context);
            }
        });
    });
}

export const instance: Definition = {
    schema,
    rules,
    adjust,
    recomputed: (changes) => (STOPS.some((key) => changes.has(key)) ? ["publicIp", "publicDns", "instanceState"] : []),
    create,
    read,
    update,
    remove,
};
