import { Declined, DriveError } from "../../infra/model/errors";
import { copyUnderWay } from "../copying";
import { MSG } from "../io/messages";
import { keptVolumes } from "../keeping";
import { knownServer } from "../observed";
import { Refused } from "../reconcile";
import { refusals } from "../refusals";
import type { Session } from "../session";
import { throwIfAborted } from "../wait";

/**
 * Takes the whole drive away, data included: never partially, never without its name typed. In order: the
 * configuration says so, an `up` lifts the protection, LVM lets go, the server stops, everything is deleted.
 * Killed anywhere, the same command goes on.
 */
export async function destroy(session: Session): Promise<{ drive: string }> {
    const { config, desired } = await session.configured();
    if (copyUnderWay(desired) !== undefined) {
        throw new DriveError("OperationUnderWay", "a volume of the drive is being copied", {
            hint: "elastic-drive up or elastic-drive cancel ends it; then destroy",
        });
    }
    const world = session.world(desired, config);
    const observed = await world.observe({ preview: false });
    const against = refusals(desired, observed).filter((refusal) => refusal.code !== "RehostNeeded");
    if (against.length > 0) throw new Refused(against);
    const volumes = Object.entries(observed.stack.volumes).map(([slot, id]) => `${slot} ${id}`);
    const what = `drive ${desired.name} with ${volumes.length} volumes (${volumes.join(", ")})`;
    const text = `everything on ${what} will be lost; type its name to go on:`;
    if (!(await session.host.confirm({ text, expected: desired.name }))) throw new Declined("destroy");

    const step = async (name: string, work: () => Promise<void>): Promise<void> => {
        throwIfAborted(session.signal);
        const began = session.clock.now();
        await work();
        const seconds = (session.clock.now() - began) / 1000;
        await session.log.append("destroy", "step", name, seconds);
        session.host.emit(MSG.NOTE(`${name} (${seconds.toFixed(1)} s)`, { seconds }));
    };
    await session.log.append("destroy", "started", what);
    if (config.destroyData !== desired.name) {
        await step("the configuration says destroyData", () =>
            session.engine.editConfig({ destroyData: desired.name }),
        );
    }
    await step("protection lifted", () =>
        session.engine.up({ refresh: observed.stack.serverId !== undefined && knownServer(observed) === undefined }),
    );
    const server = knownServer(await world.observe({ preview: false }));
    if (server?.state === "running") {
        if (observed.guest?.reachable === true) {
            await step("exports ended, drive unmounted", () => world.apply({ kind: "quiesce", serverId: server.id }));
        }
        await step("server stopped", () => world.apply({ kind: "stopServer", serverId: server.id }));
    }
    await step("everything deleted", () => session.engine.destroy());
    await step("destroyData taken back", () => session.engine.editConfig({ destroyData: null }));
    const kept = keptVolumes(observed).length;
    const too = kept === 0 ? "" : `; kept volumes (${kept}) stay until elastic-drive gc --all deletes them`;
    session.host.emit(
        MSG.DESTROYED(`drive ${desired.name} is gone; its stack and settings are kept${too}`, { drive: desired.name }),
    );
    return { drive: desired.name };
}
