import * as assert from "node:assert/strict";
import { replaced } from "../workflows/move/edits";
import { NOW } from "./cloud";
import type { SimWorld } from "./sim";
import { asked, killEverywhere, made, madeOf, two } from "./testing";
import type { Disk, Machine } from "./things";

const FOREIGN = "f000000000000000";
const { nonce: OURS } = two;

/** Things with the drive's tags that are not the drive's. The world itself breaks when one of them is changed or deleted. */
const plant = ({ cloud }: SimWorld, thing: Disk | Machine): void => {
    if ("slot" in thing) cloud.disks.set(thing.id, thing);
    else cloud.machines.set(thing.id, thing);
    cloud.foreign.plant(thing);
};
const disk = (world: SimWorld, id: string, more: Partial<Disk>): void => {
    const own = [...world.cloud.disks.values()].at(-1)!;
    const bare = { content: "member", leaving: false, pv: id, attachedTo: undefined, modifying: false } as const;
    plant(world, { ...own, ...bare, id, createdAt: new Date(NOW + 3_600_000).toISOString(), ...more });
};
const machine = (world: SimWorld, id: string, more: Partial<Machine>): void => {
    const own = [...world.cloud.machines.values()].at(-1)!;
    const idle = { mounted: false, exported: false, active: false, units: { mount: false, share: false } };
    plant(world, { ...own, ...idle, id, createdAt: new Date(NOW + 3_600_000).toISOString(), ...more });
};

function plantAll(world: SimWorld): void {
    const restored = { restored: true, from: { snapshot: "snap-9", volume: "vol-9" } };
    disk(world, "vol-restored", { slot: "bb", nonce: OURS, ...restored });
    disk(world, "vol-restored-kept", { slot: "bb", nonce: OURS, keepHours: 1, isKept: true, ...restored });
    disk(world, "vol-foreign", { slot: "bb", nonce: FOREIGN });
    disk(world, "vol-unmarked", { slot: "bb", nonce: undefined });
    disk(world, "vol-old", { slot: "bb", nonce: OURS, createdAt: new Date(NOW).toISOString() });
    machine(world, "i-recovery", { part: "recovery", nonce: OURS, interfaceIds: ["eni-9"] });
    machine(world, "i-like-ours", { nonce: OURS, interfaceIds: ["eni-9"] });
    machine(world, "i-foreign", { nonce: FOREIGN });
}

/** What is counted at the end is the drive's own. */
function unplant(world: SimWorld): void {
    for (const id of world.cloud.foreign.ids) {
        assert.ok(world.cloud.disks.delete(id) || world.cloud.machines.delete(id), `${id} is still there`);
    }
    world.cloud.foreign.forget();
}

const planted = async (): Promise<SimWorld> => {
    const world = await made();
    plantAll(world);
    return world;
};

describe("things that bear the drive's tags and are not the drive's", () => {
    const CHANGES: readonly [string, (world: SimWorld) => void][] = [
        ["nothing", () => undefined],
        ["growth in place", (world) => asked(world, { ...two.slots, ba: { ...two.slots["ba"]!, sizeGiB: 12 } })],
        ["a new slot", (world) => asked(world, { ...two.slots, bc: { ...two.slots["ba"]!, sizeGiB: 4 } })],
        ["a replaced slot", (world) => asked(world, replaced(two, { slot: "bb", sizeGiB: 20 }))],
        ["a dead server", (world) => world.cloud.terminate(world.stack.serverId!)],
    ];
    for (const [name, change] of CHANGES) {
        it(`${name}, killed before or after any effect: each of them is as it was, and the drive is whole`, async () => {
            const kills = await killEverywhere(planted, change, () => undefined, unplant);
            assert.ok(name === "nothing" || kills > 4, `${kills} kills`);
        });
    }

    it("are all named", async () => {
        const world = await planted();
        const named = (world.view(false).ec2.strange ?? []).map(({ id }) => id).sort();
        assert.deepEqual(named, [...world.cloud.foreign.ids].sort());
    });
});

describe("a drive of an older version", () => {
    const { nonce: _nonce, ...old } = two;
    it("gets its nonce on everything by one up, killed anywhere", async () => {
        await killEverywhere(
            () => madeOf(old),
            (world) => (world.desired = { ...two, revision: 2 }),
            (world) => {
                const all = [...world.cloud.disks.values(), ...world.cloud.machines.values()];
                assert.deepEqual([...new Set(all.map(({ nonce }) => nonce))], [OURS]);
            },
        );
    });
});
