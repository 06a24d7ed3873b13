import { randomUUID } from "node:crypto";
import type { CreateVolumeCommandInput, ModifyVolumeCommandInput, Volume, VolumeType } from "@aws-sdk/client-ec2";
import type { Changes, Context, Failure } from "../protocol/plugin";
import { isUnknown, type Props } from "../protocol/values";
import { type Api, hasCode, unless } from "./client";
import type { Definition } from "./define";
import { findModification, findVolume } from "./find";
import { between, REGION, type Schema, TAGS } from "./schema";
import { allTags, tagSpecifications, tagState, updateTags } from "./tags";
import { doing, minutes, retryWhile, waitFor } from "./wait";

const schema: Schema = {
    ...REGION,
    ...TAGS,
    arn: { type: "string", output: true },
    createTime: { type: "string", output: true },
    availabilityZone: { type: "string", required: true, forceNew: true },
    encrypted: { type: "boolean", computed: true, forceNew: true },
    finalSnapshot: { type: "boolean", default: false },
    iops: { type: "number", computed: true },
    kmsKeyId: { type: "string", computed: true, forceNew: true },
    multiAttachEnabled: { type: "boolean", forceNew: true },
    size: { type: "number", computed: true },
    snapshotId: { type: "string", computed: true, forceNew: true },
    throughput: { type: "number", computed: true, valid: between(125, 2000) },
    type: { type: "string", computed: true },
    volumeInitializationRate: { type: "number", forceNew: true, valid: between(100, 300) },
};

const PROVISIONED = ["io1", "io2"];

/** What the real provider refuses before it calls anything (resourceEBSVolumeCustomizeDiff). */
function rules(inputs: Props): Failure[] {
    const found: Failure[] = [];
    const { type, iops, throughput, size, snapshotId } = inputs;
    if (size === undefined && snapshotId === undefined) {
        found.push({ property: "size", reason: "one of `size,snapshotId` must be specified" });
    }
    if (isUnknown(type)) {
        return found;
    }
    const shown = typeof type === "string" ? type : "";
    if (PROVISIONED.includes(shown) && iops === undefined) {
        found.push({ property: "iops", reason: `'iops' must be set when 'type' is '${shown}'` });
    }
    if (iops !== undefined && iops !== 0 && ![...PROVISIONED, "gp3"].includes(shown)) {
        found.push({ property: "iops", reason: `'iops' must not be set when 'type' is '${shown}'` });
    }
    if (throughput !== undefined && throughput !== 0 && shown !== "gp3") {
        found.push({ property: "throughput", reason: `'throughput' must not be set when 'type' is '${shown}'` });
    }
    if (inputs["multiAttachEnabled"] === true && !PROVISIONED.includes(shown)) {
        found.push({
            property: "multiAttachEnabled",
            reason: `'multi_attach_enabled' must not be set when 'type' is '${shown}'`,
        });
    }
    if (inputs["volumeInitializationRate"] !== undefined && snapshotId === undefined) {
        const reason = "'volume_initialization_rate' must not be set unless 'snapshot_id' is set";
        found.push({ property: "volumeInitializationRate", reason });
    }
    return found;
}

async function create(api: Api, inputs: Props, context: Context, made: (id: string) => void): Promise<void> {
    const request = {
        AvailabilityZone: inputs["availabilityZone"],
        // Random as the real one's, so that a killed update may leave a volume the state does not know (design §3.9).
        ClientToken: randomUUID(),
        Encrypted: inputs["encrypted"] === true ? true : undefined,
        Iops: inputs["iops"],
        KmsKeyId: inputs["kmsKeyId"],
        MultiAttachEnabled: inputs["multiAttachEnabled"] === true ? true : undefined,
        Size: inputs["size"],
        SnapshotId: inputs["snapshotId"],
        Throughput: inputs["throughput"],
        VolumeType: inputs["type"],
        VolumeInitializationRate: inputs["volumeInitializationRate"],
        ...tagSpecifications(api, inputs, "volume"),
    } as CreateVolumeCommandInput;
    const { VolumeId = "" } = await doing("creating EBS Volume", () => api.ec2(context.signal).createVolume(request));
    made(VolumeId);
    await doing(`waiting for EBS Volume (${VolumeId}) create`, () => waitAvailable(api, VolumeId, context));
}

const waitAvailable = (api: Api, id: string, context: Context): Promise<Volume | undefined> =>
    waitFor(
        {
            pending: ["creating"],
            target: ["available", "in-use"],
            timeoutMs: context.timeoutMs ?? minutes(5),
            look: async () => {
                const found = await findVolume(api, id, context);
                return found && { state: found.State ?? "", found };
            },
        },
        context,
    );

async function read(api: Api, id: string, state: Props, context: Context): Promise<Props | undefined> {
    const volume = await doing(`reading EBS Volume (${id})`, () => findVolume(api, id, context));
    if (volume === undefined || volume.State === "deleted") {
        return undefined;
    }
    return {
        arn: `arn:aws:ec2:${api.region}:123456789012:volume/${id}`,
        availabilityZone: volume.AvailabilityZone,
        createTime: volume.CreateTime?.toISOString().replace(/\.\d+Z$/, "Z"),
        encrypted: volume.Encrypted ?? false,
        iops: volume.Iops ?? 0,
        kmsKeyId: volume.KmsKeyId ?? "",
        multiAttachEnabled: volume.MultiAttachEnabled ?? false,
        region: api.region,
        size: volume.Size,
        snapshotId: volume.SnapshotId ?? "",
        throughput: volume.Throughput ?? 0,
        type: volume.VolumeType,
        volumeInitializationRate: volume.VolumeInitializationRate,
        ...tagState(api, volume.Tags, state),
    };
}

const MODIFIABLE = ["iops", "size", "throughput", "type"];

/** All of size, type, IOPS and throughput in one call; none when none of them changes (a call without a change counts too). */
async function modify(
    api: Api,
    id: string,
    state: Props,
    news: Props,
    changes: Changes,
    context: Context,
): Promise<void> {
    if (!MODIFIABLE.some((key) => changes.has(key))) {
        return;
    }
    const planned: Props = { ...state, ...news };
    const type = planned["type"] as VolumeType;
    const request: ModifyVolumeCommandInput = { VolumeId: id };
    if (changes.has("iops")) {
        request.Iops = planned["iops"] as number;
    }
    if (changes.has("size")) {
        request.Size = planned["size"] as number;
    }
    const throughput = planned["throughput"];
    if (type === "gp3" && typeof throughput === "number" && throughput > 0) {
        request.Throughput = throughput;
    }
    if (changes.has("type")) {
        request.VolumeType = type;
        if ([...PROVISIONED, "gp3"].includes(type)) {
            request.Iops = planned["iops"] as number;
        }
    }
    await doing(`modifying EBS Volume (${id})`, () => api.ec2(context.signal).modifyVolume(request));
    await doing(`waiting for EBS Volume (${id}) update`, () =>
        waitFor(
            {
                pending: ["modifying"],
                // Usable at optimizing, which may last for hours.
                target: ["completed", "optimizing"],
                timeoutMs: context.timeoutMs ?? minutes(5),
                look: async () => {
                    const found = await findModification(api, id, context);
                    return found && { state: found.ModificationState ?? "", found };
                },
            },
            context,
        ),
    );
}

async function update(
    api: Api,
    id: string,
    state: Props,
    news: Props,
    changes: Changes,
    context: Context,
): Promise<void> {
    await updateTags(api, id, state, news, context);
    await modify(api, id, state, news, changes, context);
}

async function finalSnapshot(api: Api, id: string, state: Props, timeoutMs: number, context: Context): Promise<void> {
    const tags = allTags(api, { tags: state["tags"] });
    const request = { VolumeId: id, ...tagSpecifications(api, { tags }, "snapshot") };
    const tooOften = (error: unknown): boolean => hasCode(error, "SnapshotCreationPerVolumeRateExceeded");
    const made = await doing(`creating EBS Snapshot (${id})`, () =>
        retryWhile(tooOften, minutes(1), context, () => api.ec2(context.signal).createSnapshot(request)),
    );
    const snapshot = made.SnapshotId ?? "";
    await doing(`waiting for EBS Snapshot (${snapshot}) create`, () =>
        waitFor(
            {
                pending: ["pending"],
                target: ["completed"],
                timeoutMs,
                look: async () => {
                    const { Snapshots } = await api.ec2(context.signal).describeSnapshots({ SnapshotIds: [snapshot] });
                    return Snapshots?.[0] && { state: Snapshots[0].State ?? "", found: snapshot };
                },
            },
            context,
        ),
    );
}

async function remove(api: Api, id: string, state: Props, context: Context): Promise<void> {
    const timeoutMs = context.timeoutMs ?? minutes(10);
    if (state["finalSnapshot"] === true) {
        await finalSnapshot(api, id, state, timeoutMs, context);
    }
    const inUse = (error: unknown): boolean => hasCode(error, "VolumeInUse");
    await unless(["InvalidVolume.NotFound"], () =>
        doing(`deleting EBS Volume (${id})`, () =>
            retryWhile(inUse, timeoutMs, context, () => api.ec2(context.signal).deleteVolume({ VolumeId: id })),
        ),
    );
    const look = async (): Promise<{ state: string; found: Volume } | undefined> => {
        const found = await findVolume(api, id, context);
        return found && { state: found.State ?? "", found };
    };
    await doing(`waiting for EBS Volume (${id}) delete`, () =>
        waitFor({ pending: ["deleting", "available", "in-use"], target: [], timeoutMs, look }, context),
    );
}

export const volume: Definition = {
    schema,
    rules,
    recomputed: (changes) => (changes.has("type") ? ["iops", "throughput"] : []),
    create,
    read,
    update,
    remove,
};
