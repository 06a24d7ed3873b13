import { inFlight } from "../call";
import type { Call } from "../call";
import { Ec2Error } from "../errors";
import type { Snapshot, Volume } from "../state";

/** EBS bears so many snapshots of one volume that are not completed. */
const openLimit = (volume: Volume): number => (volume.type === "st1" || volume.type === "sc1" ? 1 : 5);

/** Pending ones, those in error, and those that were deleted while pending and go on unseen. */
function openOf(call: Call, volume: Volume): number {
    const unseen = (volume.deletedPending ?? []).filter((end) => end > call.now);
    const shown = Object.values(call.draft.snapshots).filter(
        (snapshot) => snapshot.volumeId === volume.id && snapshot.state !== "completed",
    );
    return shown.length + unseen.length;
}

/** Refuses a volume that bears no further snapshot now. */
export function requireSnapshotable(call: Call, volume: Volume): void {
    if (volume.state !== "available" && volume.state !== "in-use") {
        throw new Ec2Error("IncorrectState", `The volume '${volume.id}' is in the '${volume.state}' state.`);
    }
    if (call.now - (volume.lastSnapshotAt ?? -Infinity) < call.delays.snapshotSpacing) {
        throw new Ec2Error(
            "SnapshotCreationPerVolumeRateExceeded",
            "The maximum per volume CreateSnapshot request rate has been exceeded. Use an increasing or variable sleep interval between requests.",
        );
    }
    if (openOf(call, volume) >= openLimit(volume)) {
        throw new Ec2Error(
            "ConcurrentSnapshotLimitExceeded",
            `Maximum allowed in-progress snapshots for a single volume exceeded: ${openLimit(volume)} for ${volume.id}`,
        );
    }
}

/** Room for that many more in the account. */
export function requireRoom({ draft, limits }: Call, more: number): void {
    const snapshots = Object.values(draft.snapshots);
    if (snapshots.length + more > limits.snapshots) {
        throw new Ec2Error(
            "SnapshotLimitExceeded",
            `You have exceeded your maximum snapshot limit (${limits.snapshots}).`,
        );
    }
    if (snapshots.filter(({ state }) => state === "pending").length + more > limits.pendingSnapshots) {
        throw new Ec2Error(
            "PendingSnapshotLimitExceeded",
            `You have exceeded your maximum of pending snapshots (${limits.pendingSnapshots}).`,
        );
    }
}

/** How a snapshot ends: in its time; or not well, by a fault or by its key. */
export function endOf(call: Call, volume: Volume, isLast: boolean): Pick<Snapshot, "dueAt" | "handsDone" | "fails"> {
    const message = call.keys.refusal(volume.kmsKeyId);
    if (message !== undefined) {
        return { ...inFlight(call, call.delays.snapshotPending), fails: { message } };
    }
    // One of a call is enough: it takes the others along.
    return call.fails !== undefined && isLast
        ? { ...inFlight(call, call.fails), fails: {} }
        : inFlight(call, call.delays.snapshotPending);
}
