import type { DisksView } from "../model/observed";
import type { Disk, Machine } from "./things";

/**
 * What the unit on a server says of its disks (infra/guest/disks.py), as far as this world tells disks apart: undefined where all is right.
 * A server without a list was made by an older version and mounts what is whole.
 */
export function disksAtBoot(machine: Machine, all: readonly Disk[], named: readonly string[]): DisksView | undefined {
    const { records } = machine;
    if (records === undefined) return undefined;
    const here = all.filter(({ attachedTo, content }) => attachedTo === machine.id && content !== "blank");
    const isRecorded = ({ id, pv }: Disk): boolean => records.get(id) === pv;
    const ours = new Set([...records.values(), ...named]);
    const wrong = here.filter((disk) => !isRecorded(disk) && (disk.content === "member" || ours.has(disk.pv)));
    if (wrong.length > 0) {
        const seen = wrong.map(({ id, pv }) => `${id} holds ${pv}`).join(" and ");
        return view(true, seen, wrong);
    }
    const missing = named.filter((pv) => !here.some((disk) => disk.pv === pv));
    return missing.length === 0 ? undefined : view(false, `${missing.join(" and ")} is not there`, []);
}

const view = (refused: boolean, seen: string, wrong: readonly Disk[]): DisksView => ({
    ...{ refused, seen, expected: "the recorded disks", hint: "detach what does not belong there" },
    wrong: wrong.map(({ id }) => id),
});
