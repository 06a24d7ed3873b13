import type { Snapshot } from "@aws-sdk/client-ec2";
import { DriveError } from "../../infra/model/errors";
import { TAG } from "../../infra/model/names";
import type { Caller } from "./caller";
import type { Pages } from "./pages";
import type { SetSnapshot } from "./port";

export async function setSnapshots(pages: Pages, drive: string): Promise<readonly SetSnapshot[]> {
    const found = await pages.snapshots([
        { Name: `tag:${TAG.drive}`, Values: [drive] },
        { Name: "tag-key", Values: [TAG.set] },
    ]);
    // Made or deleted between two pages, others move: one that comes twice would be a member too many.
    const once = new Map(found.map((snapshot) => [snapshot.SnapshotId!, setSnapshotView(snapshot)]));
    return [...once.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function setSnapshotView(snapshot: Snapshot): SetSnapshot {
    return {
        id: snapshot.SnapshotId!,
        volumeId: snapshot.VolumeId ?? "",
        state: snapshot.State ?? "",
        progress: Number.parseInt(snapshot.Progress ?? "", 10) || 0,
        startedAt: snapshot.StartTime?.toISOString() ?? "",
        sizeGiB: snapshot.VolumeSize ?? 0,
        encrypted: snapshot.Encrypted === true,
        ...(snapshot.KmsKeyId === undefined ? {} : { kmsKeyId: snapshot.KmsKeyId }),
        ...(snapshot.StateMessage === undefined ? {} : { message: snapshot.StateMessage }),
        tags: Object.fromEntries((snapshot.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
    };
}

export async function tagSnapshots(
    call: Caller,
    ids: readonly string[],
    tags: Readonly<Record<string, string>>,
): Promise<void> {
    if (ids.length === 0) return; // EC2 refuses a call that names nothing
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await call("CreateTags", ({ sdk, client }) =>
        client.send(new sdk.CreateTagsCommand({ Resources: [...ids], Tags })),
    );
}

/** By the server's own list: it says in one answer what is attached and which of it is the root. */
export async function attachedVolumes(pages: Pages, serverId: string): Promise<readonly string[]> {
    const [server] = await pages.instances([{ Name: "instance-id", Values: [serverId] }]);
    if (server === undefined) {
        throw new DriveError("ServerNotSeen", `EC2 shows no server ${serverId}`, {
            hint: "it was terminated, or EC2 does not show it yet: look again (elastic-drive status)",
            retryable: true,
        });
    }
    const data = (server.BlockDeviceMappings ?? []).filter(({ DeviceName }) => DeviceName !== server.RootDeviceName);
    return data.flatMap(({ Ebs }) => Ebs?.VolumeId ?? []).sort();
}
