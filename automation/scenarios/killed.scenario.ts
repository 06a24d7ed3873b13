import * as assert from "node:assert/strict";
import { census, isWhole } from "./support/census";
import { killDriverAndEngine, processes, settles } from "./support/processes";
import { ScenarioSite } from "./support/site";

const STACK = "killed";

const count = (found: Record<string, string[]>): number => Object.values(found).flat().length;

/** So many tagged things exist: the first volume or door … the server, then its attachments' time; last, the guest's own work. */
const MOMENTS: readonly (readonly [string, (site: ScenarioSite) => Promise<boolean>])[] = [
    ...[1, 2, 3, 4, 5, 6].map(
        (parts) =>
            [
                `with ${parts} of the drive's parts there`,
                async (site: ScenarioSite) => count(await census(site)) >= parts,
            ] as const,
    ),
    [
        "while the server is at work",
        (site: ScenarioSite) => Promise.resolve(site.guest?.state.calls.includes("join") === true),
    ],
];

describe("up, killed", function () {
    this.timeout(600_000);

    for (const [moment, isReached] of MOMENTS) {
        it(`${moment}: the next up ends in one drive, nothing doubled, no question, no process left`, async () => {
            const site = await ScenarioSite.open();
            try {
                await site.init(STACK, "ba=2,bb=2");
                const driver = site.start("up", "--stack", STACK, "--yes");
                await settles(moment, 180, () => isReached(site));
                killDriverAndEngine(driver.pid);
                await driver.ended;
                const before = await census(site);

                await site.succeeds(site.drive("up", "--stack", STACK, "--yes"));
                await isWhole(site, STACK, 2);
                const after = await census(site);
                assert.ok(
                    before["volumes"]!.every((id) => after["volumes"]!.includes(id)),
                    "volumes that were there are kept",
                );
                await settles("the end of every process", 30, () =>
                    Promise.resolve(![...processes().values()].some(({ command }) => command.includes(site.checkout))),
                );
            } finally {
                await site.close();
            }
        });
    }
});
