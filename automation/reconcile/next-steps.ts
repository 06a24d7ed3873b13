import type { DriveConfig } from "../../infra/model/config";
import { placeOf, slotsThatAre } from "../../infra/model/slots";
import { copyUnderWay, unneededSnapshots, untilAside, whileAside } from "../workflows/copy/plan";
import { notes } from "./modifications";
import { alreadyAsWanted, modificationFailed } from "./by-hand";
import { sameDesired } from "../model/same";
import { keep } from "../workflows/keep/plan";
import {
    type Observed,
    type PartView,
    type ServerView,
    differsFrom,
    isKnown,
    knownServer,
    knownVolume,
    leakedVolumes,
    memberOf,
} from "../model/observed";
import { strays } from "../workflows/move/stages";
import type { Refusal } from "../model/refusal";
import { ours } from "./ours";
import { refusals } from "./refusals";
import { retirement, stays } from "../workflows/move/plan";
import type { Step } from "../model/steps";

export type Plan = { readonly steps: readonly Step[] } | { readonly refused: readonly Refusal[] };

/**
 * What is still to be done to make the world as desired; pure and total. No step = done. Only the first step is
 * carried out, then the world is looked at again; the others are a forecast for people.
 */
export function nextSteps(desired: DriveConfig, seen: Observed): Plan {
    const observed = ours(desired, seen);
    const refused = refusals(desired, observed);
    if (refused.length > 0) return { refused };
    // Under the stack's lock, so that what a living `up` has just begun is never taken for what a killed one left.
    const steps: Step[] = observed.stack.pending > 0 ? [{ kind: "forgetPending" }] : [];
    steps.push(...settle(seen), ...sweep(observed), ...unneededSnapshots(desired, observed), ...keep(observed));
    steps.push(...rehost(observed), ...stays(desired, observed), ...strays(desired, observed));
    const aside = whileAside(desired, observed);
    if (aside.length > 0) return { steps: [...steps, ...aside, ...afterCopy(aside, observed)] };
    const converge = up(
        desired,
        observed,
        steps.some((step) => step.kind === "terminateServer"),
    );
    if (converge !== undefined) steps.push(...modifications(desired, observed), ...notes(desired, observed), converge);
    if (steps.length === 0) steps.push(...ask(observed));
    const copy = untilAside(desired, observed, steps.length > 0);
    steps.push(...copy, ...afterCopy(copy, observed), ...retirement(desired, observed, steps.length > 0));
    return { steps };
}

/** A forecast: the copy is made and takes the place, and what was copied goes. */
function afterCopy(steps: readonly Step[], observed: Observed): Step[] {
    const last = steps.at(-1);
    if (last?.kind !== "configure" || copyUnderWay(last.desired)?.stage !== "taken") return [];
    return [{ kind: "up", refresh: true, adopt: {}, redo: true }, ...retirement(last.desired, observed, true)];
}

/** What is in motion is waited for: nothing is decided on a state that is about to change. */
export function settle(observed: Observed): Step[] {
    const moving = observed.ec2.servers.filter((server) =>
        ["pending", "stopping", "shutting-down"].includes(server.state),
    );
    const volumes = observed.ec2.volumes.filter(
        (volume) =>
            volume.state === "creating" || volume.attachment === "attaching" || volume.attachment === "detaching",
    );
    return [
        ...moving.map((server): Step => ({ kind: "waitServer", serverId: server.id })),
        ...volumes.map((volume): Step => ({ kind: "waitVolume", volumeId: volume.id })),
    ];
}

/** Server first: it holds the address and stands behind the door. */
export function sweep(observed: Observed): Step[] {
    const holdsData = (server: ServerView): boolean =>
        observed.ec2.volumes.some((volume) => volume.attachedTo === server.id);
    const servers = observed.ec2.servers.filter(
        (server) => !isKnown(observed, server.id) && server.state !== "terminated" && !holdsData(server),
    );
    // A public address that only our own interface has was put there by the `up` that was killed: no one knows it yet.
    const ownOnly = (part: PartView): boolean => part.usedBy !== undefined && isKnown(observed, part.usedBy);
    const parts = observed.ec2.parts.filter((part) => !isKnown(observed, part.id) && (!part.used || ownOnly(part)));
    return [
        ...servers.map((server): Step => ({ kind: "sweep", what: "server", id: server.id })),
        ...parts.map((part): Step => ({ kind: "sweep", what: part.kind, id: part.id })),
    ];
}

/** Design §3.6: a server leaves only stopped or dead. The tag on it, not a memory of ours, says that it is leaving. */
function rehost(observed: Observed): Step[] {
    const server = knownServer(observed);
    if (server === undefined) return [];
    if (!server.leaving) return server.state === "stopped" ? [{ kind: "startServer", serverId: server.id }] : [];
    const serverId = server.id;
    if (server.state === "running") {
        return [
            ...(inUse(observed) ? [{ kind: "quiesce", serverId } as const] : []),
            { kind: "stopServer", serverId },
            { kind: "terminateServer", serverId },
        ];
    }
    return server.state === "stopped" || server.state === "stopping" ? [{ kind: "terminateServer", serverId }] : [];
}

/** A server that does not answer is stopped as it is: its own shutdown unmounts. */
function inUse({ guest }: Observed): boolean {
    return guest?.reachable === true && (guest.mounted || guest.exports.length > 0);
}

function up(desired: DriveConfig, observed: Observed, serverLeaves: boolean): Step | undefined {
    const adopt = adoptions(desired, observed);
    const refresh =
        serverLeaves ||
        mustRefresh(desired, observed) ||
        alreadyAsWanted(desired, observed) ||
        modificationFailed(desired, observed);
    const differs =
        incomplete(desired, observed) ||
        bared(desired, observed) ||
        (observed.changes ?? []).length > 0 ||
        !sameDesired(observed.stack.desired, desired);
    const redo = isAside(observed) || (!refresh && !differs && unfinishedInside(desired, observed));
    if (!refresh && !differs && !redo && Object.keys(adopt).length === 0) return undefined;
    return { kind: "up", refresh, adopt, redo };
}

/** The inputs of the commands may be the same as ever; what was put aside comes back only when they run. */
const isAside = ({ guest }: Observed): boolean => guest?.reachable === true && guest.asideSince !== undefined;

/** An `up` that was killed leaves less in the state than was applied, or more, and the same outputs. */
function incomplete(desired: DriveConfig, { stack }: Observed): boolean {
    const declared = slotsThatAre(desired.slots, "volume", "attached");
    const isLeft = Object.keys(stack.volumes).some((slot) => !declared.includes(slot));
    return stack.serverId === undefined || isLeft || declared.some((slot) => stack.volumes[slot] === undefined);
}

/** A destroy that was called off has lifted the protection, which the engine's comparison does not count as a difference. */
function bared(desired: DriveConfig, { stack }: Observed): boolean {
    return (stack.unprotected ?? []).some((slot) => {
        const state = desired.slots[slot]?.state;
        return state !== undefined && state !== "released";
    });
}

/** The state says something is there that EC2 no longer shows: only a refresh lets the engine see it. */
function mustRefresh(desired: DriveConfig, observed: Observed): boolean {
    if (observed.stack.serverId === undefined) return false;
    const server = knownServer(observed);
    if (server === undefined || server.state === "shutting-down") return true;
    const applied = observed.stack.desired?.slots ?? {};
    const wasAttached = (slot: string): boolean => placeOf(applied, slot) === "attached";
    // The driver detached it: until an `up` of that has ended, the state may still have the attachment, which is protected.
    const detached = slotsThatAre(desired.slots, "volume").some(wasAttached);
    const elsewhere = slotsThatAre(desired.slots, "attached").some((slot) => {
        const volume = knownVolume(observed, slot);
        if (volume === undefined || desired.slots[slot]!.state === "released") return false;
        return volume.attachedTo !== server.id && wasAttached(slot);
    });
    return detached || elsewhere;
}

function adoptions(desired: DriveConfig, observed: Observed): Record<string, string> {
    const adopted: Record<string, string> = {};
    for (const volume of leakedVolumes(observed)) {
        if (observed.stack.volumes[volume.slot] === undefined && desired.slots[volume.slot] !== undefined)
            adopted[volume.slot] = volume.id;
    }
    return adopted;
}

/** The server shows less than was applied (an interrupted command, a hand inside): its commands find their work done or do it. */
function unfinishedInside(desired: DriveConfig, observed: Observed): boolean {
    const guest = observed.guest;
    if (guest === undefined || !guest.reachable) return false;
    const members = new Set(guest.members.map((member) => member.volumeId));
    const slots = slotsThatAre(desired.slots, "attached").map((slot) => [slot, desired.slots[slot]!] as const);
    const joined = slots
        .filter(([, slot]) => slot.state === "member")
        .every(([slot]) => members.has(observed.stack.volumes[slot] ?? ""));
    const tagged = slots
        .filter(([, slot]) => slot.state === "leaving")
        .every(([slot]) => memberOf(observed, slot)?.leaving !== false);
    const shared = desired.share.clients.length === 0 || guest.exports.length > 0;
    const extended = slots.some(([, slot]) => slot.state !== "member") || guest.freeBytes < EXTENT_SLACK_BYTES;
    return !(guest.mounted && joined && tagged && shared && extended);
}

/** Extents that no LV of ours takes: less than one a volume, and the state LV's rounding. */
const EXTENT_SLACK_BYTES = 64 * 1024 * 1024;

/** EC2 refuses a modification while the last one is not completed, and a provider that does not look fails after hours. */
function modifications(desired: DriveConfig, observed: Observed): Step[] {
    return Object.entries(desired.slots).flatMap(([slot, wanted]): Step[] => {
        const volume = knownVolume(observed, slot);
        if (volume?.modification === undefined || !differsFrom(wanted, volume)) return [];
        return [{ kind: "waitModification", slot, volumeId: volume.id }];
    });
}

/** Done is said only after the server itself was asked. */
function ask(observed: Observed): Step[] {
    const server = knownServer(observed);
    if (server?.state !== "running" || observed.guest?.reachable === true) return [];
    return [{ kind: "waitGuest", serverId: server.id }];
}
