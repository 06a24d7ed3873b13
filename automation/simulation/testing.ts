import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../infra/model/config";
import { parseDriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { RecordingHost } from "../io/recording";
import { nextSteps } from "../reconcile/next-steps";
import { replaced } from "../workflows/move/edits";
import type { Ports } from "../reconcile/ports";
import { reconcile } from "../reconcile/loop";
import { systemClock } from "../io/wait";
import { Killed } from "./cloud";
import { SimWorld } from "./sim";
import type { Disk } from "./things";

export function drive(slots: Record<string, unknown>, more: Record<string, unknown> = {}): DriveConfig {
    return parseDriveConfig({
        name: "content",
        revision: 1,
        nonce: "a123456789abcdef",
        zone: "us-east-1a",
        network: { subnetId: "subnet-00000001", sshFrom: ["203.0.113.0/24"] },
        server: { instanceType: "m7i.large", imageId: "ami-00000001" },
        share: { clients: ["10.0.0.0/16"] },
        slots,
        ...more,
    });
}

export const two = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } });

export async function run(world: SimWorld, fuse: () => void = () => undefined, ports: Ports = world): Promise<number> {
    world.cloud.fuse = fuse;
    const loop = { ports, host: new RecordingHost(), clock: systemClock, note: () => Promise.resolve() };
    const { steps } = await reconcile(world.desired, await ports.observe({ preview: true }), loop);
    world.cloud.fuse = () => undefined;
    return steps;
}

/** Dies at the `limit`-th point before or after an effect. */
export function fuseAt(limit: number): () => void {
    let left = limit;
    return () => {
        if (left-- <= 0) throw new Killed("killed");
    };
}

export function assertDone(world: SimWorld): void {
    const { cloud, stack, desired } = world;
    cloud.verify();
    assert.deepEqual(nextSteps(desired, world.view(true)), { steps: [] });
    const wanted = Object.keys(desired.slots).sort();
    assert.deepEqual([...stack.volumes.keys()].sort(), wanted);
    // A slot taken out of the configuration before its half-made volume was adopted: blank, and named by status.
    const [kept, all] = [true, false].map((is) =>
        [...cloud.disks.values()].filter(({ keepHours }) => (keepHours !== undefined) === is),
    ) as [Disk[], Disk[]];
    assert.ok(
        kept.every(({ isKept, attachedTo }) => isKept && attachedTo === undefined),
        "kept, and until when",
    );
    const [leftOver, disks] = [false, true].map((inUse) => all.filter(({ slot }) => wanted.includes(slot) === inUse));
    assert.deepEqual(disks!.map(({ slot }) => slot).sort(), wanted, "one volume a slot, none doubled");
    assert.ok(leftOver!.every(({ content, attachedTo }) => content === "blank" && attachedTo === undefined));
    for (const { id, sizeGiB, leaving } of all) {
        if (leftOver!.some((disk) => disk.id === id)) continue;
        assert.deepEqual([cloud.usedOn(id), leaving], [sizeGiB, false], `${id} is full and stays`);
    }
    assert.equal([...cloud.machines.values()].filter(({ state }) => state !== "terminated").length, 1, "one server");
    assert.equal(cloud.formats, 1, "formatted once, whatever was killed");
    assert.equal(cloud.machines.get(stack.serverId!)!.exported, true);
    assert.equal(stack.pending, 0);
    assert.deepEqual([...cloud.snapshots.keys()], [], "no snapshot is left");
}

/** Kills a run of `change` at every point there is; each time a second run must end in the same world. */
export async function killEverywhere(
    prepare: () => Promise<SimWorld>,
    change: (world: SimWorld) => void,
    check: (world: SimWorld) => void = () => undefined,
    before: (world: SimWorld) => void = () => undefined,
): Promise<number> {
    for (let limit = 0; ; limit++) {
        const world = await prepare();
        change(world);
        const survived = await run(world, fuseAt(limit)).then(
            () => true,
            (error: unknown) => {
                if (error instanceof Killed) return false;
                throw error;
            },
        );
        await run(world);
        before(world);
        assertDone(world);
        check(world);
        if (survived) return limit;
    }
}

export const asked = (world: SimWorld, slots: DriveConfig["slots"]): void => {
    world.desired = parseDriveConfig({ ...world.desired, revision: world.desired.revision + 1, slots });
};
export const on = (world: SimWorld, slot: string) => (id: string) => id === world.stack.volumes.get(slot)?.id;

export const nothing = (): Promise<SimWorld> => Promise.resolve(new SimWorld(two));
export const made = async (): Promise<SimWorld> => {
    const world = new SimWorld(two);
    await run(world);
    return world;
};

export const three = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 }, bc: { sizeGiB: 4 } });
export const madeOf = async (config: DriveConfig): Promise<SimWorld> => {
    const world = new SimWorld(config);
    await run(world);
    return world;
};

export function tolerated(error: unknown): void {
    if (!(error instanceof Killed || error instanceof DriveError)) throw error;
}

export function refusal(error: unknown): boolean {
    if (!(error instanceof DriveError) || error.code === "StepNotVerified") throw error;
    return true;
}

/** A slot whose data moves to another, killed in the middle of it. */
export async function halfMoved(): Promise<SimWorld> {
    const world = await made();
    asked(world, replaced(two, { slot: "bb", sizeGiB: 20 }));
    const bb = world.stack.volumes.get("bb")!.id;
    await run(world, () => {
        if (world.cloud.usedOn(bb) < 4) throw new Killed("killed");
    }).catch(tolerated);
    assert.equal(world.cloud.usedOn(bb), 2);
    return world;
}
