import type { DriveConfig } from "../../infra/model/config";
import { Declined } from "../../infra/model/errors";
import type { Ec2 } from "../ec2/port";
import { counted } from "../workflows/backup/words";
import { collectSets, judged, type Collecting } from "./collect-sets";
import { MSG } from "../io/messages";
import { keptVolumes } from "../workflows/keep/plan";
import type { VolumeView } from "../model/observed";
import type { Session } from "../world/session";
import { throwIfAborted } from "../io/wait";

export interface GcInput {
    /** Also what is to be kept for longer. */
    readonly all?: boolean | undefined;
}

export interface GcResult {
    /** Ids of volumes. */
    readonly deleted: readonly string[];
    /** Ids of backup sets. */
    readonly sets: readonly string[];
}

/**
 * Deletes backup sets that no level of `backup.keep` holds, and the kept volumes that are due: tagged as this drive's and as kept, on no
 * server, in no stack's state, and seen so once more right before. Killed anywhere, the same command goes on with what is left.
 */
export async function gc(session: Session, { all = false }: GcInput = {}): Promise<GcResult> {
    const { config, desired } = await session.configured();
    const world = session.world(desired, config);
    const look = async (): Promise<{ due: VolumeView[]; readAt: number | undefined }> => {
        const observed = await world.outside();
        const { readAt } = observed.ec2;
        return { due: keptVolumes(observed).filter((volume) => all || isDue(volume, readAt)), readAt };
    };
    const ec2 = session.ec2(config.region);
    const { due, readAt } = await look();
    const order = setsOrder(session, desired, ec2, readAt);
    const expired = order === undefined ? [] : (await judged(order)).filter(({ fate }) => fate === "expired");
    if (due.length + expired.length === 0) {
        session.host.emit(MSG.NOTHING_TO_DO("no kept volume and no backup set is due", { seconds: 0 }));
        return { deleted: [], sets: [] };
    }
    const sets = expired.map(({ set }) => set.id);
    const lines = [...due.map(keptText), ...expired.map(({ set, reasons }) => `set ${set.id}: ${reasons.join("; ")}`)];
    session.host.emit(MSG.NOTE(["to be deleted:", ...lines.map((line) => `  ${line}`)].join("\n"), { due, sets }));
    const what = [counted(due.length, "kept volume"), counted(sets.length, "backup set")].filter(
        (text) => !text.startsWith("0"),
    );
    if (!(await session.host.confirm({ text: `delete ${what.join(" and ")} for good?` }))) throw new Declined("gc");
    const deleted: string[] = [];
    for (const { id } of due) {
        throwIfAborted(session.options.signal);
        if (!(await look()).due.some((volume) => volume.id === id)) continue;
        await ec2.deleteVolume(id);
        await session.log.append("gc", "step", `kept volume ${id} deleted`);
        deleted.push(id);
    }
    const gone = order === undefined ? [] : await collectSets(order, sets);
    const text = `${counted(deleted.length, "kept volume")} and ${counted(gone.length, "backup set")} deleted`;
    session.host.emit(MSG.COLLECTED(text, { deleted, sets: gone }));
    return { deleted, sets: gone };
}

/** Undefined: the configuration does not say how long sets are kept, or EC2 not what time it is: none is deleted. */
function setsOrder(
    session: Session,
    { name, nonce, backup }: DriveConfig,
    ec2: Ec2,
    now: number | undefined,
): Collecting | undefined {
    if (backup === undefined || now === undefined) return undefined;
    const { clock, signal, log } = session;
    const gone = (set: string): Promise<void> => log.append("gc", "step", `backup set ${set} deleted`);
    return { ec2, drive: name, nonce, keep: backup.keep, now, clock, signal, gone };
}

/** By EC2's clock. Without a time on it, it was never decided until when: not due; nor is anything while EC2 does not say what time it is. */
const isDue = ({ kept }: VolumeView, now: number | undefined): boolean =>
    kept?.until !== undefined && now !== undefined && Date.parse(kept.until) <= now;

/** `vol-0a1b: was slot bb, 8 GiB gp3, kept until 2026-11-27 09:12 UTC` */
export function keptText({ id, kept, sizeGiB, type }: VolumeView): string {
    const until = kept?.until === undefined ? "for a time not yet set" : `until ${minute(kept.until)} UTC`;
    return `${id}: was slot ${kept?.slot ?? "-"}, ${sizeGiB} GiB ${type}, kept ${until}`;
}

const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");
