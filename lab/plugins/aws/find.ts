import type { Instance, NetworkInterface, Volume, VolumeModification } from "@aws-sdk/client-ec2";
import type { Context } from "../protocol/plugin";
import { type Api, hasCode } from "./client";

/** The answer, or `undefined` when EC2 says there is no such thing. */
export async function orGone<T>(code: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
        return await look();
    } catch (error) {
        if (hasCode(error, code)) {
            return undefined;
        }
        throw error;
    }
}

export const findVolume = (api: Api, id: string, context: Context): Promise<Volume | undefined> =>
    orGone("InvalidVolume.NotFound", async () => {
        const { Volumes } = await api.ec2(context.signal).describeVolumes({ VolumeIds: [id] });
        const volume = Volumes?.[0];
        return volume?.VolumeId === id ? volume : undefined;
    });

export async function findModification(
    api: Api,
    id: string,
    context: Context,
): Promise<VolumeModification | undefined> {
    const look = api.ec2(context.signal).describeVolumesModifications({ VolumeIds: [id] });
    const { VolumesModifications } = await look;
    // The newest, should EC2 list older ones.
    return [...(VolumesModifications ?? [])].sort((a, b) => Number(b.StartTime ?? 0) - Number(a.StartTime ?? 0))[0];
}

/** In any state, also terminated. */
export const findInstance = (api: Api, id: string, context: Context): Promise<Instance | undefined> =>
    orGone("InvalidInstanceID.NotFound", async () => {
        const { Reservations } = await api.ec2(context.signal).describeInstances({ InstanceIds: [id] });
        return Reservations?.flatMap((reservation) => reservation.Instances ?? [])[0];
    });

export const findInterface = (api: Api, id: string, context: Context): Promise<NetworkInterface | undefined> =>
    orGone("InvalidNetworkInterfaceID.NotFound", async () => {
        const { NetworkInterfaces } = await api
            .ec2(context.signal)
            .describeNetworkInterfaces({ NetworkInterfaceIds: [id] });
        return NetworkInterfaces?.[0];
    });
