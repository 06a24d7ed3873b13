import { Declined, DriveError } from "../../../infra/model/errors";
import type { DriveConfig } from "../../../infra/model/config";
import type { StackConfig } from "../../engine/config";
import { withLease } from "../with-lease";
import { ownSets } from "../backup/own-sets";
import { newestFirst, type BackupSet } from "../../workflows/backup/sets";
import { ageText, counted } from "../../workflows/backup/words";
import { copyUnderWay } from "../../workflows/copy/plan";
import { doubts, keptIds, remains, strangeVolumes } from "./doubts";
import { MSG } from "../../io/messages";
import { keep } from "../../workflows/keep/plan";
import { knownServer, leakedVolumes, type Observed } from "../../model/observed";
import { settle, sweep } from "../../reconcile/next-steps";
import type { RealWorld } from "../../world/real-world";
import { Refused } from "../../reconcile/loop";
import type { Session } from "../../world/session";
import { describe, type Step } from "../../model/steps";
import { Interrupted, throwIfAborted } from "../../io/wait";

/** Carries out one part of the work, and tells of it. */
type Doing = (name: string, work: () => Promise<unknown>) => Promise<void>;

/**
 * Takes the whole drive away, data included: never partially, never without its name typed, and nothing is made on the way. In
 * order: the configuration says so, LVM lets go, the server stops, what an interrupted `up` left is deleted, the protection is
 * lifted in the stack's state, everything is deleted. Killed anywhere, the same command goes on; of a drive that never came up, too.
 */
export async function destroy(session: Session): Promise<{ drive: string }> {
    const { config, desired } = await session.configured();
    const drive = desired.name;
    if (copyUnderWay(desired) !== undefined) {
        throw new DriveError("OperationUnderWay", "a volume of the drive is being copied", {
            hint: "elastic-drive up or elastic-drive cancel ends it; then destroy",
        });
    }
    const world = session.world(desired, config);
    const observed = await seen(world);
    const against = doubts(desired, observed, config.destroyData === drive);
    if (against.length > 0) throw new Refused(against);
    const { texts, volumes, isNothing } = remains(observed);
    if (isNothing && config.destroyData === undefined) {
        const kept = keptIds(observed);
        const but = kept === "" ? "" : ` but for kept volumes, which elastic-drive gc --all deletes (${kept})`;
        session.host.emit(MSG.NOTHING_TO_DO(`nothing to do: there is nothing of drive ${drive}${but}`, { seconds: 0 }));
        return { drive };
    }
    const snapshots = await session.ec2(config.region).setSnapshots(drive);
    const backup = backupText(ownSets(desired, observed, snapshots, observed.ec2.readAt ?? Date.now()));
    const where = {
        stack: session.options.stack,
        region: config.region,
        account: await session.account(config.region),
    };
    const asked = { text: question(drive, texts, where, observed, backup), expected: `${where.stack}/${drive}` };
    if (!isNothing && !(await session.host.confirm(asked))) throw new Declined("destroy");

    return withLease(session, world, "destroy", observed, async (held) => {
        if (held !== observed) throw meanwhile();
        await destroyed(session, config, desired, { world, observed, volumes, texts });
        return { drive };
    });
}

interface Doomed {
    readonly world: RealWorld;
    readonly observed: Observed;
    /** Ids of volumes that were named in the question. */
    readonly volumes: readonly string[];
    readonly texts: readonly string[];
}

/** What is there now was not in the question. */
const meanwhile = (): DriveError =>
    new DriveError("ChangedMeanwhile", "another driver has worked on the drive meanwhile: nothing is deleted", {
        hint: "elastic-drive destroy asks anew",
    });

async function destroyed(
    session: Session,
    config: StackConfig,
    desired: DriveConfig,
    { world, observed, volumes, texts }: Doomed,
): Promise<void> {
    const drive = desired.name;
    const doing: Doing = async (name, work) => {
        throwIfAborted(session.signal);
        const began = session.clock.now();
        await work();
        const seconds = (session.clock.now() - began) / 1000;
        await session.log.append("destroy", "step", name, seconds);
        session.host.emit(MSG.NOTE(`${name} (${seconds.toFixed(1)} s)`, { seconds }));
    };
    await session.log.append("destroy", "started", `drive ${drive}: ${texts.join(", ")}`);
    if (config.destroyData !== drive) {
        await doing("the configuration says destroyData", () => session.engine.editConfig({ destroyData: drive }));
    }
    const ec2 = session.ec2(config.region);
    const clear = (): Promise<void> => cleared(world, volumes, doing, (id) => ec2.deleteVolume(id));
    await stopped(session, world, observed, doing);
    await clear();
    await doing("protection lifted", () => session.engine.unprotect());
    await doing("everything deleted", () => session.engine.destroy());
    await clear();
    const kept = await rest(session, world, volumes);
    const { made: _made, ...unmade } = desired; // its `up` makes another drive
    await doing("destroyData taken back", () =>
        session.engine.editConfig({ destroyData: null, ...(desired.made !== undefined && { drive: unmade }) }),
    );
    const too = kept === "" ? "" : `; kept volumes stay until elastic-drive gc --all deletes them (${kept})`;
    session.host.emit(MSG.DESTROYED(`drive ${drive} is gone; its stack and settings are kept${too}`, { drive }));
}

/** A server that cannot be asked is in nobody's way here; another driver that it tells of is. */
async function seen(world: RealWorld): Promise<Observed> {
    const observed = await world.observe({ preview: false, tolerant: true });
    return (await world.othersEnd(observed)) ? seen(world) : observed;
}

/** Sets outlive the drive: nothing of `destroy` deletes one. */
function backupText(sets: readonly BackupSet[]): string {
    const good = sets.filter(({ state }) => state === "good").sort(newestFirst);
    const [newest] = good;
    if (newest === undefined)
        return "no good backup set exists: elastic-drive backup --wait first, or nothing brings it back";
    return `${counted(good.length, "good set")}, which stay and are paid for; the newest, ${newest.id}, is ${ageText(newest.ageSeconds ?? 0)} old`;
}

interface Where {
    readonly stack: string;
    readonly region: string | undefined;
    readonly account: string;
}

/** Two stacks may each have a drive of one name, in two accounts: so where it is, and the stack's name to be typed. */
function question(drive: string, texts: readonly string[], where: Where, { ec2 }: Observed, backup: string): string {
    const what = texts.length === 0 ? ["only its stack's state knows of it"] : texts;
    return [
        `everything on drive ${drive} will be lost:`,
        `  stack    ${where.stack}`,
        `  account  ${where.account}`,
        `  region   ${where.region ?? "the credentials' own"}`,
        ...what.map((text) => `  ${text}`),
        ...(ec2.strange ?? []).map(({ kind, id, why }) => `  stays: ${kind} ${id}: ${why}`),
        `  backup   ${backup}`,
        `type ${where.stack}/${drive} to go on:`,
    ].join("\n");
}

/** Nothing that anybody uses is deleted: a server that does not let go is stopped as it is, and its own shutdown unmounts. */
async function stopped(session: Session, world: RealWorld, observed: Observed, doing: Doing): Promise<void> {
    await settled(world, doing);
    const server = knownServer(await world.outside());
    if (server?.state !== "running") return;
    if (observed.guest?.reachable === true) {
        const letGo = async (): Promise<void> => world.apply({ kind: "quiesce", serverId: server.id });
        await doing("exports ended, drive unmounted", () =>
            letGo().catch((error: unknown) => {
                if (!(error instanceof DriveError) || error instanceof Interrupted) throw error;
                session.host.emit(MSG.NOTE(`the server does not let go: ${error.message}`, { code: error.code }));
            }),
        );
    }
    await doing("server stopped", () => world.apply({ kind: "stopServer", serverId: server.id }));
}

async function settled(world: RealWorld, doing: Doing): Promise<void> {
    for (const step of settle(await world.outside())) await doing(describe(step), () => world.apply(step));
}

/** What interrupted `up`s left and no state knows, one after the other; volumes only where they were asked for. */
async function cleared(
    world: RealWorld,
    asked: readonly string[],
    doing: Doing,
    deleteVolume: (id: string) => Promise<void>,
): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
        await settled(world, doing);
        const observed = await world.outside();
        const steps: Step[] = [
            ...(observed.stack.pending > 0 ? [{ kind: "forgetPending" } as const] : []),
            ...sweep(observed),
            ...observed.ec2.snapshots.map(({ id }) => ({ kind: "deleteSnapshot", snapshotId: id }) as const),
        ];
        const works = [
            ...steps.map((step) => ({ name: describe(step), work: () => world.apply(step).catch(unlessGone) })),
            ...leakedVolumes(observed)
                .filter(({ id }) => asked.includes(id))
                .map(({ id }) => ({
                    name: `volume ${id} deleted, which no state knows`,
                    work: () => deleteVolume(id),
                })),
        ];
        const next = works.find(({ name }) => !tried.has(name));
        if (next === undefined) return;
        tried.add(next.name);
        await doing(next.name, next.work);
    }
}

/** EC2 shows what was just deleted for some seconds more. */
function unlessGone(error: unknown): void {
    if (!(error instanceof DriveError) || !/\bInvalid\w+\.NotFound\b/.test(error.message)) throw error;
}

/** What stays: a volume that nobody was asked about is told of here; those kept on purpose are returned, for the last word. */
async function rest(session: Session, world: RealWorld, asked: readonly string[]): Promise<string> {
    const observed = await world.outside();
    for (const step of keep(observed)) await world.apply(step);
    for (const { id, slot } of strangeVolumes(observed, asked)) {
        const text = `volume ${id} of slot ${slot} is tagged as this drive's and was not there before: elastic-drive destroy again, or delete it by hand`;
        session.host.emit(MSG.LEAKED(text, { kind: "volume", id }));
    }
    return keptIds(observed);
}
