import type { OperatedDrive } from "../../lab/rig/drive";
import { median } from "../context";
import type { Addition } from "./plain-group";
import { update, type Update } from "./update";

/** One volume more for the drive, by an `up`, with one that has nothing to do after it, and one more by the plain way. */
export interface Round {
    readonly added: Update;
    readonly noop: Update;
    readonly plain: Addition;
}

/** A round for each slot; in turns, so that another load hits all alike. */
export async function additions(
    drive: OperatedDrive,
    slots: readonly string[],
    plain: { add(): Promise<Addition> },
    say: (text: string) => void,
): Promise<Round[]> {
    const rounds: Round[] = [];
    for (const [i, slot] of slots.entries()) {
        say(`add a volume, round ${i + 1} of ${slots.length}`);
        await drive.set(`slots.${slot}.sizeGiB`, 2);
        rounds.push({ added: await update(drive), noop: await update(drive), plain: await plain.add() });
    }
    return rounds;
}

export const medianOf = (rounds: readonly Round[], value: (round: Round) => number): number =>
    median(rounds.map(value));

/** Seconds of an addition: an `up` that adds less one that has nothing to do, against the plain way as a whole. */
export function compared(rounds: readonly Round[]): { ours: number; baseline: number; ratio: number } {
    const ours = medianOf(rounds, ({ added, noop }) => added.seconds - noop.seconds);
    const baseline = medianOf(rounds, ({ plain }) => plain.ec2Seconds + plain.sshSeconds);
    return { ours, baseline, ratio: ours / baseline };
}
