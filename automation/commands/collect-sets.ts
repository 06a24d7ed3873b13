import type { Ec2 } from "../ec2/port";
import { collectSteps } from "../workflows/backup/collect";
import { judgeSets, type Verdict } from "../workflows/backup/retention";
import type { Keep } from "../../infra/model/backup";
import { TAG } from "../../infra/model/names";
import { setsOf } from "../workflows/backup/sets";
import { throwIfAborted, type Clock } from "../io/wait";

/** What EC2 was told it shows a moment later. */
const SHOWN_MS = 2_000;
/** Looks; each goes on with what the last has left. More means that somebody works against it. */
const MOST_LOOKS = 60;

export interface Collecting {
    readonly ec2: Pick<Ec2, "setSnapshots" | "tagSnapshots" | "deleteSnapshot">;
    readonly drive: string;
    readonly nonce?: string | undefined;
    readonly keep: Keep;
    /** EC2's time in ms of the epoch. */
    readonly now: number;
    readonly clock: Clock;
    readonly signal?: AbortSignal | undefined;
    /** Tells of each set that is gone. */
    readonly gone: (set: string) => Promise<void>;
}

/** Every set with its fate. */
export async function judged({ ec2, drive, nonce, keep, now }: Collecting): Promise<Verdict[]> {
    return judgeSets(setsOf(drive, await ec2.setSnapshots(drive), now), { keep, nonce, now });
}

/**
 * Deletes those of `agreed` that may go, each as a whole: first all its members are marked, then a new look has to show the marks and
 * nobody's use, and only then they go. Killed anywhere, the same command goes on; a set that is marked is never offered.
 */
export async function collectSets(order: Collecting, agreed: readonly string[]): Promise<string[]> {
    const deleted: string[] = [];
    for (let look = 0; look < MOST_LOOKS; look++) {
        const verdicts = await judged(order);
        const left = verdicts.filter(({ set }) => agreed.includes(set.id));
        for (const id of agreed)
            if (!deleted.includes(id) && !left.some(({ set }) => set.id === id)) {
                await order.gone(id);
                deleted.push(id);
            }
        const steps = collectSteps(verdicts).filter(({ set }) => agreed.includes(set));
        if (steps.length === 0) return deleted;
        for (const { kind, snapshots } of steps) {
            throwIfAborted(order.signal);
            if (kind === "mark")
                await order.ec2.tagSnapshots(snapshots, { [TAG.expiring]: new Date(order.now).toISOString() });
            else for (const id of snapshots) await order.ec2.deleteSnapshot(id);
        }
        await order.clock.sleep(SHOWN_MS, order.signal);
    }
    return deleted;
}
