import { DriveError } from "../../../infra/model/errors";
import { MSG } from "../../io/messages";
import { Backup } from "../../../infra/model/backup";
import { checkSets, type Check } from "../../workflows/backup/due";
import { judgeSets, type Verdict } from "../../workflows/backup/retention";
import { renderSet, renderSets, setJson } from "../../workflows/backup/screen";
import { setsOf } from "../../workflows/backup/sets";
import type { Session } from "../../world/session";
import { ownSets } from "./own-sets";

export interface BackupsInput {
    /** Of this set all that its members' tags say. */
    readonly set?: string | undefined;
}

export interface BackupsResult {
    readonly sets: readonly Verdict[];
    /** How old the newest good set of the drive's own group is, for who watches. */
    readonly check: Check;
}

/** The drive's backup sets, from EC2 alone: the server is not asked. */
export async function backups(session: Session, { set }: BackupsInput = {}): Promise<BackupsResult> {
    const { config, desired } = await session.configured();
    const [observed, snapshots] = await Promise.all([
        session.world(desired, config).outside(),
        session.ec2(config.region).setSnapshots(desired.name),
    ]);
    const now = observed.ec2.readAt ?? Date.now();
    const declared = desired.backup ?? Backup.parse({});
    const verdicts = judgeSets(setsOf(desired.name, snapshots, now), {
        keep: declared.keep,
        nonce: desired.nonce,
        now,
    });
    const check = checkSets(ownSets(desired, observed, snapshots, now), declared, now);
    const shown = set === undefined ? verdicts : verdicts.filter((verdict) => verdict.set.id === set);
    if (set !== undefined && shown.length === 0) {
        throw new DriveError("NoSuchSet", `drive ${desired.name} has no set '${set}'`, {
            hint: "elastic-drive backups lists them",
        });
    }
    const text = set === undefined ? renderSets(shown) : shown.map(renderSet).join("\n\n");
    session.host.emit(MSG.SETS(text, { sets: shown.map(setJson), check: { exit: check.exit, text: check.text } }));
    return { sets: shown, check };
}
