import { Declined, DriveError } from "../../infra/model/errors";
import type { Observed } from "../model/observed";
import { knownServer } from "../model/observed";
import { isServerComing } from "../reconcile/ending";
import { stepsOrThrow } from "../reconcile/loop";
import type { Session } from "../world/session";
import { refuseWrongMachine } from "./place";
import type { UpResult } from "./up";
import { withLease } from "./with-lease";
import { converge, refuseInDestruction, show, up } from "./up";

/**
 * Planned replacement of the server: a new image or type, or the same anew. Marked by a tag on the server, so that
 * any later `up` from any checkout goes on with it. Where a server has left already, the same command only ends that.
 */
export async function rehost(session: Session): Promise<UpResult> {
    const began = session.clock.now();
    const { config, desired } = await session.configured();
    refuseInDestruction(config);
    const world = session.world(desired, config);
    const first = await world.observe({ preview: false });
    if (isServerComing(desired, first)) return up(session);
    const server = knownServer(first);
    if (server === undefined) {
        throw new DriveError("NoServer", "the drive has no server to replace", { hint: "elastic-drive up makes one" });
    }
    const ec2 = session.ec2(config.region);
    await refuseWrongMachine(ec2, desired, first);
    const marked: Observed = {
        ...first,
        ec2: {
            ...first.ec2,
            servers: first.ec2.servers.map((other) => (other.id === server.id ? { ...other, leaving: true } : other)),
        },
    };
    show(session, stepsOrThrow(desired, marked), undefined);
    const text = `replace server ${server.id}? clients wait meanwhile, uploads are refused`;
    if (!(await session.host.confirm({ text }))) throw new Declined("rehost");
    // The mark alone makes any driver's loop replace the server.
    return withLease(session, world, "rehost", first, async () => {
        await ec2.markLeaving(server.id);
        return converge(session, config, desired, await world.observe({ preview: false }), "rehost", began);
    });
}
