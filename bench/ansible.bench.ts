import { loadavg } from "node:os";
import { Site } from "../lab/rig/site";
import { median, type Context, type Row } from "./context";
import { AnsibleGroup } from "./support/ansible";
import type { Addition } from "./support/plain-group";
import { update, type Update } from "./support/update";

/** It needs a server of the lab. */
export const machines = true;

/** Issue 5, §5. */
const RATIO_GOAL = 0.5;
const SLOTS = ["bb", "bc", "bd"] as const;

interface Round {
    readonly added: Update;
    readonly noop: Update;
    readonly played: Addition;
}

/** One more volume for the drive, against one more for a group that an Ansible play keeps on the same server. */
export async function bench({ folder, say }: Context): Promise<Row[]> {
    const site = await Site.open();
    try {
        await site.init("ba=2");
        say("creation: one slot, and the play's group");
        await site.drive.up();
        const ansible = await AnsibleGroup.make(site, folder, say);
        const rounds: Round[] = [];
        for (const [i, slot] of SLOTS.entries()) {
            say(`add a volume, round ${i + 1} of ${SLOTS.length}`); // in turns, so that another load hits all alike
            await site.drive.set(`slots.${slot}.sizeGiB`, 2);
            rounds.push({
                added: await update(site.drive),
                noop: await update(site.drive),
                played: await ansible.add(),
            });
        }
        const of = (value: (round: Round) => number): number => median(rounds.map(value));
        const ours = of(({ added, noop }) => added.seconds - noop.seconds);
        const baseline = of(({ played }) => played.ec2Seconds + played.sshSeconds);
        const whole = of(({ added }) => added.seconds);
        return [
            {
                name: "add a volume, against a play",
                unit: "s",
                ours,
                baseline,
                ratio: ours / baseline,
                goal: RATIO_GOAL,
                note:
                    "up that adds a slot less no-op up, against SDK and a play of lvg, lvol, filesystem and mount with pipelining, " +
                    `no facts gathered; median of ${rounds.length}; load ${loadavg()[0]!.toFixed(1)}`,
            },
            { name: "the whole up against the same", unit: "s", ours: whole, baseline, ratio: whole / baseline },
            { name: "the play alone", unit: "s", ours: of(({ played }) => played.sshSeconds) },
        ];
    } finally {
        await site.close(false);
    }
}
