import { forgetInterface } from "./actions/interfaces";
import type { Delays } from "./delays";
import type { InFlight, Instance, LabState, Modification, Snapshot, Volume } from "./state";

/** A terminated instance is shown for about an hour. */
const SHOWN_TERMINATED = 60 * 60 * 1000;

const over = (work: InFlight, now: number): boolean => work.handsDone && work.dueAt <= now;

/** Moves on what time has moved on. Pure but for the draft; the order matters: machines let go before volumes are free. */
export function advance(draft: LabState, now: number, delays: Delays): void {
    Object.values(draft.instances).forEach((instance) => advanceInstance(draft, instance, now));
    Object.values(draft.volumes).forEach((volume) => advanceVolume(draft, volume, now, delays));
    for (const snapshot of Object.values(draft.snapshots)) {
        if (snapshot.state === "pending" && over(snapshot, now) && snapshot.fails === undefined) {
            Object.assign(snapshot, {
                state: "completed",
                completionTime: Math.max(snapshot.dueAt, snapshot.startTime),
            });
        }
    }
    Object.values(draft.snapshots)
        .filter((snapshot) => snapshot.fails !== undefined && snapshot.state !== "error" && over(snapshot, now))
        .forEach((snapshot) => failSet(draft, snapshot));
}

/** "If any one snapshot fails, all of the other snapshots display an error status"; only the one that failed says why. */
function failSet(draft: LabState, { id, requestId, fails }: Snapshot): void {
    for (const member of Object.values(draft.snapshots)) {
        if (member.id !== id && (requestId === undefined || member.requestId !== requestId)) {
            continue;
        }
        member.state = "error";
        delete member.completionTime;
        if (member.id === id && fails?.message !== undefined) {
            member.message = fails.message;
        }
    }
}

function advanceInstance(draft: LabState, instance: Instance, now: number): void {
    if (instance.state === "pending" && over(instance, now)) {
        instance.state = "running";
    } else if (instance.state === "stopping" && over(instance, now)) {
        instance.state = "stopped";
        givePublicAddressesBack(draft, instance);
    } else if (instance.state === "shutting-down" && over(instance, now)) {
        letGo(draft, instance, now);
    } else if (instance.state === "terminated" && now - (instance.terminatedAt ?? now) > SHOWN_TERMINATED) {
        delete draft.instances[instance.id];
        delete draft.tags[instance.id];
    }
}

function givePublicAddressesBack(draft: LabState, instance: Instance): void {
    for (const card of Object.values(draft.interfaces)) {
        if (card.attachment?.instanceId === instance.id) {
            delete card.autoPublicIp;
        }
    }
}

/** Termination deletes or keeps as each volume and interface was told. */
function letGo(draft: LabState, instance: Instance, now: number): void {
    instance.state = "terminated";
    instance.terminatedAt = now;
    givePublicAddressesBack(draft, instance);
    for (const card of Object.values(draft.interfaces)) {
        if (card.attachment?.instanceId === instance.id) {
            const gone = card.attachment.deleteOnTermination;
            delete card.attachment;
            if (gone) {
                forgetInterface(draft, card.id);
            }
        }
    }
    for (const volume of Object.values(draft.volumes)) {
        if (volume.attachment?.instanceId === instance.id) {
            const gone = volume.attachment.deleteOnTermination;
            delete volume.attachment;
            Object.assign(volume, gone ? { state: "deleting", dueAt: now, handsDone: false } : { state: "available" });
        }
    }
}

function advanceVolume(draft: LabState, volume: Volume, now: number, delays: Delays): void {
    if (volume.state === "creating" && volume.keyFails === true && over(volume, now)) {
        Object.assign(volume, { state: "deleting", dueAt: now, handsDone: false });
    } else if (volume.state === "creating" && over(volume, now)) {
        volume.state = volume.attachment === undefined ? "available" : "in-use";
    }
    if (volume.state === "deleting" && over(volume, now)) {
        delete draft.volumes[volume.id];
        delete draft.tags[volume.id];
        return;
    }
    const attachment = volume.attachment;
    if (attachment?.state === "attaching" && over(attachment, now)) {
        attachment.state = "attached";
    } else if ((attachment?.state === "detaching" || attachment?.state === "busy") && over(attachment, now)) {
        delete volume.attachment;
        volume.state = "available";
    }
    const modification = volume.modifications.at(-1);
    if (modification !== undefined) {
        advanceModification(volume, modification, now, delays);
    }
}

function advanceModification(volume: Volume, modification: Modification, now: number, delays: Delays): void {
    if (modification.state === "modifying" && modification.fails === true && over(modification, now)) {
        Object.assign(modification, { state: "failed", message: "Internal error", endTime: modification.dueAt });
    }
    if (modification.state === "modifying" && over(modification, now)) {
        // The new size can be used from here on; only its performance is still on the way.
        delete volume.iops;
        delete volume.throughput;
        Object.assign(volume, modification.to);
        Object.assign(modification, { state: "optimizing", dueAt: modification.dueAt + delays.optimizing });
    }
    if (modification.state === "optimizing" && over(modification, now)) {
        Object.assign(modification, { state: "completed", endTime: modification.dueAt });
    }
}

/** The next moment at which something ends by itself, if any. */
export function nextMoment(state: LabState, now: number): number | undefined {
    const volumes = Object.values(state.volumes);
    const works: InFlight[] = [
        ...Object.values(state.instances).filter(({ state: phase }) =>
            ["pending", "stopping", "shutting-down"].includes(phase),
        ),
        ...volumes.filter((volume) => volume.state === "creating" || volume.state === "deleting"),
        ...volumes.flatMap((volume) =>
            volume.attachment !== undefined && volume.attachment.state !== "attached" ? [volume.attachment] : [],
        ),
        ...volumes.flatMap((volume) =>
            volume.modifications
                .slice(-1)
                .filter(({ state: phase }) => phase === "modifying" || phase === "optimizing"),
        ),
        ...Object.values(state.snapshots).filter((snapshot) => snapshot.state === "pending"),
    ];
    const moments = works.filter((work) => work.handsDone).map((work) => Math.max(work.dueAt, now));
    return moments.length === 0 ? undefined : Math.min(...moments);
}
