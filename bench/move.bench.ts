import { loadavg } from "node:os";
import { Site } from "../lab/rig/site";
import { median, type Context, type Row } from "./context";
import { secondsFor } from "./support/by-hand";
import { Moves } from "./support/moves";
import { update } from "./support/update";
import { latency, type Latency } from "./support/writer";

/** It needs a server of the lab. */
export const machines = true;

/** Issue 5, §5: 0.95 of the plain rate is 1/0.95 of its time. */
const TIME_GOAL = 1 / 0.95;
const WHOLE_GOAL = 1.25;
const SIZE_GIB = 4;
const ROUNDS = 2;
const CALM_SECONDS = 20;
/** Two ranges of ten seconds and their rests, at a third of the speed. */
const PACED_SECONDS = 60;
const PACE = 1 / 3;
/** What the engine has to do in a replacement: the new slot joins, the old one is released, the old one goes. */
const UPDATES = 3;

/**
 * Data moved off a volume: the job against pvmove by hand and dd of the same bytes, in turns on one machine; what a writer
 * notices of it; and a whole replacement against the parts that nobody could leave out.
 */
export async function bench({ say }: Context): Promise<Row[]> {
    const site = await Site.open();
    try {
        await site.init(`ba=${SIZE_GIB}`);
        say(`creation: one slot of ${SIZE_GIB} GiB, and a spare volume`);
        await site.drive.up();
        const moves = await Moves.make(site);
        const seconds = { job: [] as number[], plain: [] as number[] };
        for (let round = 1; round <= ROUNDS; round++) {
            // In turns, so that another load hits both alike; in the first round each writes a disk that has holes.
            say(`the job and pvmove, round ${round} of ${ROUNDS} (load ${load()})`);
            seconds.job.push(await moves.job());
            seconds.plain.push(await moves.byHand("pvmove -q -i 0"));
            say(`${seconds.job.at(-1)!.toFixed(1)} and ${seconds.plain.at(-1)!.toFixed(1)} s`);
        }
        const typed = await moves.byHand("pvmove");
        const dd = await moves.dd();
        say(`pvmove as people type it ${typed.toFixed(1)} s, dd ${dd.toFixed(1)} s`);
        const rate = (SIZE_GIB * 1024) / median(seconds.job);

        say(`a writer, without a move, beside one, beside a throttled one (load ${load()})`);
        const calm = await latency(site.drive, CALM_SECONDS);
        await moves.startJob();
        const beside = await latency(site.drive, Math.max(5, median(seconds.job) / 2));
        await moves.jobEnds();
        await moves.pace(Math.ceil(rate * PACE));
        await moves.startJob();
        const paced = await latency(site.drive, PACED_SECONDS);
        await moves.pace(undefined);
        await moves.jobEnds();
        say(
            `p50, p95, p99 in ms: ${[calm, beside, paced].map((one) => one.map((ms) => ms.toFixed(1)).join(" ")).join("; ")}`,
        );

        say(`a whole replacement (load ${load()})`);
        const retire = await moves.retire();
        const noop = await secondsFor(() => update(site.drive));
        const { checkout, stack } = site.drive;
        const whole = await secondsFor(() =>
            checkout.elasticDrive("replace", "ba", "--with", `${SIZE_GIB}GiB/gp3`, "--stack", stack, "--yes"),
        );
        const parts = UPDATES * noop + moves.joinSeconds + median(seconds.plain) + retire;
        return [
            ...rowsOfRate(seconds, typed, dd),
            ...rowsOfLatency("no move", calm),
            ...rowsOfLatency("a move at full speed", beside, calm),
            ...rowsOfLatency("a move at a third of it", paced, calm),
            {
                name: `replace a volume of ${SIZE_GIB} GiB`,
                unit: "s",
                ours: whole,
                baseline: parts,
                ratio: whole / parts,
                goal: WHOLE_GOAL,
                note:
                    `against ${UPDATES} no-op ups of ${noop.toFixed(1)} s, create, attach and join by hand (${moves.joinSeconds.toFixed(1)} s), ` +
                    `pvmove, and vgreduce, pvremove, detach and delete by hand (${retire.toFixed(1)} s)`,
            },
        ];
    } finally {
        await site.close(false);
    }
}

const load = (): string => loadavg()[0]!.toFixed(1);

function rowsOfRate(seconds: { job: number[]; plain: number[] }, typed: number, dd: number): Row[] {
    const ours = median(seconds.job);
    const against = (name: string, baseline: number, goal?: number): Row => ({
        name: `${SIZE_GIB} GiB moved by the job, ${name}`,
        unit: "s",
        ours,
        baseline,
        ratio: ours / baseline,
        ...(goal !== undefined && { goal }),
    });
    return [
        {
            ...against("against pvmove -i 0", median(seconds.plain), TIME_GOAL),
            note: `median of ${ROUNDS} in turns, load ${load()}; pvmove in one piece has no checkpoint before its end`,
        },
        against("against pvmove as people type it", typed),
        against("against dd of the disk, direct", dd),
    ];
}

function rowsOfLatency(when: string, ours: Latency, calm?: Latency): Row[] {
    return ["p50", "p95", "p99"].map((name, i) => ({
        name: `write and fsync of 4 KiB, ${when}: ${name}`,
        unit: "ms",
        ours: ours[i]!,
        ...(calm !== undefined && { baseline: calm[i]!, ratio: ours[i]! / calm[i]! }),
    }));
}
