import { Declined } from "../../infra/model/errors";
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
    readonly deleted: readonly string[];
}

/**
 * Deletes the kept volumes that are due: tagged as this drive's and as kept, on no server, in no stack's state, and seen so once more
 * right before. Killed anywhere, the same command goes on with what is left.
 */
export async function gc(session: Session, { all = false }: GcInput = {}): Promise<GcResult> {
    const { config, desired } = await session.configured();
    const world = session.world(desired, config);
    const look = async (): Promise<VolumeView[]> => {
        const observed = await world.outside();
        return keptVolumes(observed).filter((volume) => all || isDue(volume, observed.ec2.readAt));
    };
    const due = await look();
    if (due.length === 0) {
        session.host.emit(MSG.NOTHING_TO_DO("no kept volume is due", { seconds: 0 }));
        return { deleted: [] };
    }
    session.host.emit(MSG.NOTE(["to be deleted:", ...due.map((one) => `  ${keptText(one)}`)].join("\n"), { due }));
    if (!(await session.host.confirm({ text: `delete ${due.length} kept volumes for good?` })))
        throw new Declined("gc");
    const ec2 = session.ec2(config.region);
    const deleted: string[] = [];
    for (const { id } of due) {
        throwIfAborted(session.options.signal);
        if (!(await look()).some((volume) => volume.id === id)) continue;
        await ec2.deleteVolume(id);
        await session.log.append("gc", "step", `kept volume ${id} deleted`);
        deleted.push(id);
    }
    session.host.emit(MSG.COLLECTED(`${deleted.length} kept volumes deleted`, { deleted }));
    return { deleted };
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
