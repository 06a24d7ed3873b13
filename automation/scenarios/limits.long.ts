import * as assert from "node:assert/strict";
import { AttachVolumeCommand, CreateVolumeCommand, ModifyVolumeCommand, type Tag } from "@aws-sdk/client-ec2";
import type { DriveConfig } from "../../infra/model/config";
import { serialOf, TAG } from "../../infra/model/names";
import type { GrowthPlan } from "../index";
import { census, isWhole, slotVolumes } from "./support/census";
import { events, failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "limits";

describe("EC2's limits and other people's hands", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.make(STACK, "ba=2");
    });
    after(() => site.close());

    it("takes what was modified by hand into the configuration, by name and without another modification", async () => {
        const [id] = (await census(site))["volumes"]!;
        await site.ec2.send(new ModifyVolumeCommand({ VolumeId: id!, Size: 8, Iops: 4_000 }));
        const refused = await up("up");
        assert.equal(failureOf(refused), "VolumeModifiedByHand", refused.stdout);
        assert.match(refused.stdout, /elastic-drive change ba --size 8GiB --iops 4000 takes it into the configuration/);
        await site.control("DELETE", "/calls");
        await succeeds("change", "ba", "--size", "8GiB", "--iops", "4000");
        assert.equal((await site.control<Record<string, number>>("GET", "/calls"))["ModifyVolume"], undefined);
        assert.deepEqual(await volumes(), ["ba 8 gp3 4000"]);
        await isWhole(site, STACK, 1);
    });

    it("counts modifications, also those before the last, and says before the fifth when it is possible", async () => {
        for (const size of [9, 10, 11]) await succeeds("grow", "--to", `${size}GiB`, "--how", "in-place");
        await site.succeeds(site.pulumi("up", "--refresh", "--yes", "--stack", STACK));
        const before = await configured();
        await site.control("DELETE", "/calls");
        const refused = await up("change", "ba", "--size", "12GiB");
        assert.equal(failureOf(refused), "ModificationsSpent", refused.stdout);
        assert.match(refused.stdout, /the next is possible at 20\d\d-\d\d-\d\dT/);
        assert.equal((await site.control<Record<string, number>>("GET", "/calls"))["ModifyVolume"], undefined);
        assert.deepEqual(await configured(), before);
    });

    it("grows another way meanwhile, and by the same change a day later", async () => {
        const shown = await site.drive("plan", "--stack", STACK, "--to", "14GiB", "--json");
        const planned = events<GrowthPlan>(shown).find(({ code }) => code === "DRIVE_I3006")!.data!;
        assert.deepEqual([planned.chosen, planned.budget.map(({ left }) => left)], ["add", [0]]);
        await succeeds("grow", "--to", "14GiB");
        assert.deepEqual(await volumes(), ["ba 11 gp3 4000", "bb 3 gp3 3000"]);
        await aDayPasses();
        await succeeds("change", "ba", "--size", "12GiB");
        assert.deepEqual(await volumes(), ["ba 12 gp3 4000", "bb 3 gp3 3000"]);
    });

    it("stops in its own words at the account's limit, and the same command goes on once it is raised", async () => {
        const { volumes: most } = (await site.control<{ limits: { volumes: number } }>("GET", "/status")).limits;
        await site.control("POST", "/limits", { volumes: 3 }); // the root volume is one of them
        const stopped = await up("grow", "--to", "20GiB", "--how", "add");
        assert.equal(failureOf(stopped), "Ec2LimitReached", stopped.stdout);
        assert.match(stopped.stdout, /VolumeLimitExceeded/);
        await site.control("POST", "/limits", { volumes: most });
        await succeeds("grow", "--to", "20GiB", "--how", "add");
        assert.deepEqual(await volumes(), ["ba 12 gp3 4000", "bb 3 gp3 3000", "bc 5 gp3 3000"]);
        await isWhole(site, STACK, 3);
    });

    it("replaces and makes fewer on the way to a size, and the same target once more does nothing", async () => {
        await succeeds("grow", "--to", "30GiB", "--how", "replace");
        assert.deepEqual(await volumes(), ["ba 12 gp3 4000", "bc 5 gp3 3000", "bd 13 gp3 3000"]);
        await succeeds("grow", "--to", "41GiB", "--how", "consolidate");
        assert.deepEqual(await volumes(), ["be 41 gp3 3000"]);
        const again = await up("grow", "--to", "41GiB", "--how", "consolidate");
        assert.deepEqual([again.code, events(again).at(-1)?.code], [0, "DRIVE_I1002"], again.stdout);
        await isWhole(site, STACK, 1);
    });

    for (const [limit, slot, set, lift] of [
        ["no further volume is made", "bf", () => lasting("volumes", 2), () => lasting("volumes", 5_000)],
        ["none is attached", "bf", () => refusesToAttach(), () => site.lab("fault", "clear")],
    ] as const) {
        it(`cancels a replacement that never began since ${limit}: the drive is as before, and up has nothing to do`, async () => {
            const [{ slot: old, VolumeId } = { slot: "", VolumeId: "" }] = await slotVolumes(site);
            const before = await configured();
            await set();
            const stopped = await up("replace", old, "--with", "50GiB");
            assert.notEqual(stopped.code, 0, stopped.stdout);
            assert.equal(failureOf(await up("grow", "--to", "60GiB")), "OperationUnderWay");
            const cancelled = await up("cancel");
            assert.equal(cancelled.code, 0, cancelled.stdout + cancelled.stderr);
            assert.match(cancelled.stdout, new RegExp(`nothing has moved.*slot ${slot} has taken nothing`));
            assert.deepEqual({ ...(await configured()), revision: 0 }, { ...before, revision: 0 });
            assert.deepEqual(
                (await slotVolumes(site))
                    .filter(({ Tags = [] }) => !isKept(Tags))
                    .map((one) => [one.slot, one.VolumeId]),
                [[old, VolumeId]],
            );
            const again = await up("up");
            assert.deepEqual([again.code, events(again).at(-1)?.code], [0, "DRIVE_I1002"], again.stdout);
            await lift();
            await succeeds("gc", "--all");
            await isWhole(site, STACK, 1);
        });
    }

    it("names a disk that was added to the group by hand, and touches nothing", async () => {
        const { servers } = await census(site);
        const made = await site.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }));
        const VolumeId = made.VolumeId!;
        await site.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: servers![0]!, Device: "/dev/xvddz" }));
        const { state } = site.guest!;
        const serial = serialOf(VolumeId);
        state.members.push({ serial, bytes: 1024 ** 3, used: 1024 ** 3, leaving: false });
        for (const args of [["up"], ["grow", "--to", "60GiB"]]) {
            const refused = await up(...args);
            assert.equal(failureOf(refused), "ForeignMember", refused.stdout);
            assert.match(refused.stdout, new RegExp(VolumeId));
        }
        state.members = state.members.filter((member) => member.serial !== serial);
        await isWhole(site, STACK, 1);
    });

    it("asks again after EC2 gave a modification up, and leaves the rest as it was", async () => {
        await site.succeeds(site.lab("fault", "add", "ModifyVolume", "fails"));
        const failed = await up("change", "be", "--size", "42GiB");
        assert.equal(failureOf(failed), "ModificationFailed", failed.stdout);
        assert.deepEqual(await volumes(), ["be 41 gp3 3000"]);
        const { slots } = await site.status(STACK);
        assert.match(slots[0]!.state, /EC2 gave up its last modification/);
        await succeeds("up");
        assert.deepEqual(await volumes(), ["be 42 gp3 3000"]);
        await isWhole(site, STACK, 1);
    });

    const up = (...args: string[]): Promise<Ended> => site.drive(...args, "--stack", STACK, "--yes", "--json");
    const succeeds = (...args: string[]): Promise<void> => site.succeeds(up(...args));
    const isKept = (tags: readonly Tag[]): boolean => tags.some(({ Key }) => Key === TAG.keepHours);
    const lasting = (limit: string, value: number): Promise<object> =>
        site.control("POST", "/limits", { [limit]: value });
    const refusesToAttach = (): Promise<object> =>
        site.control("POST", "/faults", { action: "AttachVolume", kind: "error", count: 400 });
    const configured = (): Promise<DriveConfig> => site.configured(STACK);
    /** For EC2, and in what the driver noted. */
    const aDayPasses = async (): Promise<void> => {
        await site.control("POST", "/modifications", { olderByHours: 25 });
        const { modified = [] } = (await configured()).slots["ba"]!;
        for (const [at, time] of modified.entries()) {
            const older = new Date(Date.parse(time) - 25 * 3_600_000).toISOString();
            await site.set(STACK, `slots.ba.modified[${at}]`, older);
        }
    };
    const volumes = async (): Promise<string[]> =>
        (await slotVolumes(site)).map(({ slot, Size, VolumeType, Iops }) => `${slot} ${Size} ${VolumeType} ${Iops}`);
});
