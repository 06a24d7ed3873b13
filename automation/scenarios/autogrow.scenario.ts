import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AutogrowResult } from "../index";
import { slotVolumes } from "./support/census";
import { killDriverAndEngine, settles } from "./support/processes";
import { events, failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "autogrow";
const GIB = 1024 ** 3;

describe("autogrow", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.make(STACK, "ba=10");
    });
    after(() => site.close());

    it("does nothing without ceilings, and names all that is missing or wrong at once", async () => {
        const bare = await run("--warn-at", "90", "--json");
        assert.deepEqual([bare.code, failureOf(bare)], [2, "InvalidInput"]);
        const { faults } = events<{ faults: { path: string }[] }>(bare).at(-1)!.data!;
        assert.deepEqual(
            faults.map(({ path }) => path),
            ["autogrow.maxGiB", "autogrow.maxMonthly", "autogrow.warnAt"],
        );
        const unread = await run("--max-size", "much", "--grow-at", "x", "--json");
        assert.deepEqual([unread.code, failureOf(unread)], [2, "Usage"]);
    });

    it("needs no flags where the configuration has them, and says one line", async () => {
        await site.set(STACK, "autogrow.maxGiB", "20");
        await site.set(STACK, "autogrow.maxMonthly", "400");
        holds(7);
        const quiet = await run();
        assert.deepEqual([quiet.code, quiet.stderr], [0, ""]);
        assert.equal(quiet.stdout, "content: 70 % of 10 GiB in use, nothing to do: it grows at 85 %\n");
    });

    it("warns, with an exit code of its own", async () => {
        holds(8);
        const warned = await run();
        assert.deepEqual([warned.code, warned.stdout], [3, ""]);
        assert.equal(warned.stderr, "warning: content: 80 % of 10 GiB in use, over 75 %: it grows at 85 %\n");
    });

    it("says what it would do, and does nothing, when it is only asked", async () => {
        holds(8.6);
        const asked = await run("--dry-run");
        assert.deepEqual([asked.code, await volumes()], [0, "ba 10"]);
        assert.match(asked.stdout, /would grow in place to 13 GiB, \$1\.04 a month \(prices of us-east-1\)\n$/);
    });

    it("counts its ceiling with the prices of a file, and says whose they are", async () => {
        const folder = mkdtempSync(join(tmpdir(), "drive-prices-"));
        try {
            const prices = join(folder, "prices.json");
            writeFileSync(prices, '{ "source": "a contract", "gp3": { "perGiB": 31 } }');
            const { stdout, code } = await run("--dry-run", "--prices", prices);
            const words = "would grow in place to 12 GiB, $372.00 a month, as far as the ceilings allow";
            const said = stdout.replace(/\s+/g, " ");
            assert.deepEqual([code, said], [0, `content: 86 % of 10 GiB in use, ${words} (prices: a contract) `]);
            writeFileSync(prices, '{ "gp3": { "perGiB": "dear" } }');
            assert.equal(failureOf(await run("--dry-run", "--json", "--prices", prices)), "InvalidInput");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("grows once for one fill level", async () => {
        assert.deepEqual(await outcome(), { code: 0, outcome: "grown", fromGiB: 10, toGiB: 13 });
        assert.equal(await volumes(), "ba 13");
        assert.deepEqual(await outcome(), { code: 0, outcome: "fine", fromGiB: 13, toGiB: 13 });
    });

    it("killed once its wish is written, goes on with that growth and no other", async () => {
        holds(11.5);
        const before = await revision();
        const driver = site.start("autogrow", "--stack", STACK);
        await settles("the new configuration", 60, async () => (await revision()) > before);
        killDriverAndEngine(driver.pid);
        await driver.ended;
        assert.deepEqual(await outcome(), { code: 0, outcome: "grown", fromGiB: 13, toGiB: 17 });
        assert.equal(await volumes(), "ba 17");
        assert.deepEqual(await outcome(), { code: 0, outcome: "fine", fromGiB: 17, toGiB: 17 });
    });

    it("keeps off what somebody else has begun, and says what", async () => {
        holds(16);
        await site.set(STACK, "slots.bb.sizeGiB", "5");
        const held = await run();
        assert.equal(held.code, 4);
        assert.match(
            held.stderr.replace(/\s+/g, " "),
            /not grown: the configuration has changes that were never brought up/,
        );
        assert.equal(await volumes(), "ba 17");
        await site.succeeds(site.pulumi("config", "rm", "--path", "elastic-drive:drive.slots.bb", "-s", STACK));
    });

    it("grows as far as the ceiling and then says so, as long as it lasts", async () => {
        assert.deepEqual(await outcome(), { code: 0, outcome: "grown", fromGiB: 17, toGiB: 20 });
        holds(19.5);
        for (let i = 0; i < 2; i++) {
            assert.deepEqual(await outcome(), { code: 4, outcome: "held", reason: "ceiling", fromGiB: 20, toGiB: 20 });
            assert.equal(await volumes(), "ba 20");
        }
    });

    const holds = (gib: number): void => void (site.guest!.state.content = Math.round(gib * GIB));
    const run = (...args: string[]): Promise<Ended> => site.drive("autogrow", "--stack", STACK, ...args);
    const outcome = async (): Promise<object> => {
        const ended = await run("--json");
        const said = events<AutogrowResult>(ended).find(({ code }) => ["DRIVE_I3008", "DRIVE_W3009"].includes(code));
        assert.ok(said?.data !== undefined, ended.stdout + ended.stderr);
        const { fillPercent: _fill, text: _text, ...rest } = said.data;
        return { code: ended.code, ...rest };
    };
    const revision = async (): Promise<number> => (await site.configured(STACK)).revision;
    const volumes = async (): Promise<string> =>
        (await slotVolumes(site)).map(({ slot, Size }) => `${slot} ${Size}`).join(", ");
});
