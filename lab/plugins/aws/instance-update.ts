import type { ModifyInstanceAttributeCommandInput, ModifyVolumeCommandInput } from "@aws-sdk/client-ec2";
import type { Changes, Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { type Api, hasCode } from "./client";
import { findInstance, findModification } from "./find";
import { encoded } from "./instance-view";
import { updateTags } from "./tags";
import { doing, minutes, retryWhile, waitFor } from "./wait";

export async function waitState(
    api: Api,
    id: string,
    pending: readonly string[],
    target: readonly string[],
    timeoutMs: number,
    context: Context,
): Promise<void> {
    let reason = "";
    const look = async (): Promise<{ state: string; found: string } | undefined> => {
        const found = await findInstance(api, id, context);
        reason = found?.StateReason?.Message ?? "";
        return found && { state: found.State?.Name ?? "", found: id };
    };
    try {
        await waitFor({ pending, target, timeoutMs, look, everyMs: 500 }, context);
    } catch (error) {
        throw reason === "" ? error : new Error(`${(error as Error).message}. last error: ${reason}`, { cause: error });
    }
}

type Attribute = Omit<ModifyInstanceAttributeCommandInput, "InstanceId">;

const modify = (api: Api, id: string, what: string, attribute: Attribute, context: Context): Promise<unknown> =>
    doing(`updating EC2 Instance (${id}) ${what}`, () =>
        api.ec2(context.signal).modifyInstanceAttribute({ InstanceId: id, ...attribute }),
    );

async function stop(api: Api, id: string, context: Context): Promise<void> {
    await doing(`stopping EC2 Instance (${id})`, async () => {
        await api.ec2(context.signal).stopInstances({ InstanceIds: [id], Force: false });
        const pending = ["pending", "running", "shutting-down", "stopping"];
        await waitState(api, id, pending, ["stopped"], minutes(10), context);
    });
}

async function start(api: Api, id: string, context: Context): Promise<void> {
    const notYet = (error: unknown): boolean =>
        hasCode(error, "InvalidParameterValue") &&
        error instanceof Error &&
        error.message.includes("LaunchPlan instance type does not match attribute value");
    await doing(`starting EC2 Instance (${id})`, async () => {
        await retryWhile(notYet, minutes(10), context, () =>
            api.ec2(context.signal).startInstances({ InstanceIds: [id] }),
        );
        const timeoutMs = context.timeoutMs ?? minutes(10);
        await waitState(api, id, ["pending", "stopped"], ["running"], timeoutMs, context);
    });
}

/** Attributes that EC2 changes on a stopped machine only. */
async function modifyStopped(
    api: Api,
    id: string,
    what: string,
    attribute: Attribute,
    context: Context,
): Promise<void> {
    await stop(api, id, context);
    await modify(api, id, what, attribute, context);
    await start(api, id, context);
}

async function modifyRoot(
    api: Api,
    id: string,
    state: Props,
    news: Props,
    changes: Changes,
    context: Context,
): Promise<void> {
    const root = state["rootBlockDevice"] as Props;
    const wanted = news["rootBlockDevice"] as Props;
    const has = (key: string): boolean => changes.has(`rootBlockDevice.${key}`);
    const volumeId = root["volumeId"] as string;
    const ec2 = api.ec2(context.signal);
    if (["volumeSize", "volumeType", "iops", "throughput"].some(has)) {
        const request = {
            VolumeId: volumeId,
            Size: has("volumeSize") ? wanted["volumeSize"] : undefined,
            VolumeType: has("volumeType") ? wanted["volumeType"] : undefined,
            Iops: has("iops") ? wanted["iops"] : undefined,
            Throughput: has("throughput") ? wanted["throughput"] : undefined,
        } as ModifyVolumeCommandInput;
        await doing(`updating EC2 Instance (${id}) volume (${volumeId})`, async () => {
            await ec2.modifyVolume(request);
            const look = async (): Promise<{ state: string; found: string } | undefined> => {
                const found = await findModification(api, volumeId, context);
                return found && { state: found.ModificationState ?? "", found: volumeId };
            };
            const timeoutMs = context.timeoutMs ?? minutes(10);
            await waitFor({ pending: ["modifying"], target: ["completed", "optimizing"], timeoutMs, look }, context);
        });
    }
    if (has("deleteOnTermination")) {
        const Ebs = { DeleteOnTermination: wanted["deleteOnTermination"] as boolean };
        const BlockDeviceMappings = [{ DeviceName: root["deviceName"] as string, Ebs }];
        await modify(api, id, "root block device", { BlockDeviceMappings }, context);
    }
    if ([...changes.keys()].some((path) => path.startsWith("rootBlockDevice.tags"))) {
        await updateTags(api, volumeId, root, wanted, context);
    }
}

async function modifyMetadata(api: Api, id: string, news: Props, context: Context): Promise<void> {
    const options = news["metadataOptions"] as Record<string, never>;
    const request = {
        InstanceId: id,
        HttpEndpoint: options["httpEndpoint"],
        HttpProtocolIpv6: options["httpProtocolIpv6"],
        HttpPutResponseHopLimit: options["httpPutResponseHopLimit"],
        HttpTokens: options["httpTokens"],
        InstanceMetadataTags: options["instanceMetadataTags"],
    };
    await doing(`updating EC2 Instance (${id}) metadata options`, async () => {
        await api.ec2(context.signal).modifyInstanceMetadataOptions(request);
        const look = async (): Promise<{ state: string; found: string } | undefined> => {
            const found = await findInstance(api, id, context);
            return found && { state: found.MetadataOptions?.State ?? "applied", found: id };
        };
        await waitFor({ pending: ["pending"], target: ["applied"], timeoutMs: minutes(10), look }, context);
    });
}

/** Each change by the call EC2 has for it, in the real provider's order. */
export async function update(
    api: Api,
    id: string,
    state: Props,
    news: Props,
    changes: Changes,
    context: Context,
): Promise<void> {
    const touches = (key: string): boolean =>
        [...changes.keys()].some((path) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`));
    const ec2 = api.ec2(context.signal);
    await updateTags(api, id, state, news, context);
    if (touches("volumeTags")) {
        const volumeId = (state["rootBlockDevice"] as Props)["volumeId"] as string;
        await updateTags(api, volumeId, { tagsAll: state["volumeTags"] }, { tags: news["volumeTags"] }, context);
    }
    if (touches("sourceDestCheck")) {
        await modify(
            api,
            id,
            "source/destination check",
            { SourceDestCheck: { Value: news["sourceDestCheck"] as boolean } },
            context,
        );
    }
    if (touches("vpcSecurityGroupIds")) {
        await modify(api, id, "security groups", { Groups: news["vpcSecurityGroupIds"] as string[] }, context);
    }
    if (touches("instanceType")) {
        await modifyStopped(api, id, "type", { InstanceType: { Value: news["instanceType"] as string } }, context);
    }
    if (touches("userData") || touches("userDataBase64")) {
        const text = (news["userDataBase64"] ?? encoded((news["userData"] as string | undefined) ?? "")) as string;
        await modifyStopped(api, id, "user data", { UserData: { Value: Buffer.from(text, "base64") } }, context);
    }
    if (touches("disableApiStop")) {
        await modify(api, id, "API stop", { DisableApiStop: { Value: news["disableApiStop"] as boolean } }, context);
    }
    if (touches("disableApiTermination")) {
        const Value = news["disableApiTermination"] as boolean;
        await modify(api, id, "API termination", { DisableApiTermination: { Value } }, context);
    }
    if (touches("instanceInitiatedShutdownBehavior")) {
        const Value = news["instanceInitiatedShutdownBehavior"] as string;
        await modify(api, id, "shutdown behavior", { InstanceInitiatedShutdownBehavior: { Value } }, context);
    }
    if (touches("monitoring")) {
        const InstanceIds = [id];
        await doing(`updating EC2 Instance (${id}) monitoring`, async () => {
            await (news["monitoring"] === true
                ? ec2.monitorInstances({ InstanceIds })
                : ec2.unmonitorInstances({ InstanceIds }));
        });
    }
    if (touches("metadataOptions")) {
        await modifyMetadata(api, id, news, context);
    }
    if (touches("rootBlockDevice")) {
        await modifyRoot(api, id, state, news, changes, context);
    }
}
