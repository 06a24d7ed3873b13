import { DriveError } from "../../infra/model/errors";
import { MSG } from "../io/messages";
import type { Session } from "../world/session";

export interface PaceInput {
    /** MiB/s; 0: the move rests; undefined: as fast as it goes. */
    readonly mibPerSecond?: number | undefined;
    /** As before it rested, in place of a rate. */
    readonly resume?: boolean | undefined;
}

/** How fast the move that runs may go, from its next range on. Not part of the desired state: it ends with the move. */
export async function pace(session: Session, { mibPerSecond, resume = false }: PaceInput): Promise<void> {
    if (mibPerSecond !== undefined && !(Number.isSafeInteger(mibPerSecond) && mibPerSecond >= 0)) {
        throw new DriveError("BadPace", `got ${mibPerSecond}; a pace is a whole number of MiB/s, 0 or more`, {
            hint: "elastic-drive pace 50, or elastic-drive pace full",
        });
    }
    const { config, desired } = await session.configured();
    await session.world(desired, config).inside((guest) => guest.pace(resume ? "back" : mibPerSecond));
    const text = resume ? "the move goes on, at the pace it had before it rested" : words(mibPerSecond);
    await session.log.append("pace", "done", text);
    session.host.emit(MSG.PACE(text, { mibPerSecond }));
}

function words(mibPerSecond: number | undefined): string {
    if (mibPerSecond === undefined) return "the move goes as fast as it can";
    if (mibPerSecond === 0) return "the move rests when its range has ended: elastic-drive resume goes on";
    return `the move takes at most ${mibPerSecond} MiB/s from its next range on`;
}
