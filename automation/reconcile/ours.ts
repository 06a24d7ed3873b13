import type { DriveConfig } from "../../infra/model/config";
import type { Ec2View, Observed, PartView, ServerView, SnapshotView, Strange, VolumeView } from "../model/observed";

interface Marked {
    readonly id: string;
    readonly nonce?: string | undefined;
}

/**
 * What bears the drive's name, divided: what is the drive's stays in the view, and everything else is `strange`, which nobody adopts,
 * changes or deletes. A thing is the drive's when the stack's state knows it, or when it bears the stack's nonce and EC2 itself says
 * nothing against it. Tags alone are no proof: backups, "launch more like this" and people copy them all, the nonce too. Pure.
 */
export function ours(desired: DriveConfig, observed: Observed): Observed {
    const { ec2, stack } = observed;
    const parts = divided(ec2.parts, (part) => whyNotPart(part, desired, observed));
    const inside: Observed = { ...observed, ec2: { ...ec2, parts: parts.own } };
    const servers = divided(ec2.servers, (server) => whyNotServer(server, desired, inside));
    const volumes = divided(ec2.volumes, (volume) => whyNotVolume(volume, desired, observed));
    const snapshots = divided(ec2.snapshots, (snapshot) => whyNotSnapshot(snapshot, desired, stack.ids));
    const strange: Strange[] = [
        ...volumes.others.map(([one, why]) => ({
            ...of("volume", one, why),
            slot: one.slot,
            kept: one.kept !== undefined,
        })),
        ...servers.others.map(([one, why]) => ({ ...of("server", one, why), holds: one.interfaceIds ?? [] })),
        ...parts.others.map(([one, why]) => of(one.kind, one, why)),
        ...snapshots.others.map(([one, why]) => of("snapshot", one, why)),
    ];
    const own: Ec2View = {
        ...ec2,
        volumes: volumes.own,
        servers: servers.own,
        parts: parts.own,
        snapshots: snapshots.own,
    };
    return { ...observed, ec2: { ...own, strange: [...(ec2.strange ?? []), ...strange] } };
}

const of = (kind: Strange["kind"], { id, nonce }: Marked, why: string): Strange => ({ kind, id, why, nonce });

function divided<T>(all: readonly T[], why: (one: T) => string | undefined): { own: T[]; others: [T, string][] } {
    const judged = all.map((one) => [one, why(one)] as const);
    return {
        own: judged.flatMap(([one, reason]) => (reason === undefined ? [one] : [])),
        others: judged.flatMap(([one, reason]): [T, string][] => (reason === undefined ? [] : [[one, reason]])),
    };
}

function whyNotMarked({ nonce }: Marked, desired: DriveConfig): string | undefined {
    if (desired.nonce !== undefined && nonce === desired.nonce) return undefined;
    if (nonce === undefined) return "it bears the drive's name and no nonce, so nothing shows whose it is";
    return `it bears the nonce ${nonce}, which is not this drive's: another drive of that name, or a lost state`;
}

function whyNotVolume(volume: VolumeView, desired: DriveConfig, { stack }: Observed): string | undefined {
    if (stack.ids.includes(volume.id)) return undefined;
    const { snapshotId, fromSnapshot, kept } = volume;
    return (
        whyNotMarked(volume, desired) ??
        (snapshotId === fromSnapshot
            ? undefined
            : `it was made from ${snapshotId ?? "no snapshot"}, and its tags say ${fromSnapshot ?? "from none"}: somebody restored it with the tags of another`) ??
        (kept === undefined ? whyTooOld(volume.createdAt, stack.began) : undefined)
    );
}

/** The drive's servers start on the drive's interface, which no other can have at the same time. */
function whyNotServer(server: ServerView, desired: DriveConfig, { stack, ec2 }: Observed): string | undefined {
    if (stack.ids.includes(server.id) || server.state === "terminated") return undefined;
    const doors = [...stack.ids, ...ec2.parts.filter(({ kind }) => kind === "address").map(({ id }) => id)];
    const isOnOurs = server.interfaceIds?.some((id) => doors.includes(id)) === true;
    return (
        (server.part === "server" ? undefined : "it is not tagged as the drive's server") ??
        whyNotMarked(server, desired) ??
        (isOnOurs || server.state === "shutting-down" ? undefined : "it is not on the drive's network interface") ??
        whyTooOld(server.createdAt, stack.began)
    );
}

function whyNotPart(part: PartView, desired: DriveConfig, { stack }: Observed): string | undefined {
    if (stack.ids.includes(part.id)) return undefined;
    return (
        (part.part === part.kind ? undefined : `it is not tagged as the drive's ${part.kind}`) ??
        whyNotMarked(part, desired)
    );
}

/** Copies of snapshots bear the tags too, and are of no volume that there is. One that an older version took bears no nonce. */
function whyNotSnapshot(snapshot: SnapshotView, desired: DriveConfig, known: readonly string[]): string | undefined {
    if (known.includes(snapshot.volumeId) && [undefined, desired.nonce].includes(snapshot.nonce)) return undefined;
    if (snapshot.volumeId === "vol-ffffffff") return "it is a copy of a snapshot";
    return whyNotMarked(snapshot, desired);
}

/** What was there before the last `up` that ended began was left by no later one that was killed. Both times are EC2's. */
function whyTooOld(createdAt: string | undefined, began: string | undefined): string | undefined {
    if (createdAt === undefined || began === undefined || Date.parse(createdAt) >= Date.parse(began)) return undefined;
    return `it is of ${createdAt}, older than the last up that ended (${began}): no interrupted up left it`;
}

/** Without what the provider puts on everything: an import compares a thing's own tags alone. */
export function ownTags(view: Ec2View, defaults: Readonly<Record<string, string>> = {}): Ec2View {
    const isOwn = ([key, value]: [string, string]): boolean => defaults[key] !== value;
    const own = (volume: VolumeView): VolumeView =>
        volume.tags === undefined
            ? volume
            : { ...volume, tags: Object.fromEntries(Object.entries(volume.tags).filter(isOwn)) };
    return { ...view, volumes: view.volumes.map(own) };
}
