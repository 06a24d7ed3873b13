import { crc32 } from "node:zlib";
import type { VolumeAttachment } from "@aws-sdk/client-ec2";
import type { Context } from "../protocol/plugin";
import type { Props } from "../protocol/values";
import { type Api, hasCode } from "./client";
import type { Definition } from "./define";
import { findInstance, findVolume } from "./find";
import { REGION, type Schema } from "./schema";
import { doing, minutes, waitFor } from "./wait";

const schema: Schema = {
    ...REGION,
    deviceName: { type: "string", required: true, forceNew: true },
    instanceId: { type: "string", required: true, forceNew: true },
    volumeId: { type: "string", required: true, forceNew: true },
    forceDetach: { type: "boolean" },
    skipDestroy: { type: "boolean" },
    stopInstanceBeforeDetaching: { type: "boolean" },
};

interface Place {
    readonly deviceName: string;
    readonly instanceId: string;
    readonly volumeId: string;
}
const placeOf = (props: Props): Place => props as unknown as Place;
const nameOf = ({ volumeId, instanceId }: Place): string => `EBS Volume (${volumeId}) Attachment (${instanceId})`;

/** As the real provider makes it: a checksum of the three names. */
export const attachmentId = ({ deviceName, instanceId, volumeId }: Place): string =>
    `vai-${crc32(`${deviceName}-${instanceId}-${volumeId}-`)}`;

async function find(api: Api, place: Place, context: Context): Promise<VolumeAttachment | undefined> {
    const volume = await findVolume(api, place.volumeId, context);
    return volume?.Attachments?.find(
        ({ Device, InstanceId, State }) =>
            State !== "detached" && Device === place.deviceName && InstanceId === place.instanceId,
    );
}

async function waitInstance(
    api: Api,
    id: string,
    pending: string[],
    target: string[],
    context: Context,
): Promise<void> {
    const look = async (): Promise<{ state: string; found: string } | undefined> => {
        const found = await findInstance(api, id, context);
        return found && { state: found.State?.Name ?? "", found: id };
    };
    await waitFor({ pending, target, timeoutMs: minutes(10), look }, context);
}

const waitAttachment = (
    api: Api,
    place: Place,
    pending: string,
    target: string[],
    context: Context,
): Promise<unknown> =>
    waitFor(
        {
            pending: [pending],
            target,
            timeoutMs: context.timeoutMs ?? minutes(5),
            look: async () => {
                const found = await find(api, place, context);
                return found && { state: found.State ?? "", found };
            },
        },
        context,
    );

async function create(api: Api, inputs: Props, context: Context, made: (id: string) => void): Promise<void> {
    const place = placeOf(inputs);
    const { deviceName, instanceId, volumeId } = place;
    if ((await find(api, place, context)) === undefined) {
        await doing(`waiting for EC2 Instance (${instanceId}) to be ready`, () =>
            waitInstance(api, instanceId, ["pending", "stopping"], ["running", "stopped"], context),
        );
        await doing(`attaching EBS Volume (${volumeId}) to EC2 Instance (${instanceId})`, () =>
            api.ec2(context.signal).attachVolume({ Device: deviceName, InstanceId: instanceId, VolumeId: volumeId }),
        );
    }
    // Not kept in the state until it is attached: the next try finds it under way.
    await doing(`waiting for ${nameOf(place)} create`, () =>
        waitAttachment(api, place, "attaching", ["attached"], context),
    );
    made(attachmentId(place));
}

async function read(api: Api, _id: string, state: Props, context: Context): Promise<Props | undefined> {
    const place = placeOf(state);
    const found = await doing(`reading ${nameOf(place)}`, () => find(api, place, context));
    return found && { ...place, region: api.region };
}

async function remove(api: Api, _id: string, state: Props, context: Context): Promise<void> {
    if (state["skipDestroy"] === true) {
        return;
    }
    const place = placeOf(state);
    const { deviceName, instanceId, volumeId } = place;
    const ec2 = api.ec2(context.signal);
    if (state["stopInstanceBeforeDetaching"] === true) {
        await doing(`deleting ${nameOf(place)}: stopping EC2 Instance (${instanceId})`, async () => {
            await ec2.stopInstances({ InstanceIds: [instanceId], Force: false });
            await waitInstance(
                api,
                instanceId,
                ["pending", "running", "shutting-down", "stopping"],
                ["stopped"],
                context,
            );
        });
    }
    const request = {
        Device: deviceName,
        InstanceId: instanceId,
        VolumeId: volumeId,
        Force: state["forceDetach"] === true,
    };
    try {
        await doing(`deleting ${nameOf(place)}`, () => ec2.detachVolume(request));
    } catch (error) {
        if (hasCode(error, "IncorrectState") && (error as Error).message.includes("available")) {
            return;
        }
        throw error;
    }
    await doing(`waiting for ${nameOf(place)} delete`, () => waitAttachment(api, place, "detaching", [], context));
}

export const volumeAttachment: Definition = {
    schema,
    create,
    read,
    // Only what a later delete does can change; it is carried in the state.
    update: () => Promise.resolve(),
    remove,
    importId: (id) => {
        const [deviceName = "", volumeId = "", instanceId = "", ...rest] = id.split(":");
        if (instanceId === "" || rest.length > 0) {
            throw new Error(`unexpected format of ID ("${id}"), expected DEVICE_NAME:VOLUME_ID:INSTANCE_ID`);
        }
        const place = { deviceName, volumeId, instanceId };
        return { id: attachmentId(place), state: { ...place } };
    },
};
