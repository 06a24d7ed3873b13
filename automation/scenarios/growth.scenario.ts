import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../infra/model/config";
import type { GrowthPlan } from "../index";
import { slotVolumes } from "./support/census";
import { killDriverAndEngine, settles } from "./support/processes";
import { events, failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "growth";

describe("growth by the command line", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open(undefined, 2222);
        await site.make(STACK, "ba=2");
    });
    after(() => site.close());

    it("finds the server where the lab's environment says that ssh answers, and so does plain pulumi", async () => {
        assert.equal(site.env["ELASTIC_DRIVE_SSH_PORT"], "2222");
        assert.equal((await site.status(STACK)).mounted, true);
        await site.succeeds(site.pulumi("preview", "--expect-no-changes", "-s", STACK));
    });

    it("plans without changing anything", async () => {
        const before = await configured();
        const shown = await site.drive("plan", "--stack", STACK, "--to", "5GiB", "--json");
        const planned = events<GrowthPlan>(shown).find(({ code }) => code === "DRIVE_I3006")!.data!;
        assert.deepEqual([planned.targetGiB, planned.before.sizeGiB, planned.chosen], [5, 2, "in-place"]);
        const open = planned.ways.filter((way) => "slots" in way).map(({ how }) => how);
        assert.deepEqual(open, ["in-place", "add", "replace", "snapshot"]);
        assert.deepEqual(planned.budget, [{ slot: "ba", left: 4, underWay: false }]);
        assert.deepEqual(await configured(), before);
    });

    it("grows in place as planned, by a further volume as told, and by a target once only", async () => {
        await succeeds("grow", "--to", "5GiB");
        assert.deepEqual(await volumes(), ["ba 5 gp3 3000"]);
        await succeeds("grow", "--by", "3GiB", "--how", "add");
        assert.deepEqual(await volumes(), ["ba 5 gp3 3000", "bb 3 gp3 3000"]);
        await doesNothing("grow", "--to", "8GiB");
    });

    it("changes a volume in one modification", async () => {
        await site.control("DELETE", "/calls");
        await succeeds("change", "bb", "--size", "10GiB", "--iops", "4000", "--throughput", "250");
        assert.equal((await site.control<Record<string, number>>("GET", "/calls"))["ModifyVolume"], 1);
        assert.deepEqual(await volumes(), ["ba 5 gp3 3000", "bb 10 gp3 4000"]);
        await doesNothing("change", "bb", "--size", "10GiB");
    });

    for (const [args, whole, again] of [
        [
            ["grow", "--to", "16GiB", "--how", "add"],
            ["ba 5 gp3 3000", "bb 10 gp3 4000", "bc 1 gp3 3000"],
            "once more does nothing",
        ],
        [
            ["change", "bb", "--size", "12GiB"],
            ["ba 5 gp3 3000", "bb 12 gp3 4000", "bc 1 gp3 3000"],
            "once more does nothing",
        ],
        [
            ["grow", "--by", "2GiB", "--how", "in-place"],
            ["ba 5 gp3 3000", "bb 14 gp3 4000", "bc 1 gp3 3000"],
            "a plan counts from its end",
        ],
    ] as const) {
        it(`${args.slice(0, 2).join(" ")}, killed once its wish is written: the same command finishes it, and ${again}`, async () => {
            const before = await configured();
            const driver = site.start(...args, "--stack", STACK, "--yes");
            await settles("the new configuration", 60, async () => (await configured()).revision > before.revision);
            killDriverAndEngine(driver.pid);
            await driver.ended;
            await succeeds(...args);
            assert.deepEqual(await volumes(), whole);
            if (args[1] !== "--by") return doesNothing(...args);
            const shown = await site.drive("plan", "--stack", STACK, "--by", "2GiB", "--json");
            assert.equal(events<GrowthPlan>(shown).find(({ code }) => code === "DRIVE_I3006")!.data!.targetGiB, 22);
        });
    }

    for (const [why, code, args] of [
        ["nobody agrees", "ConfirmationNeeded", ["grow", "--to", "30GiB"]],
        ["a shrink", "ShrinkRefused", ["change", "bb", "--size", "9GiB", "--yes"]],
        ["IOPS over the type's limit", "InvalidInput", ["change", "bb", "--iops", "900000", "--yes"]],
        ["a slot that is not there", "NoSuchSlot", ["change", "zz", "--size", "20GiB", "--yes"]],
        ["a target below what there is", "TargetTooSmall", ["grow", "--to", "8GiB", "--yes"]],
        ["no way there", "NoWayToGrow", ["grow", "--to", "30GiB", "--how", "in-place", "--type", "sc1", "--yes"]],
        ["no size", "Usage", ["grow", "--to", "much", "--yes"]],
    ] as const) {
        it(`is refused for ${why}, and the configuration is as before`, async () => {
            const before = await configured();
            const refused = await site.drive(...args, "--stack", STACK, "--json");
            assert.notEqual(refused.code, 0);
            assert.equal(failureOf(refused), code);
            assert.deepEqual(await configured(), before);
        });
    }

    const up = (...args: string[]): Promise<Ended> => site.drive(...args, "--stack", STACK, "--yes", "--json");
    const succeeds = (...args: string[]): Promise<void> => site.succeeds(up(...args));
    const doesNothing = async (...args: string[]): Promise<void> => {
        const before = await configured();
        const ended = await up(...args);
        assert.deepEqual([ended.code, events(ended).at(-1)?.code], [0, "DRIVE_I1002"], ended.stdout);
        assert.deepEqual(await configured(), before);
    };
    const configured = (): Promise<DriveConfig> => site.configured(STACK);
    const volumes = async (): Promise<string[]> =>
        (await slotVolumes(site)).map(({ slot, Size, VolumeType, Iops }) => `${slot} ${Size} ${VolumeType} ${Iops}`);
});
