import type { DriveConfig } from "../../../infra/model/config";
import { DriveError } from "../../../infra/model/errors";
import { isOthersWork } from "../../guest/others";
import { MSG } from "../../io/messages";
import { whoWorks } from "../../io/this-machine";
import { until } from "../../io/wait";
import { knownServer, type Observed } from "../../model/observed";
import { isDue } from "../../workflows/backup/due";
import type { FreezeWish } from "../../workflows/backup/set";
import { setsOf } from "../../workflows/backup/sets";
import { takeSet, type Source, type Taken } from "../../workflows/backup/take";
import type { Session } from "../../world/session";
import { refuseInDestruction } from "../up";
import { ownSets } from "./own-sets";

export interface BackupInput {
    /** Only where the newest good set is older than `backup.everyHours`. */
    readonly due?: boolean | undefined;
    /** Until EC2 has completed it; without it the set is pending when this returns. */
    readonly wait?: boolean | undefined;
    /** Instead of what `backup.freeze` says. */
    readonly freeze?: FreezeWish | undefined;
}

export interface BackupResult {
    /** taken; weaker: taken, and not frozen though that was required; notDue; later: EC2 or the server takes none now, nothing was made. */
    readonly outcome: "taken" | "weaker" | "notDue" | "later";
    /** Its id; undefined where none was taken. */
    readonly set?: string | undefined;
    /** What our own thaw proved. */
    readonly consistency?: Taken["mark"] | undefined;
    readonly members?: number | undefined;
    /** What writers have waited, in ms, at most. */
    readonly windowMs?: number | undefined;
    /** The same in one line for people. */
    readonly text: string;
}

/** A set is completed in minutes; the first one of large volumes takes hours (EBS user guide, 2026-11). */
const COMPLETE_MS = 24 * 3_600_000;

/**
 * Takes a set of snapshots of all volumes of the drive, of one instant. It needs no lease: a long move goes on, and the server's own
 * lock keeps its ranges, joins and other backups off for the moment of the set.
 */
export async function backup(session: Session, input: BackupInput = {}): Promise<BackupResult> {
    const { config, desired } = await session.configured();
    refuseInDestruction(config);
    const world = session.world(desired, config);
    const observed = await world.observe({ preview: false, beside: true });
    const ec2 = session.ec2(config.region);
    const say = (result: BackupResult): BackupResult => {
        session.host.emit(
            (result.outcome === "taken" || result.outcome === "notDue" ? MSG.BACKUP : MSG.BACKUP_LOOK)(
                `${desired.name}: ${result.text}`,
                result,
            ),
        );
        return result;
    };
    const wish = input.freeze ?? desired.backup?.freeze ?? "prefer";
    const now = observed.ec2.readAt ?? Date.now();
    if (input.due === true) {
        const { due, why } = isDue(
            ownSets(desired, observed, await ec2.setSnapshots(desired.name), now),
            everyHours(desired),
            now,
        );
        if (!due) return say({ outcome: "notDue", text: `nothing to do: ${why}` });
    }
    const source = sourceOf(session, desired, observed);
    let taken: Taken;
    try {
        const take = (): Promise<Taken> =>
            world.inside((guest) => takeSet(source, wish, { ec2, guest, clock: session.clock, now }));
        // A new id each time: a set that was made all the same is a second whole one.
        taken = await take().catch((error: unknown) => {
            if (error instanceof DriveError && ["MembersDiffer", "SetUnknown"].includes(error.code)) return take();
            throw error;
        });
    } catch (error) {
        if (isLater(error)) return say({ outcome: "later", text: `no set was taken: ${error.message}` });
        throw error;
    }
    await session.log.append("backup", "done", `set ${taken.id}, ${taken.mark}`);
    if (input.wait === true) await completed(session, desired.name, taken.id, ec2);
    const state = input.wait === true ? "completed" : "pending";
    const frozen = taken.why === undefined ? taken.mark : `${taken.mark}: ${taken.why}`;
    const window = taken.windowMs === 0 ? "" : `, writers waited ${(taken.windowMs / 1000).toFixed(1)} s at most`;
    return say({
        outcome: wish === "required" && taken.mark !== "frozen" ? "weaker" : "taken",
        ...{ set: taken.id, consistency: taken.mark, members: taken.members.length, windowMs: taken.windowMs },
        text: `set ${taken.id} of ${taken.members.length} volumes, ${state} (${frozen})${window}`,
    });
}

const everyHours = ({ name, backup: declared }: DriveConfig): number => {
    if (declared !== undefined) return declared.everyHours;
    throw new DriveError("NoBackupDeclared", `the configuration of drive ${name} does not say how often a set is due`, {
        hint: "pulumi config set --path elastic-drive:drive.backup.everyHours 24; or elastic-drive backup without --due",
    });
};

/** Throws where there is no server that could be asked. */
function sourceOf(session: Session, desired: DriveConfig, observed: Observed): Source {
    const server = knownServer(observed);
    if (server?.state !== "running" || observed.guest?.reachable !== true) {
        const seen = observed.guest?.reachable === false ? `: ${observed.guest.why}` : "";
        throw new DriveError("ServerSilent", `no set was taken: the server cannot be asked${seen}`, {
            hint: "elastic-drive status says what is in its way; elastic-drive up brings the drive back",
            retryable: true,
        });
    }
    return {
        drive: desired.name,
        stack: session.options.stack,
        nonce: desired.nonce,
        serverId: server.id,
        leaseSeconds: desired.share.leaseSeconds,
        volumes: observed.ec2.volumes,
        by: whoWorks(),
    };
}

/** Nothing was made, and the same command may succeed in a while. */
const isLater = (error: unknown): error is DriveError =>
    isOthersWork(error) ||
    (error instanceof DriveError && ["SnapshotsBusy", "ServerBusy", "NotFrozen"].includes(error.code));

async function completed(
    { clock, host, signal }: Session,
    drive: string,
    id: string,
    ec2: Pick<ReturnType<Session["ec2"]>, "setSnapshots">,
): Promise<void> {
    const what = `set ${id} to be completed`;
    const onSeen = (seen: string): void => host.emit(MSG.WAITING(`waiting for ${what}: ${seen}`, { what, seen }));
    const hint = "elastic-drive backups shows it; the set goes on by itself";
    await until({ what, hint, deadlineMs: COMPLETE_MS, everyMs: 10_000, onSeen, signal }, clock, async () => {
        const set = setsOf(drive, await ec2.setSnapshots(drive), Date.now()).find((one) => one.id === id);
        if (set === undefined) return { seen: "EC2 does not show it yet" };
        if (set.state === "good") return { ready: undefined };
        if (set.state === "pending") return { seen: set.reason ?? "pending" };
        throw new DriveError("SetFailed", `set ${id} is ${set.state}: ${set.reason ?? "EC2 does not say why"}`, {
            hint: "elastic-drive backup takes another; elastic-drive gc deletes this one",
        });
    });
}
