import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../infra/model/config";
import type { Status } from "../index";
import { isWhole, slotVolumes } from "./support/census";
import { killDriverAndEngine, settles } from "./support/processes";
import { events, failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "moving";

describe("moving data by the command line", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.make(STACK, "ba=2,bb=2");
    });
    after(() => site.close());

    for (const [why, code, args] of [
        ["a slot that is not there", "NoSuchSlot", ["replace", "zz", "--size", "4GiB", "--yes"]],
        ["a volume that cannot hold what leaves", "NoRoomToMove", ["replace", "bb", "--with", "1GiB", "--yes"]],
        ["a size that the type may not have", "InvalidInput", ["replace", "bb", "--with", "4GiB/st1", "--yes"]],
        ["size and type said twice", "Usage", ["replace", "bb", "--with", "4GiB", "--size", "4GiB", "--yes"]],
        ["as many volumes as there are", "NothingToConsolidate", ["consolidate", "--into", "2", "--yes"]],
        ["no number of volumes", "Usage", ["consolidate", "--into", "few", "--yes"]],
        ["nothing that moves", "NoMove", ["cancel", "--yes"]],
        ["nobody who agrees", "ConfirmationNeeded", ["replace", "bb", "--with", "4GiB"]],
        [
            "volumes to be kept where none is replaced",
            "NothingToKeep",
            ["grow", "--to", "8GiB", "--how", "add", "--keep", "4", "--yes"],
        ],
        ["no rate", "Usage", ["pace", "fast"]],
    ] as const) {
        it(`is refused for ${why}, and the configuration is as before`, async () => {
            const before = await configured();
            const refused = await site.drive(...args, "--stack", STACK, "--json");
            assert.notEqual(refused.code, 0);
            assert.equal(failureOf(refused), code, refused.stdout);
            assert.deepEqual(await configured(), before);
        });
    }

    it("says before it asks what it means: price, time, and what is copied", async () => {
        const asked = await site.drive("replace", "bb", "--with", "4GiB", "--stack", STACK, "--json");
        const { text } = events(asked).find(({ code }) => code === "DRIVE_I1004")!;
        assert.match(text, /\$ a month: 0\.32 before, 0\.48 after, 0\.64 meanwhile/);
        assert.match(text, /no downtime\n +2 GiB copied at/);
    });

    it("replaces a volume by a larger one: joined, moved, let go, deleted, and the drive has grown", async () => {
        const { calls } = site.guest!.state;
        calls.length = 0;
        await succeeds("replace", "bb", "--with", "5GiB/gp3");
        const order = calls.filter((verb) => ["join", "move", "let-go"].includes(verb));
        assert.deepEqual(order, ["join", "move", "let-go", "join", "join"]);
        assert.deepEqual(await volumes(), ["ba 2 gp3", "bc 5 gp3"]);
        assert.deepEqual(await configuredSlots(), ["ba", "bc"]);
        await isWhole(site, STACK, 2);
    });

    it("killed while data moves: status shows it, other operations are refused, and the same command ends it", async () => {
        const { state } = site.guest!;
        state.moves = false;
        const driver = site.start("replace", "bc", "--with", "6GiB", "--stack", STACK, "--yes");
        await settles("the move", 180, () => Promise.resolve(state.calls.at(-1) === "observe" && isHalfWay()));
        killDriverAndEngine(driver.pid);
        await driver.ended;

        const { slots, move, next } = await status();
        assert.match(slots.find(({ slot }) => slot === "bc")!.state, /^leaving to bd, 50 %, 1 MiB\/s, \d+ min left$/);
        assert.deepEqual([move?.percent, move?.state], [50, "moving"]);
        assert.match(next.join(), /elastic-drive up: move the data of slot bc to bd, online, then take slot bc's/);
        for (const args of [
            ["grow", "--to", "40GiB"],
            ["replace", "ba", "--with", "9GiB"],
            ["replace", "bc", "--with", "9GiB"],
            ["consolidate", "--into", "1"],
        ]) {
            const refused = await up(...args);
            assert.equal(failureOf(refused), "OperationUnderWay", refused.stdout);
        }
        state.moves = true;
        state.members.filter(({ leaving }) => leaving).forEach((member) => (member.used = 0)); // the job has ended
        await succeeds("replace", "bc", "--with", "6GiB");
        assert.deepEqual(await volumes(), ["ba 2 gp3", "bd 6 gp3"]);
        await isWhole(site, STACK, 2);
    });

    it("cancels in the middle: what was moved goes back, and the new volume goes", async () => {
        const { state } = site.guest!;
        state.moves = false;
        const driver = site.start("replace", "bd", "--with", "7GiB", "--stack", STACK, "--yes");
        await settles("the move", 180, () => Promise.resolve(state.calls.at(-1) === "observe" && isHalfWay()));
        await succeeds("pause");
        assert.equal((await status()).move?.state, "paused");
        await succeeds("pace", "20");
        assert.equal((await status()).move?.pace, 20);
        killDriverAndEngine(driver.pid);
        await driver.ended;
        state.moves = true;
        await succeeds("cancel");
        assert.deepEqual(await volumes(), ["ba 2 gp3", "bd 6 gp3"]);
        await isWhole(site, STACK, 2);
    });

    it("killed in its last up: the same command ends it, and says that there is nothing more to replace only then", async () => {
        const replace = ["replace", "ba", "--with", "3GiB"];
        await killedInTheLastUp("ba", replace);
        await succeeds(...replace);
        assert.deepEqual(await volumes(), ["bd 6 gp3", "be 3 gp3"]);
        assert.equal(failureOf(await up(...replace)), "NoSuchSlot");
        await isWhole(site, STACK, 2);
    });

    it("consolidates: one after the other, and nothing is extended before the last has gone", async () => {
        await killedInTheLastUp("be", ["consolidate", "--into", "1"], 1);
        await succeeds("consolidate", "--into", "1");
        assert.deepEqual(await volumes(), ["bf 9 gp3"]);
        assert.deepEqual(await configuredSlots(), ["bf"]);
        await isWhole(site, STACK, 1);
    });

    /** EC2 does not delete the slot's volume, so that the `up` that does is under way for certain. */
    const killedInTheLastUp = async (slot: string, args: readonly string[], skip = 0): Promise<void> => {
        await site.control("POST", "/faults", { action: "DeleteVolume", kind: "error", count: 400, skip });
        const driver = site.start(...args, "--stack", STACK, "--yes");
        const refused = async (): Promise<boolean> =>
            !(slot in (await configured()).slots) &&
            (await site.control<{ action: string; count: number }[]>("GET", "/faults")).some(
                ({ count }) => count < 400,
            );
        await settles("the last up", 300, refused);
        killDriverAndEngine(driver.pid);
        await driver.ended;
        await site.control("DELETE", "/faults");
    };
    const isHalfWay = (): boolean =>
        site.guest!.state.members.some(({ leaving, bytes, used }) => leaving && used < bytes);
    const up = (...args: string[]): Promise<Ended> => site.drive(...args, "--stack", STACK, "--yes", "--json");
    const succeeds = (...args: string[]): Promise<void> => site.succeeds(up(...args));
    const status = (): Promise<Status> => site.status(STACK);
    const configured = (): Promise<DriveConfig> => site.configured(STACK);
    const configuredSlots = async (): Promise<string[]> => Object.keys((await configured()).slots);
    const volumes = async (): Promise<string[]> =>
        (await slotVolumes(site)).map(({ slot, Size, VolumeType }) => `${slot} ${Size} ${VolumeType}`);
});
