import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { FreezeResult, heldOf, ThawResult } from "../held";
import { FreezingServer, type Answer } from "./freeze.testing";

const HELD = { thawed: true, held: true };
const LOST = { thawed: false, held: false };

describe("the verbs freeze and thaw", function () {
    this.timeout(120_000);
    let server: FreezingServer;
    beforeEach(() => (server = new FreezingServer()));
    afterEach(() => server.close());

    async function freeze(order: Parameters<FreezingServer["freeze"]>[0] = {}) {
        const answer = await server.freeze(order);
        assert.equal(answer.code, 0, answer.stderr);
        return FreezeResult.parse(answer.said);
    }
    async function thaw(id?: string) {
        const { code, said, stderr } = await server.thaw(id);
        assert.equal(code, 0, stderr);
        return ThawResult.parse(said);
    }
    function refused({ code, said, stderr }: Answer, wanted: string): void {
        assert.deepEqual([code, said["code"]], [3, wanted], stderr);
        assert.match(stderr, new RegExp(`elastic-drive: refused: .*; expected: .*; .* \\(${wanted}\\)`));
    }

    it("say what the drive lies on, freeze it, hold the lock, and thaw when they are asked to", async () => {
        const said = await freeze();
        assert.deepEqual(
            [server.isFrozen, server.isLocked, server.text("mark")],
            [true, true, "trusted.elastic-drive.set=set-1"],
        );
        const { frozen, drive, group, members, clients } = heldOf(said, () => Promise.reject(new Error()));
        assert.deepEqual([frozen, drive, group, clients], [true, "content", "VG-1", ["10.0.1.21"]]);
        assert.deepEqual(members, [
            { volumeId: "vol-0b", pvUuid: "PV-16", sizeBytes: 8589934592 },
            { volumeId: "vol-0c", pvUuid: "PV-32", sizeBytes: 8589934592 },
        ]);
        const first = await thaw();
        const { windowMs, ...rest } = first;
        assert.deepEqual(rest, HELD);
        assert.ok(windowMs > 0 && windowMs < 8000, String(windowMs));
        assert.equal(server.isFrozen, false);
        await server.ended();
        assert.equal(server.isLocked, false);
        assert.deepEqual(await thaw(), first, "asked again");
        assert.deepEqual(await thaw("set-2"), { ...LOST, windowMs: 0 }, "of another");
    });

    it("let nobody else freeze meanwhile, and the next one afterwards", async () => {
        await freeze();
        refused(await server.freeze({ id: "set-2" }), "ServerBusy");
        assert.ok(server.isFrozen);
        const { windowMs: _, ...rest } = await thaw();
        assert.deepEqual(rest, HELD);
        assert.equal((await freeze({ id: "set-2" })).frozen, true);
        assert.equal((await thaw("set-2")).thawed, true);
    });

    it("end a freeze at its limit when nobody asks", async () => {
        await freeze({ limitSeconds: 1 });
        await sleep(1500);
        assert.equal(server.isFrozen, false);
        assert.equal((await thaw()).thawed, false);
    });

    for (const [what, end] of [
        ["the guard is killed", () => process.kill(server.pid("freeze"), "SIGKILL")],
        ["the guard is stopped, as by a shutdown", () => process.kill(server.pid("freeze"), "SIGTERM")],
        ["what watches it is stopped", () => process.kill(server.pid("thaw"), "SIGTERM")],
        [
            "both are killed",
            () => [server.pid("thaw"), server.pid("freeze")].forEach((pid) => process.kill(pid, "SIGKILL")),
        ],
    ] as const)
        it(`end a freeze at once when ${what}, and claim nothing`, async () => {
            await freeze();
            end();
            for (const until = Date.now() + 4000; server.isFrozen; await sleep(20))
                assert.ok(Date.now() < until, "it is still frozen");
            const { windowMs: _, ...rest } = await thaw();
            assert.deepEqual([rest.thawed, server.isFrozen], [false, false]);
            await server.ended();
            assert.equal(server.isLocked, false);
        });

    it("end it by the switch when the guard stands still", async () => {
        await freeze({ limitSeconds: 2 });
        const guard = server.pid("freeze");
        process.kill(guard, "SIGSTOP");
        await sleep(3200);
        assert.equal(server.isFrozen, false);
        process.kill(guard, "SIGCONT");
        assert.equal((await thaw()).thawed, false);
    });

    it("hold the lock alone, without a freeze and without a mark", async () => {
        assert.deepEqual((await freeze({ freeze: false, limitSeconds: 60 })).frozen, false);
        assert.deepEqual([server.isFrozen, server.isLocked, server.text("mark")], [false, true, ""]);
        assert.deepEqual(await thaw(), { thawed: false, held: true, windowMs: 0 });
        await server.ended();
        assert.equal(server.isLocked, false);
        await freeze({ freeze: false, limitSeconds: 60, id: "set-2" });
        process.kill(server.pid("freeze"), "SIGKILL");
        assert.deepEqual(await thaw("set-2"), { ...LOST, windowMs: 0 });
    });

    const two = [{ minor: 16 }, { minor: 32 }] as const;
    for (const [code, what, spoil] of [
        ["NotMounted", "nothing is mounted", () => server.mounted("")],
        ["MountPointTaken", "something else is mounted", () => server.mounted("/dev/sda1")],
        [
            "OperationUnderWay",
            "the drive is put aside",
            () => server.holds({ minor: 16, tags: "elastic-drive:drive=content,elastic-drive:aside=vol0b/7" }),
        ],
        ["VolumeMissing", "a volume is missing", () => server.holds({ minor: 16 }, { missing: true })],
        ["GroupNotOurs", "the group is no drive's", () => server.holds({ minor: 16, tags: "" })],
        ["GroupNotOurs", "there is no group", () => server.holds()],
        ["MoveUnfinished", "a move was cut off", () => server.holds(...two, { minor: 16, volume: "[pvmove0]" })],
        ["DiskNotIdentified", "two disks have one serial", () => server.disk("vdd", 48, "vol0b")],
    ] as const)
        it(`refuse, and change nothing, where ${what}`, async () => {
            spoil();
            refused(await server.freeze(), code);
            await server.ended();
            assert.deepEqual([server.isFrozen, server.isLocked, server.text("mark")], [false, false, ""]);
        });
});
