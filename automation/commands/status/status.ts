import type { SlotStatus, Status } from "./types";
import type { DriveConfig } from "../../../infra/model/config";
import { formatBytes } from "../../../infra/model/units";
import { MSG } from "../../io/messages";
import { copyUnderWay, isCopyMade } from "../../workflows/copy/plan";
import { timeOf } from "../../guest/lease";
import {
    type LeaseView,
    type MoveView,
    type Observed,
    type ReachableGuest,
    type SnapshotView,
    type VolumeView,
    isKnown,
    knownServer,
    knownVolume,
    leakedVolumes,
    memberOf,
} from "../../model/observed";
import type { SetSnapshot } from "../../ec2/port";
import { backupLine } from "../../workflows/backup/due";
import { ownSets } from "../backup/own-sets";
import { nextSteps } from "../../reconcile/next-steps";
import { leavingSlot, takersOf } from "../../workflows/move/plan";
import { progressText, secondsLeft } from "../../workflows/move/watch";
import { keptVolumes } from "../../workflows/keep/plan";
import type { Session } from "../../world/session";
import { fingerprint, publicKeyOf } from "../../guest/keys";
import { describe } from "../../model/steps";
import { keptText } from "../gc";
import { renderStatus } from "./screen";
import { DESTROYING } from "../up";

export async function status(session: Session): Promise<Status> {
    const { config, desired } = await session.configured();
    const [observed, snapshots] = await Promise.all([
        session.world(desired, config).observe({ preview: false, tolerant: true }),
        session.ec2(config.region).setSnapshots(desired.name),
    ]);
    const hostKey = config.hostKey === undefined ? undefined : publicKeyOf(config.hostKey);
    const known = hostKey === undefined ? undefined : fingerprint(hostKey);
    const found = {
        ...summarize(session.options.stack, desired, observed, known),
        backup: backupOf(desired, observed, snapshots),
        ...(config.destroyData === undefined
            ? {}
            : { now: ["the drive is being destroyed"], next: [DESTROYING], steps: [] }),
    };
    session.host.emit(MSG.STATUS(renderStatus(found), found));
    return found;
}

function backupOf(desired: DriveConfig, observed: Observed, snapshots: readonly SetSnapshot[]): string {
    const now = observed.ec2.readAt ?? Date.now();
    return backupLine(ownSets(desired, observed, snapshots, now), desired.backup, now);
}

export function summarize(
    stack: string,
    desired: DriveConfig,
    observed: Observed,
    hostKey: string | undefined,
): Omit<Status, "backup"> {
    const guest = observed.guest?.reachable === true ? observed.guest : undefined;
    const server = knownServer(observed);
    const slots = [...new Set([...Object.keys(desired.slots), ...Object.keys(observed.stack.volumes)])].sort();
    return {
        drive: desired.name,
        stack,
        zone: desired.zone,
        revision: observed.stack.revision ?? desired.revision,
        usedBytes: guest?.mounted === true ? guest.usedBytes : undefined,
        sizeBytes: guest?.mounted === true ? guest.sizeBytes : undefined,
        mounted: guest?.mounted,
        growAt: desired.autogrow?.growAt,
        server: {
            id: server?.id ?? observed.stack.serverId,
            state: server?.state ?? (observed.stack.serverId === undefined ? "none yet" : "gone"),
            type: server?.instanceType ?? desired.server.instanceType,
            address: observed.stack.sshHost ?? server?.privateIp,
            uptimeSeconds: guest?.uptimeSeconds,
            hostKey,
        },
        slots: slots.map((slot) => slotStatus(slot, desired, observed)),
        move: moving(guest?.move),
        share: { configured: desired.share.clients, exported: guest?.exports ?? [], clients: guest?.clients ?? [] },
        lease: atWork(observed) ?? null,
        leaked: leaked(desired, observed),
        kept: keptVolumes(observed).map((volume) => ({
            ...volume.kept!,
            ...{ volume: volume.id, note: `${keptText(volume)}: elastic-drive gc deletes it then` },
        })),
        ...outlook(desired, observed),
    };
}

function atWork({ guest }: Observed): LeaseView | undefined {
    const lease = guest?.reachable === true ? guest.lease : undefined;
    return lease !== undefined && lease.secondsLeft > 0 ? lease : undefined;
}

function moving(move: MoveView | undefined): Status["move"] {
    if (move === undefined) return null;
    const percent = move.wholeBytes === 0 ? 0 : 100 * (1 - move.leftBytes / move.wholeBytes);
    return { ...move, percent: Number(percent.toFixed(1)), secondsLeft: secondsLeft(move) ?? null };
}

function slotStatus(slot: string, desired: DriveConfig, observed: Observed): SlotStatus {
    const volume = knownVolume(observed, slot);
    const wanted = desired.slots[slot];
    const guest = observed.guest?.reachable === true ? observed.guest : undefined;
    return {
        slot,
        volume: volume?.id ?? observed.stack.volumes[slot],
        sizeGiB: volume?.sizeGiB ?? wanted?.sizeGiB,
        type: volume === undefined ? (wanted?.type ?? "") : speed(volume),
        onItBytes: memberOf(observed, slot)?.usedBytes,
        state: [...life(slot, desired, guest?.move, volume), ...notes(volume, observed, slot)].join(", "),
    };
}

/** `leaving to bc, 61 %, 48 MiB/s, 4 min left` */
function life(
    slot: string,
    desired: DriveConfig,
    move: MoveView | undefined,
    volume: VolumeView | undefined,
): string[] {
    const state = desired.slots[slot]?.state;
    const copy = copyUnderWay(desired);
    if (slot === copy?.slot) return [`copied to ${copy.to}`];
    if (slot === copy?.to) return [`copy of ${copy.slot}`];
    if (state !== "leaving") return [state ?? "not in the configuration"];
    const moving = move !== undefined && move.fromVolume === volume?.id;
    return [`leaving to ${takersOf(desired, slot).join(", ")}`, ...(moving ? [progressText(move)] : [])];
}

function speed(volume: VolumeView): string {
    const numbers = [volume.iops, volume.throughput].filter((value) => value !== undefined && value > 0);
    return [volume.type, ...(numbers.length === 0 ? [] : [numbers.join("/")])].join(" ");
}

function notes(volume: VolumeView | undefined, observed: Observed, slot: string): string[] {
    if (volume === undefined)
        return [observed.stack.volumes[slot] === undefined ? "not created yet" : "volume is gone"];
    const { modification, failed, attachedTo, attachment } = volume;
    return [
        ...(failed === undefined ? [] : [`EC2 gave up its last modification (${failed})`]),
        ...(modification === undefined ? [] : [`${modification.state} ${modification.progress} %`]),
        ...(attachedTo === undefined ? ["not attached"] : []),
        ...(attachment !== undefined && attachment !== "attached" ? [attachment] : []),
    ];
}

function leaked(desired: DriveConfig, observed: Observed): Status["leaked"] {
    const fate = (slot: string): string => {
        if (observed.stack.volumes[slot] !== undefined) return "the slot has another; look, then delete it";
        return slot in desired.slots ? "the next up adopts it" : "there is no such slot; look, then delete it";
    };
    const volumes = leakedVolumes(observed).map(({ id, slot, sizeGiB, attachedTo }) => {
        const use = attachedTo === undefined ? "unattached" : `on ${attachedTo}`;
        return { kind: "volume", id, note: `tagged as slot ${slot}, ${sizeGiB} GiB, ${use}: ${fate(slot)}` };
    });
    const parts = observed.ec2.parts
        .filter((part) => !isKnown(observed, part.id))
        .map((part) => ({
            kind: part.kind,
            id: part.id,
            note: part.used ? "in use" : "unused: the next up deletes it",
        }));
    const strange = (observed.ec2.strange ?? []).map(({ kind, id, slot, why }) => {
        const as = slot === undefined || slot === "" ? "" : `tagged as slot ${slot}; `;
        return { kind, id, note: `${as}${why}: left alone; look, then delete it or take its elastic-drive tags away` };
    });
    return [...volumes, ...parts, ...strange];
}

/** What `cancel` ends: a move or a copy. */
const isCancellable = (desired: DriveConfig): boolean =>
    leavingSlot(desired) !== undefined || copyUnderWay(desired) !== undefined;

/** From the planner itself, so that `status` and `up` can never disagree. */
function outlook(desired: DriveConfig, observed: Observed): Pick<Status, "now" | "next" | "steps"> {
    const plan = nextSteps(desired, observed);
    const guest = observed.guest;
    const server = knownServer(observed);
    const lease = atWork(observed);
    const now = [
        ...(lease === undefined
            ? []
            : [
                  `${lease.operation}, since ${timeOf(lease.since)}, by ${lease.holder}     elastic-drive log${isCancellable(desired) ? " | cancel" : ""}`,
              ]),
        ...(server?.leaving === true ? [`server ${server.id} is being replaced`] : []),
        ...copying(desired, observed),
        ...Object.entries(desired.slots).flatMap(([slot, { state }]) =>
            ["member", "coming", "copying"].includes(state) || lease !== undefined
                ? []
                : [`slot ${slot} is ${state}: elastic-drive up ${state === "leaving" ? LEAVING : "goes on"}`],
        ),
        ...(guest?.reachable === false ? [`the server does not answer: ${guest.why}`] : []),
        ...(guest?.reachable === true && !guest.mounted ? [notMounted(guest, desired, observed)] : []),
        ...(observed.stack.pending > 0 ? ["an up is at work, or was interrupted"] : []),
    ];
    if ("refused" in plan)
        return { now, next: plan.refused.map((refusal) => `${refusal.message}: ${refusal.hint}`), steps: [] };
    const steps = plan.steps.map(describe);
    return { now, next: steps.length === 0 ? [] : [ahead(steps, desired, observed)], steps };
}

/** One slot's way out is six steps. */
const MOST_STEPS = 6;

/** The steps, or where they are many the first of them and how much is left of all. */
function ahead(steps: readonly string[], desired: DriveConfig, observed: Observed): string {
    if (steps.length <= MOST_STEPS) return `elastic-drive up: ${steps.join(", then ")}`;
    const leaving = leavingSlot(desired);
    const takers = leaving === undefined ? [] : takersOf(desired, leaving);
    const taken = takers.flatMap((taker) => desired.slots[taker]!.takes ?? []);
    const toGo = [...new Set([...(leaving === undefined ? [] : [leaving]), ...taken])].filter(
        (slot) => desired.slots[slot] !== undefined && desired.slots[slot].state !== "released",
    );
    const bytes = toGo.reduce((sum, slot) => sum + (memberOf(observed, slot)?.usedBytes ?? 0), 0);
    const left = toGo.length > 1 ? `; ${toGo.length} slots with ${formatBytes(BigInt(bytes))} have still to go` : "";
    return `elastic-drive up: ${steps[0]}, then ${steps.length - 1} more steps${left}`;
}

const LEAVING = "watches it, elastic-drive cancel ends it";

/** `slot bb is copied to bc, final snapshot 40 %: …` */
function copying(desired: DriveConfig, observed: Observed): string[] {
    const copy = copyUnderWay(desired);
    if (copy === undefined) return [];
    const snapshot = observed.ec2.snapshots.find(({ state }) => state === "pending") ?? observed.ec2.snapshots.at(-1);
    const taken = snapshot === undefined ? [] : [`${snapshotName(snapshot)} ${snapshot.progress} %`];
    const isMade = isCopyMade(observed, copy);
    const back = isMade ? "" : ", elastic-drive cancel brings the drive back as it was";
    const how = [`slot ${copy.slot} is copied to ${copy.to}`, ...taken, ...(isMade ? ["the copy is made"] : [])];
    return [`${how.join(", ")}: elastic-drive up goes on${back}`];
}

const snapshotName = ({ stage }: SnapshotView): string => (stage === "final" ? "final snapshot" : "snapshot ahead");

function notMounted({ missing, disks }: ReachableGuest, desired: DriveConfig, observed: Observed): string {
    const absent = Object.keys(desired.slots).filter((slot) => {
        const volume = knownVolume(observed, slot);
        return observed.stack.volumes[slot] !== undefined && volume?.attachedTo === undefined;
    });
    const slots = absent.map((slot) => `slot ${slot} (${observed.stack.volumes[slot]}) is not attached`);
    const refused = disks?.refused === true ? [disks.seen] : [];
    const why = [...refused, ...slots, ...(missing.length === 0 ? [] : [`PV ${missing.join(", ")} missing`])];
    return `drive not mounted${why.length === 0 ? "" : ` because ${why.join(" and ")}`}: nothing is exported`;
}
