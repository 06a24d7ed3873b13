import { DriveError } from "../../../infra/model/errors";
import type { Ec2Sets, MadeSet } from "../../ec2/port";
import type { Guest, Held, Thawed } from "../../guest/port";
import type { Clock } from "../../io/wait";
import type { VolumeView } from "../../model/observed";
import { newSetId, type Consistency, type FreezeWish, type SetMember, type SetOrder } from "./set";
import { setsOf } from "./sets";
import { setDescription, setTags } from "./tags";
import { TAG } from "../../../infra/model/names";

/** Writers wait so long at the most, in seconds, whatever the lease (backup.md §6, 2026-11). */
const LONGEST_FREEZE = 10;
/** Between the call's time-out and the limit: the thaw is on its way. */
const THAW_MS = 1_000;
/** A call that takes longer without a freeze hangs: nobody waits for it. */
const UNFROZEN_SECONDS = 60;
/** EC2 takes no second snapshot of a volume sooner, and shows what it made by then (docs: re:Post, ebs-snapshot-stuck; 2026-11). */
const SEEN_MS = 15_000;

export interface Source {
    readonly drive: string;
    readonly stack: string;
    readonly nonce?: string | undefined;
    readonly serverId: string;
    readonly leaseSeconds: number;
    /** Of the drive, as EC2 shows them: slot and shape of the members. */
    readonly volumes: readonly VolumeView[];
    /** Who takes it. */
    readonly by: string;
}

export interface Taken {
    readonly id: string;
    readonly mark: Consistency;
    readonly members: readonly { readonly snapshotId: string; readonly volumeId: string }[];
    /** What writers have waited, in ms, at most. */
    readonly windowMs: number;
    /** Why it is not frozen, where it was to be. */
    readonly why?: string;
}

export interface Takers {
    readonly ec2: Ec2Sets;
    readonly guest: Pick<Guest, "freeze">;
    readonly clock: Clock;
    /** EC2's time in ms of the epoch. */
    readonly now: number;
}

/**
 * How long a freeze may last, in seconds: a client renews its lease at two thirds of it, so a third is left (Linux
 * fs/nfs/nfs4renewd.c, 6.12); its locks would be lost with it.
 */
export const freezeLimit = (leaseSeconds: number): number => Math.min(LONGEST_FREEZE, Math.floor(leaseSeconds / 3));

/**
 * One attempt: the drive is held, CreateSnapshots is called once for exactly the group's members, the drive is let go, and only then is
 * anything thought about. Whatever it throws, the freeze has ended or ends by its limit. Throws NotFrozen (asked for, and nothing was
 * made), SetUnknown (nobody knows), MembersDiffer, and what guest and EC2 throw.
 */
export async function takeSet(source: Source, wish: FreezeWish, { ec2, guest, clock, now }: Takers): Promise<Taken> {
    const id = newSetId(now);
    const freeze = wish !== "never";
    const limitSeconds = freeze ? freezeLimit(source.leaseSeconds) : UNFROZEN_SECONDS;
    // Right before: it warms connection and credentials up as well.
    const attached = await ec2.attachedVolumes(source.serverId);
    const held = await guest.freeze({ id, freeze, limitSeconds });
    const called = await outcome(async () => {
        if (wish === "required" && !held.frozen) throw notFrozen(held);
        const order = orderOf(source, id, held);
        const exclude = attached.filter((volumeId) => !order.members.some((member) => member.volumeId === volumeId));
        return ec2.createSet({
            serverId: source.serverId,
            exclude,
            description: setDescription(order),
            tags: setTags(order),
            timeoutMs: limitSeconds * 1_000 - THAW_MS - held.freezeMs,
        });
    });
    // A thaw that nobody heard proves nothing; the server's own limit ends the freeze.
    const thawed: Thawed = await held
        .thaw()
        .catch(() => ({ thawed: false, held: false, windowMs: limitSeconds * 1_000 }));
    const windowMs = held.frozen ? thawed.windowMs : 0;
    if ("error" in called) {
        if (!(called.error instanceof DriveError) || called.error.code !== "SetUnknown") throw called.error;
        const members = await found(source.drive, id, called.error, { ec2, clock, now });
        return { id, mark: "crash", members, windowMs, why: "EC2's answer was lost" };
    }
    const { members } = called.made;
    refuseOthers(id, members, held);
    const mark = held.frozen && thawed.thawed ? "frozen" : "crash";
    // Without it the set counts as `crash`: less than it is, never more.
    await ec2.tagSnapshots(
        members.map(({ snapshotId }) => snapshotId),
        { [TAG.consistency]: mark },
    );
    const why = !freeze || mark === "frozen" ? undefined : (held.why ?? "the freeze had ended before EC2 answered");
    return { id, mark, members, windowMs, ...(why !== undefined && { why }) };
}

type Outcome = { readonly made: MadeSet } | { readonly error: unknown };

const outcome = (call: () => Promise<MadeSet>): Promise<Outcome> =>
    call().then(
        (made) => ({ made }),
        (error: unknown) => ({ error }),
    );

const notFrozen = ({ why }: Held): DriveError =>
    new DriveError("NotFrozen", `the drive could not be frozen: ${why ?? "the server does not say why"}`, {
        hint: "no set was taken; try again, or take one as after a power cut: --freeze prefer",
        retryable: true,
    });

/** What the server lies on, with what EC2 knows of it. Nothing is asked of EC2 in here: writers wait. */
function orderOf({ drive, stack, nonce, volumes, by }: Source, id: string, held: Held): SetOrder {
    if (held.drive !== drive) {
        throw new DriveError("GroupNotOurs", `the server's group is of drive '${held.drive}', not of '${drive}'`, {
            hint: "elastic-drive status; no set was taken",
        });
    }
    const members = held.members.map(({ volumeId, pvUuid }): SetMember => {
        const volume = volumes.find((one) => one.id === volumeId);
        if (volume === undefined) throw differ(`${volumeId} is a member, and EC2 did not show it a moment ago`);
        const { slot, sizeGiB, type, iops, throughput } = volume;
        return {
            ...{ slot, volumeId, pvUuid, sizeGiB, type },
            ...(iops !== undefined && { iops }),
            ...(throughput !== undefined && { throughput }),
        };
    });
    return { id, drive, stack, group: held.group, ...(nonce !== undefined && { nonce }), members, by };
}

const differ = (what: string): DriveError =>
    new DriveError("MembersDiffer", what, {
        hint: "a volume has just joined or left: the same command takes a set of what is there now",
        retryable: true,
    });

/** All of them and no other: else it is no set of this drive, and is never offered (`sets.ts`). */
function refuseOthers(id: string, made: MadeSet["members"], { members }: Held): void {
    const got = made.map(({ volumeId }) => volumeId).sort();
    const wanted = members.map(({ volumeId }) => volumeId).sort();
    if (got.join() === wanted.join()) return;
    throw differ(`set ${id} is of ${got.join(", ")}, and the drive is on ${wanted.join(", ")}`);
}

/** A reply was lost: the set is there as a whole, or there is none. Throws `lost` where EC2 shows none. */
async function found(
    drive: string,
    id: string,
    lost: DriveError,
    { ec2, clock, now }: Pick<Takers, "ec2" | "clock" | "now">,
): Promise<Taken["members"]> {
    await clock.sleep(SEEN_MS);
    const set = setsOf(drive, await ec2.setSnapshots(drive), now).find((one) => one.id === id);
    if (set === undefined || set.defect !== undefined) throw lost;
    return set.snapshots.map((snapshot) => ({ snapshotId: snapshot.id, volumeId: snapshot.volumeId }));
}
