import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../infra/model/config";
import { copied } from "../workflows/copy/edits";
import { cancelled, consolidated, replaced } from "../workflows/move/edits";
import { kept } from "../workflows/keep/plan";
import { Killed } from "./cloud";
import { SimWorld } from "./sim";
import type { Disk, Machine } from "./things";
import { asked, assertDone, drive, fuseAt, halfMoved, made, madeOf, run, three, tolerated, two } from "./testing";

const serverOf = ({ cloud, stack }: SimWorld): Machine => cloud.machines.get(stack.serverId ?? "")!;

/** The plug, and on again: what was mounted is not, and the server mounts it by itself or does not. */
function reboot(world: SimWorld): void {
    const server = serverOf(world);
    world.cloud.fuse = () => undefined;
    Object.assign(server, { mounted: false, exported: false, active: false });
    world.cloud.wake(server);
}

/** What a person does and no step of ours: a disk with the same physical volume as another one, on the drive's own server. */
function plug(world: SimWorld, disk: Disk): void {
    world.cloud.disks.set(disk.id, { ...disk, attachedTo: world.stack.serverId });
    world.cloud.wake(serverOf(world));
}

describe("the right disks at boot, in a simulated world", () => {
    const works: [string, () => Promise<SimWorld>, (world: SimWorld) => DriveConfig["slots"], number][] = [
        ["creation", () => Promise.resolve(new SimWorld(two)), () => two.slots, 1],
        ["a join", made, () => three.slots, 12],
        ["a let-go", made, () => replaced(two, { slot: "bb", sizeGiB: 20 }), 24],
        ["two let-gos, the volumes kept", () => madeOf(three), () => kept(consolidated(three, { into: 1 }), 48), 48],
        ["a move that is cancelled", halfMoved, ({ desired }) => cancelled(desired), 6],
        ["a copy", made, () => copied(two, { slot: "bb", sizeGiB: 20 }), 24],
        ["a copy, the old volume kept", made, () => kept(copied(two, { slot: "bb", sizeGiB: 20 }), 48), 24],
    ];
    for (const [name, prepare, change, least] of works) {
        it(`${name}: killed before or after any effect and rebooted, a drive that is whole mounts, and the next run ends`, async () => {
            let mounts = 0;
            for (let limit = 0, survived = false; !survived; limit++) {
                const world = await prepare();
                asked(world, change(world));
                survived = await run(world, fuseAt(limit)).then(
                    () => true,
                    (error: unknown) => {
                        if (error instanceof Killed) return false;
                        throw error;
                    },
                );
                const server = world.cloud.machines.get(world.stack.serverId ?? "");
                if (server?.state === "running") {
                    reboot(world);
                    const healthy = server.units.mount && !world.cloud.aside && world.cloud.isWholeOn(server.id);
                    assert.equal(
                        server.mounted,
                        healthy,
                        `point ${limit}: ${JSON.stringify(world.cloud.disksOf(server))}`,
                    );
                    if (healthy) mounts++;
                }
                await run(world);
                assertDone(world);
            }
            assert.ok(mounts >= least, `only ${mounts} boots had a drive to mount`);
        });
    }

    it("a server that is lost gets its list from join; the new one, killed anywhere, mounts what is whole", async () => {
        for (let limit = 0, survived = false; !survived; limit++) {
            const world = await made();
            world.cloud.terminate(world.stack.serverId!);
            survived = await run(world, fuseAt(limit)).then(
                () => true,
                (error: unknown) => (tolerated(error), false),
            );
            const server = world.cloud.machines.get(world.stack.serverId ?? "");
            if (server?.state === "running") {
                reboot(world);
                assert.equal(server.mounted, server.units.mount && world.cloud.isWholeOn(server.id));
            }
            await run(world);
            assertDone(world);
            assert.equal(serverOf(world).records?.size, 2);
        }
    });

    /** A drive of one volume and one of two, with a disk that is not the drive's: an old copy, a copy of today, another drive's. */
    const wrongs: [string, (disk: Disk) => Disk][] = [
        ["an old copy", (disk) => ({ ...disk, id: "vol-copy", slot: "", written: disk.written - 1 })],
        ["a copy of today", (disk) => ({ ...disk, id: "vol-copy", slot: "" })],
        ["another drive's volume", (disk) => ({ ...disk, id: "vol-copy", slot: "", pv: "vol-theirs", keepHours: 1 })],
    ];
    for (const [name, copyOf] of wrongs)
        for (const slots of [{ ba: { sizeGiB: 8 } }, two.slots])
            it(`${name} beside ${Object.keys(slots).length} is never mounted, before or behind, and the drive comes back without it`, async () => {
                for (const order of ["before", "behind"]) {
                    const world = await madeOf(drive(slots));
                    const [slot] = Object.keys(slots) as [string];
                    const disk = world.cloud.disks.get(world.stack.volumes.get(slot)!.id)!;
                    Object.assign(serverOf(world), { mounted: false, exported: false, active: false });
                    if (order === "before") disk.attachedTo = undefined;
                    plug(world, copyOf(disk));
                    disk.attachedTo = world.stack.serverId; // the second to come
                    reboot(world);
                    assert.equal(serverOf(world).mounted, false, order);
                    await assert.rejects(run(world), { code: "DisksRefused" });
                    world.cloud.disks.delete("vol-copy");
                    reboot(world);
                    assert.equal(serverOf(world).mounted, true);
                    world.cloud.verify();
                }
            });

    it("a server of an older version mounts as it did, until the next up has written the list", async () => {
        const world = await made();
        serverOf(world).records = undefined;
        reboot(world);
        assert.equal(serverOf(world).mounted, true);
        world.desired = drive({ ...two.slots, bc: { sizeGiB: 4 } }, { revision: 2 });
        await run(world);
        assert.deepEqual([...serverOf(world).records!.values()], world.cloud.members);
    });
});
