import type { DriveConfig } from "../../../infra/model/config";
import { DriveError } from "../../../infra/model/errors";
import { copyTags } from "../../../infra/model/tags";
import type { Ec2 } from "../../ec2/port";
import { isAside } from "./plan";
import type { GuestView, SnapshotView } from "../../model/observed";
import { LookAgain } from "../../model/look-again";
import type { Step } from "../../model/steps";
import type { NamedWait } from "../../io/wait";

type Of<K extends Step["kind"]> = Extract<Step, { kind: K }>;

export interface CopyingParts {
    readonly ec2: Ec2;
    readonly wait: NamedWait;
    /** What the server itself says now, or that it does not answer. */
    inside(): Promise<GuestView>;
}

/** A first snapshot copies the whole volume: hours where it is large. */
const SNAPSHOT_MS = 48 * 3_600_000;
const DETACH_MS = 600_000;
const SEEN_MS = 60_000;
/** Pending ones take minutes to hours: after ten minutes the operator hears of it, and the same command goes on. */
const BUSY_MS = 600_000;
const BUSY_EVERY_MS = 3_000;

/** One of a foreign nonce may be older than the last write, whatever its other tags say. */
const isOf =
    ({ nonce }: DriveConfig, { volumeId, stage }: Of<"snapshot" | "waitSnapshot">) =>
    (one: SnapshotView): boolean =>
        one.volumeId === volumeId && one.stage === stage && [undefined, nonce].includes(one.nonce);

/** The steps of a copy that are EC2's own calls. */
export class Copying {
    constructor(private readonly parts: CopyingParts) {}

    /** A volume may bear no further snapshot just now: one of less than 15 s ago, or too many that are pending (a backup set's too). */
    async snapshot(desired: DriveConfig, step: Of<"snapshot">): Promise<void> {
        const { name: drive } = desired;
        await this.parts.wait(`EC2 to take a snapshot of slot ${step.slot}`, BUSY_MS, BUSY_EVERY_MS, async () => {
            const refused = await this.taken(desired, step).then(() => undefined, busy);
            return refused === undefined ? { ready: undefined } : { seen: refused };
        });
        await this.seen(drive, `the snapshot of slot ${step.slot} to be seen`, (all) => all.some(isOf(desired, step)));
    }

    /** EC2 has no client token for it: it is looked up right before, since the reply of an earlier call may have been lost. */
    private async taken(desired: DriveConfig, step: Of<"snapshot">): Promise<void> {
        const drive = desired.name;
        if ((await this.find(desired, step)) !== undefined) return;
        const isAttached = (await this.volume(drive, step.volumeId))?.attachedTo !== undefined;
        if (step.stage === "final" && isAttached) throw new LookAgain(); // a look that was late
        await this.parts.ec2.createSnapshot({ drive, ...step, tags: copyTags(desired, step.slot, step.stage) });
    }

    async delete(drive: string, id: string): Promise<void> {
        await this.parts.ec2.deleteSnapshot(id);
        await this.seen(drive, `snapshot ${id} to be gone`, (all) => all.every((one) => one.id !== id));
    }

    completed(desired: DriveConfig, step: Of<"waitSnapshot">): Promise<void> {
        return this.parts.wait(`the snapshot of slot ${step.slot} to be completed`, SNAPSHOT_MS, 2_000, async () => {
            const found = await this.find(desired, step);
            if (found?.state === "completed") return { ready: undefined };
            if (found?.state === "error") throw failed(step, found.id);
            return { seen: found === undefined ? "not there yet" : `${found.state} ${found.progress} %` };
        });
    }

    /** As the server lets go: never by force. */
    async detach(drive: string, { volumeId, serverId }: Of<"detach">): Promise<void> {
        const seen = await this.volume(drive, volumeId);
        if (seen?.attachment === "attached") {
            await this.unused(drive, serverId);
            await this.parts.ec2.detachVolume(volumeId, serverId);
        }
        await this.parts.wait(`volume ${volumeId} to be detached`, DETACH_MS, 2_000, async () => {
            const volume = await this.volume(drive, volumeId);
            return volume?.attachedTo === undefined
                ? { ready: undefined }
                : { seen: volume.attachment ?? volume.state };
        });
    }

    /** A look may have been old, EC2's above all. Only the server itself can say that nothing uses the volume, or that it does not run. */
    private async unused(drive: string, serverId: string): Promise<void> {
        const guest = await this.parts.inside();
        if (guest.reachable) {
            if (isAside(guest)) return;
        } else {
            const { servers } = await this.parts.ec2.view(drive, { parts: false });
            if (servers.find(({ id }) => id === serverId)?.state !== "running") return;
        }
        throw new LookAgain();
    }

    private async volume(drive: string, id: string) {
        const { volumes } = await this.parts.ec2.view(drive, { parts: false });
        return volumes.find((volume) => volume.id === id);
    }

    private async find(desired: DriveConfig, step: Of<"snapshot" | "waitSnapshot">): Promise<SnapshotView | undefined> {
        const { snapshots } = await this.parts.ec2.view(desired.name, { parts: false });
        return snapshots.find(isOf(desired, step));
    }

    /** A look can be older than what was just done. */
    private seen(drive: string, what: string, isSo: (all: readonly SnapshotView[]) => boolean): Promise<void> {
        return this.parts.wait(what, SEEN_MS, 1_000, async () => {
            const { snapshots } = await this.parts.ec2.view(drive, { parts: false });
            return isSo(snapshots) ? { ready: undefined } : { seen: `${snapshots.length} snapshots` };
        });
    }
}

/** What EC2 says when nothing was made and later it may be; any other error is thrown. */
function busy(error: unknown): string {
    if (error instanceof DriveError && error.code === "SnapshotsBusy") return error.message;
    throw error;
}

function failed({ slot, volumeId }: Of<"waitSnapshot">, id: string): DriveError {
    return new DriveError("SnapshotFailed", `EC2 could not take snapshot ${id} of slot ${slot} (${volumeId})`, {
        hint: "the same command takes another one; elastic-drive cancel brings the drive back as it was",
        retryable: true,
    });
}
