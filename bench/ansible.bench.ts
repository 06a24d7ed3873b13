import { loadavg } from "node:os";
import { Site } from "../lab/rig/site";
import type { Context, Row } from "./context";
import { additions, compared, medianOf } from "./support/additions";
import { AnsibleGroup } from "./support/ansible";

/** It needs a server of the lab. */
export const machines = true;

/** Issue 5, §5. */
const RATIO_GOAL = 0.5;
const SLOTS = ["bb", "bc", "bd"] as const;

/** One more volume for the drive, against one more for a group that an Ansible play keeps on the same server. */
export async function bench({ folder, say }: Context): Promise<Row[]> {
    const site = await Site.open();
    try {
        await site.init("ba=2");
        say("creation: one slot, and the play's group");
        await site.drive.up();
        const rounds = await additions(site.drive, SLOTS, await AnsibleGroup.make(site, folder, say), say);
        const addition = compared(rounds);
        const { baseline } = addition;
        const whole = medianOf(rounds, ({ added }) => added.seconds);
        return [
            {
                name: "add a volume, against a play",
                unit: "s",
                ...addition,
                goal: RATIO_GOAL,
                note:
                    "up that adds a slot less no-op up, against SDK and a play of lvg, lvol, filesystem and mount with pipelining, " +
                    `no facts gathered; median of ${rounds.length}; load ${loadavg()[0]!.toFixed(1)}`,
            },
            { name: "the whole up against the same", unit: "s", ours: whole, baseline, ratio: whole / baseline },
            { name: "the play alone", unit: "s", ours: medianOf(rounds, ({ plain }) => plain.sshSeconds) },
        ];
    } finally {
        await site.close(false);
    }
}
