import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import {
    DeleteVolumeCommand,
    DescribeVolumesCommand,
    DetachVolumeCommand,
    StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { census, DRIVE, isWhole } from "./support/census";
import { killDriverAndEngine, settles } from "./support/processes";
import { events, failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "destroying";
const FOR_GOOD = "40";
const MAKES = /^(Allocate|Associate|Attach|Authorize|Create|Import|Modify|Register|Run|Start)/;

/** Types of what the stack's state has, as the file has them just now; half-written it has none that can be read. */
function inState({ env }: ScenarioSite): string[] | undefined {
    const folder = fileURLToPath(env["PULUMI_BACKEND_URL"]!.replace(/\?.*$/, ""));
    try {
        const text = readFileSync(join(folder, ".pulumi", "stacks", "elastic-drive", `${STACK}.json`), "utf8");
        const { checkpoint } = JSON.parse(text) as { checkpoint: { latest?: { resources?: { type: string }[] } } };
        return (checkpoint.latest?.resources ?? []).map(({ type }) => type);
    } catch {
        return undefined;
    }
}
const volumesInState = (site: ScenarioSite): number | undefined =>
    inState(site)?.filter((type) => type === "aws:ebs/volume:Volume").length;

const count = async (site: ScenarioSite): Promise<number> => Object.values(await census(site)).flat().length;

interface Moment {
    readonly name: string;
    readonly fault?: readonly string[];
    isReached(site: ScenarioSite): Promise<boolean>;
}

const MOMENTS: readonly Moment[] = [
    {
        name: "while the drive is unmounted",
        isReached: ({ guest }) => Promise.resolve(guest!.state.calls.includes("quiesce")),
    },
    {
        name: "with one volume deleted and another not",
        fault: ["DeleteVolume", "error", "--skip", "1", "--count", FOR_GOOD],
        isReached: (site) => Promise.resolve(volumesInState(site) === 1),
    },
    {
        name: "with volumes deleted that the state still has",
        fault: ["DeleteVolume", "lost-after", "--count", FOR_GOOD],
        isReached: async (site) => (await census(site))["volumes"]!.length === 0,
    },
    {
        name: "with everything deleted and the configuration still saying so",
        isReached: (site) => Promise.resolve(inState(site)?.length === 0),
    },
];

describe("destroy", function () {
    this.timeout(600_000);
    let site: ScenarioSite;

    describe("killed", () => {
        before(async () => {
            site = await ScenarioSite.open();
            await site.init(STACK, "ba=2,bb=2");
        });
        after(() => site.close());

        for (const { name, fault, isReached } of MOMENTS) {
            it(`${name}: the same command goes on, makes nothing, and nothing of the drive is left`, async () => {
                await site.succeeds(drive("up"));
                Object.assign(site.guest!.state, { calls: [], takes: { quiesce: 2_000 } });
                await site.control("DELETE", "/calls");
                if (fault !== undefined) await site.succeeds(site.lab("fault", "add", ...fault));
                const driver = site.start("destroy", "--stack", STACK, "--yes", "--name", `${STACK}/${DRIVE}`);
                await settles(name, 180, () => isReached(site));
                killDriverAndEngine(driver.pid);
                await driver.ended;
                await site.succeeds(site.lab("fault", "clear"));
                assert.equal(await destroyData(), DRIVE);

                await site.succeeds(drive("destroy", "--name", `${STACK}/${DRIVE}`));
                await nothingIsLeft();
                site.guest!.state.members = [];
            });
        }

        it("called off after the protection was lifted: the next up protects everything again @long", async () => {
            await site.succeeds(drive("up"));
            await site.succeeds(site.lab("fault", "add", "DetachVolume", "error", "--count", FOR_GOOD));
            const failed = await drive("destroy", "--name", `${STACK}/${DRIVE}`);
            assert.equal(failureOf(failed), "Ec2Unwell", failed.stdout);
            await site.succeeds(site.lab("fault", "clear"));
            assert.equal(failureOf(await drive("up")), "DestroyUnderWay");
            assert.deepEqual((await site.status(STACK)).now, ["the drive is being destroyed"]);
            await site.succeeds(site.pulumi("config", "rm", "elastic-drive:destroyData", "-s", STACK));
            await site.succeeds(drive("up"));
            await isWhole(site, STACK, 2);
            const plain = await site.pulumi("destroy", "--yes", "-s", STACK);
            assert.notEqual(plain.code, 0);
            assert.match(plain.stdout + plain.stderr, /protect/);
            await site.succeeds(drive("up"));
            await isWhole(site, STACK, 2);
        });

        it("a drive of which somebody deleted a volume can be destroyed, and then there is nothing to do @long", async () => {
            const refused = await drive("destroy", "--name", "another");
            assert.notEqual(refused.code, 0);
            const { servers, volumes } = await census(site);
            await site.ec2.send(new StopInstancesCommand({ InstanceIds: servers! }));
            await site.ec2.send(new DetachVolumeCommand({ VolumeId: volumes![1]! }));
            await site.ec2.send(new DeleteVolumeCommand({ VolumeId: volumes![1]! }));
            assert.equal(failureOf(await drive("up")), "VolumeLost");
            await site.control("DELETE", "/calls");
            await site.succeeds(drive("destroy", "--name", `${STACK}/${DRIVE}`));
            await nothingIsLeft();
            const again = await drive("destroy");
            assert.deepEqual([again.code, events(again).at(-1)?.code], [0, "DRIVE_I1002"]);
            assert.match(events(again).at(-1)!.text, /there is nothing of drive content/);
            await nothingIsLeft();
        });
    });

    describe("of a drive that never came up", () => {
        before(async () => {
            site = await ScenarioSite.open();
            const flags = "--name content --zone us-east-1a --slots ba=2,bb=2 --ssh-from 127.0.0.0/8 --public-address";
            await site.succeeds(site.drive("init", "--stack", STACK, ...flags.split(" "))); // nobody answers ssh
        });
        after(() => site.close());
        afterEach(() => site.control("POST", "/limits", { volumes: 5_000 }));

        it("nothing was ever made: there is nothing to do", async () => {
            const ended = await drive("destroy");
            assert.deepEqual([ended.code, events(ended).at(-1)?.code], [0, "DRIVE_I1002"]);
        });

        const fails = async (): Promise<void> => assert.notEqual((await drive("up")).code, 0);
        for (const [why, breaksOff] of [
            [
                "EC2 makes no further volume @long",
                async () => {
                    await site.control("POST", "/limits", { volumes: 2 });
                    await fails();
                },
            ],
            [
                "every reply to a creation was lost @long",
                async () => {
                    await site.succeeds(site.lab("fault", "add", "CreateVolume", "lost-after", "--count", FOR_GOOD));
                    await fails();
                },
            ],
            [
                "up was killed with its first part made",
                async () => {
                    const driver = site.start("up", "--stack", STACK, "--yes");
                    await settles("the first part", 180, async () => (await count(site)) > 0);
                    killDriverAndEngine(driver.pid);
                    await driver.ended;
                },
            ],
        ] as const) {
            it(`since ${why}: what was made goes, and nothing else is made`, async () => {
                await breaksOff();
                await site.succeeds(site.lab("fault", "clear"));
                assert.notEqual(await count(site), 0);
                await site.control("DELETE", "/calls");
                const unasked = await drive("destroy", "--name", "another");
                assert.notEqual(unasked.code, 0);
                assert.doesNotMatch(unasked.stdout, /with 0 volumes|\(\)/);
                await site.succeeds(drive("destroy", "--name", `${STACK}/${DRIVE}`));
                await nothingIsLeft();
            });
        }
    });

    const drive = (...args: string[]): Promise<Ended> => site.drive(...args, "--stack", STACK, "--yes", "--json");

    const destroyData = async (): Promise<string | undefined> => {
        const got = await site.pulumi("config", "get", "elastic-drive:destroyData", "-s", STACK);
        return got.code === 0 ? got.stdout.trim() : undefined;
    };

    /** Nor was anything made since the calls are counted, nor is anything known or asked for any more. */
    const nothingIsLeft = async (): Promise<void> => {
        const calls = Object.keys(await site.control<Record<string, number>>("GET", "/calls"));
        assert.deepEqual(
            calls.filter((action) => MAKES.test(action)),
            [],
        );
        assert.equal(await count(site), 0);
        const Filters = [{ Name: `tag:${TAG.drive}`, Values: [DRIVE] }];
        const { Volumes = [] } = await site.ec2.send(new DescribeVolumesCommand({ Filters }));
        assert.deepEqual(Volumes, [], "the server's own volume");
        assert.deepEqual([inState(site), await destroyData()], [[], undefined]);
    };
});
