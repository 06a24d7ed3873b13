import * as assert from "node:assert/strict";
import { Killed } from "./cloud";
import type { SimWorld } from "./sim";
import { drive, fuseAt, made, nothing, run, two } from "./testing";

const order = { id: "set-1", freeze: true, limitSeconds: 6 };

describe("the drive's lock in a simulated world", () => {
    let world: SimWorld;
    beforeEach(async () => (world = await made()));

    it("shows a set's members as the group has them, and is given back by a thaw that says what it met", async () => {
        const { frozen, members, thaw } = await world.freeze(order);
        const disks = world.cloud.members.map((id) => world.cloud.disks.get(id)!);
        assert.deepEqual(
            members,
            disks.map(({ id, pv, sizeGiB }) => ({ volumeId: id, pvUuid: pv, sizeBytes: sizeGiB * 1024 ** 3 })),
        );
        assert.deepEqual([frozen, world.lock.isFrozen], [true, true]);
        assert.deepEqual(await thaw(), { thawed: true, held: true, windowMs: 0 });
        assert.deepEqual([await thaw(), world.lock.isFrozen], [{ thawed: true, held: true, windowMs: 0 }, false]);
    });
    it("is one: another set is refused, and a change of the group outwaits it, after which nothing is claimed", async () => {
        const { thaw } = await world.freeze(order);
        await assert.rejects(world.freeze({ ...order, id: "set-2" }), { code: "ServerBusy" });
        world.desired = drive({ ...two.slots, bc: { sizeGiB: 4 } });
        await run(world);
        assert.deepEqual(await thaw(), { thawed: false, held: false, windowMs: 0 });
        assert.equal((await world.freeze({ ...order, freeze: false })).frozen, false);
    });
    it("is refused, and nothing is frozen, where no drive is in use", async () => {
        await assert.rejects((await nothing()).freeze(order), { code: "SshUnreachable" });
        world.cloud.machines.get(world.stack.serverId!)!.mounted = false;
        await assert.rejects(world.freeze(order), { code: "NotMounted" });
        world.cloud.aside = true;
        await assert.rejects(world.freeze(order), { code: "OperationUnderWay" });
        assert.equal(world.lock.isFrozen, false);
    });
    it("ends by itself when its driver is killed before it thaws", async () => {
        const { thaw } = await world.freeze(order);
        world.cloud.fuse = fuseAt(0);
        await assert.rejects(thaw(), Killed);
        assert.equal(world.lock.isFrozen, true);
        world.lock.wait(); // for its limit
        assert.equal(world.lock.isFrozen, false);
    });
});
