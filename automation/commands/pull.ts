import { Declined } from "../../infra/model/errors";
import { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { MSG } from "../io/messages";
import { sameDesired } from "../model/same";
import type { Session } from "../world/session";

export interface PullResult {
    readonly from: number | undefined;
    readonly to: number;
}

/** Brings this checkout's configuration, secrets included, to what the last `up` was done with. */
export async function pull(session: Session): Promise<PullResult> {
    const [config, state] = await Promise.all([session.engine.config(), session.engine.state()]);
    if (state.desired === undefined && state.ids.length === 0) {
        throw new DriveError(
            "NothingToPull",
            `stack '${session.options.stack}' was never brought up: the backend has no configuration of it`,
            {
                hint: "elastic-drive up from the checkout that has its settings",
            },
        );
    }
    const local = DriveConfig.safeParse(config.drive).data;
    const ahead =
        local !== undefined &&
        state.desired !== undefined &&
        local.revision >= state.desired.revision &&
        !sameDesired(local, state.desired);
    if (
        ahead &&
        !(await session.host.confirm({ text: "this checkout has changes that were never brought up: overwrite them?" }))
    ) {
        throw new Declined("pull");
    }
    await session.engine.refreshConfig();
    const { desired } = await session.settings();
    const said = `configuration of '${session.options.stack}' is at revision ${desired.revision}`;
    session.host.emit(MSG.PULLED(said, { from: local?.revision, to: desired.revision }));
    return { from: local?.revision, to: desired.revision };
}
