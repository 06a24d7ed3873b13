import type { DriveConfig } from "../../../infra/model/config";
import type { SetSnapshot } from "../../ec2/port";
import type { Observed } from "../../model/observed";
import { ofGroup, setsOf, type BackupSet } from "../../workflows/backup/sets";

/** Sets of the drive's own volume group: a drive of the same name that is gone may have left others. */
export function ownSets(
    { name, made }: DriveConfig,
    { guest, stack }: Observed,
    snapshots: readonly SetSnapshot[],
    now: number,
): BackupSet[] {
    const group = (guest?.reachable === true ? guest.group : undefined) ?? stack.group ?? made;
    return group === undefined ? [] : ofGroup(setsOf(name, snapshots, now), group);
}
