import type { CreateSnapshotCommandInput, Snapshot } from "@aws-sdk/client-ec2";
import type { Context } from "../protocol/plugin";
import { type Api, hasCode, unless } from "./client";
import type { Definition } from "./define";
import { orGone } from "./find";
import { REGION, TAGS } from "./schema";
import { tagSpecifications, tagState, updateTags } from "./tags";
import { doing, minutes, retryWhile, waitFor } from "./wait";

const find = (api: Api, id: string, context: Context): Promise<Snapshot | undefined> =>
    orGone("InvalidSnapshot.NotFound", async () => {
        const { Snapshots } = await api.ec2(context.signal).describeSnapshots({ SnapshotIds: [id] });
        return Snapshots?.[0];
    });

export const snapshot: Definition = {
    schema: {
        ...REGION,
        ...TAGS,
        arn: { type: "string", output: true },
        dataEncryptionKeyId: { type: "string", output: true },
        encrypted: { type: "boolean", output: true },
        kmsKeyId: { type: "string", output: true },
        ownerAlias: { type: "string", output: true },
        ownerId: { type: "string", output: true },
        volumeSize: { type: "number", output: true },
        description: { type: "string", forceNew: true },
        storageTier: { type: "string", output: true },
        volumeId: { type: "string", required: true, forceNew: true },
    },
    create: async (api, inputs, context, made) => {
        const request = {
            VolumeId: inputs["volumeId"],
            Description: inputs["description"],
            ...tagSpecifications(api, inputs, "snapshot"),
        } as CreateSnapshotCommandInput;
        const tooOften = (error: unknown): boolean => hasCode(error, "SnapshotCreationPerVolumeRateExceeded");
        const { SnapshotId: id = "" } = await doing("creating EBS Snapshot", () =>
            retryWhile(tooOften, minutes(1), context, () => api.ec2(context.signal).createSnapshot(request)),
        );
        made(id);
        await doing(`waiting for EBS Snapshot (${id}) create`, () =>
            waitFor(
                {
                    pending: ["pending"],
                    target: ["completed"],
                    timeoutMs: context.timeoutMs ?? minutes(10),
                    look: async () => {
                        const found = await find(api, id, context);
                        return found && { state: found.State ?? "", found };
                    },
                },
                context,
            ),
        );
    },
    read: async (api, id, state, context) => {
        const found = await doing(`reading EBS Snapshot (${id})`, () => find(api, id, context));
        return (
            found && {
                arn: `arn:aws:ec2:${api.region}::snapshot/${id}`,
                dataEncryptionKeyId: found.DataEncryptionKeyId ?? "",
                description: found.Description ?? "",
                encrypted: found.Encrypted ?? false,
                kmsKeyId: found.KmsKeyId ?? "",
                ownerAlias: found.OwnerAlias ?? "",
                ownerId: found.OwnerId,
                region: api.region,
                storageTier: found.StorageTier ?? "standard",
                volumeId: found.VolumeId,
                volumeSize: found.VolumeSize,
                ...tagState(api, found.Tags, state),
            }
        );
    },
    update: (api, id, state, news, _changes, context) => updateTags(api, id, state, news, context),
    remove: (api, id, _state, context) =>
        unless(["InvalidSnapshot.NotFound"], () =>
            doing(`deleting EBS Snapshot (${id})`, () => api.ec2(context.signal).deleteSnapshot({ SnapshotId: id })),
        ),
};
