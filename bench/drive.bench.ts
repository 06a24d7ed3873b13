import { loadavg } from "node:os";
import { Site } from "../lab/rig/site";
import { median, type Context, type Row } from "./context";
import { additions, compared, medianOf, type Round } from "./support/additions";
import { counted, type Counts } from "./support/counts";
import { phasesOfCreation, phasesOfGrowth, type Phase } from "./support/phases";
import { PlainGroup } from "./support/plain-group";
import { update, type Update } from "./support/update";

/** It needs a server of the lab. */
export const machines = true;

/** Issue 3, Gate D. */
const RATIO_GOAL = 1.25;
const SLOTS = ["bc", "bd", "be", "bf", "bg"] as const;
/** Added last, and not timed: reading the server's journal is work for it too. */
const COUNTED_SLOT = "bh";

/**
 * A drive on a machine of the lab: where the time of its creation goes, what one more volume costs against doing it by hand
 * on the same server, and what each operation asks of EC2 and of the server.
 */
export async function bench({ say }: Context): Promise<Row[]> {
    const site = await Site.open();
    try {
        await site.init("ba=2,bb=2");
        say("creation: two slots of 2 GiB");
        const { drive } = site;
        const creation = await counted(drive, () => update(drive));
        const noop = await counted(drive, () => update(drive));

        const rounds = await additions(drive, SLOTS, await PlainGroup.make(site), say);
        await drive.set(`slots.${COUNTED_SLOT}.sizeGiB`, 2);
        const growth = await counted(drive, () => update(drive));
        return [
            ...rowsOfGrowth(rounds),
            ...rowsOfCreation(creation.result),
            ...rowsOfCounts("no-op up", noop.counts),
            ...rowsOfCounts("up that adds a slot", growth.counts),
            ...rowsOfCounts("creation, 2 slots", creation.counts),
        ];
    } finally {
        await site.close(false);
    }
}

function rowsOfGrowth(rounds: readonly Round[]): Row[] {
    const of = (value: (round: Round) => number): number => medianOf(rounds, value);
    const phases = rounds.map(({ added }) => phasesOfGrowth(added));
    const phase = ({ name }: Phase, i: number): Row => ({
        name: `add a volume: ${name}`,
        unit: "s",
        ours: median(phases.map((one) => one[i]!.seconds)),
    });
    return [
        {
            name: "add a volume",
            unit: "s",
            ...compared(rounds),
            goal: RATIO_GOAL,
            note:
                `up that adds a slot less no-op up, against SDK and five commands in one ssh session; ` +
                `median of ${rounds.length}; load ${loadavg()[0]!.toFixed(1)}; ours also makes sure that the disk is blank ` +
                `and reads LVM's state before it writes, which an emulated processor makes dear`,
        },
        { name: "add a volume: the whole up", unit: "s", ours: of(({ added }) => added.seconds) },
        ...phases[0]!.map(phase),
        { name: "no-op up between", unit: "s", ours: of(({ noop }) => noop.seconds) },
        { name: "plain: SDK, create and attach", unit: "s", ours: of(({ plain }) => plain.ec2Seconds) },
        { name: "plain: ssh session", unit: "s", ours: of(({ plain }) => plain.sshSeconds) },
    ];
}

function rowsOfCreation(creation: Update): Row[] {
    return [
        { name: "creation", unit: "s", ours: creation.seconds },
        ...phasesOfCreation(creation).map(({ name, seconds }) => ({
            name: `creation: ${name}`,
            unit: "s",
            ours: seconds,
        })),
    ];
}

function rowsOfCounts(operation: string, { ec2Calls, actions, remoteCommands }: Counts): Row[] {
    return [
        { name: `${operation}: EC2 calls`, unit: "calls", ours: ec2Calls, ...(actions !== "" && { note: actions }) },
        { name: `${operation}: remote commands`, unit: "commands", ours: remoteCommands },
    ];
}
