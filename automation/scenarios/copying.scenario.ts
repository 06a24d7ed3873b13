import * as assert from "node:assert/strict";
import { DeleteSnapshotCommand, DescribeSnapshotsCommand, type Volume } from "@aws-sdk/client-ec2";
import type { DriveConfig } from "../../infra/model/config";
import { TAG } from "../../infra/model/names";
import { Drive, type Message, type Status } from "../index";
import { isWhole, slotVolumes } from "./support/census";
import { killDriverAndEngine, settles } from "./support/processes";
import { events, failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "copying";
const FOREVER_MS = 3_600_000;

describe("a larger copy in a slot's place by the command line", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.make(STACK, "ba=2,bb=2");
    });
    after(() => site.close());

    for (const [why, code, args] of [
        ["a slot that is not there", "NoSuchSlot", ["replace", "zz", "--size", "4GiB"]],
        ["a copy that would be smaller", "TargetTooSmall", ["replace", "bb", "--with", "1GiB"]],
        ["a size that the type may not have", "VolumeNotLegal", ["replace", "bb", "--with", "4GiB/st1"]],
        ["a drive that would not be larger", "TargetTooSmall", ["grow", "--to", "3GiB"]],
        ["more than one volume holds", "NoWayToGrow", ["grow", "--to", "100TiB"]],
        ["a way that is none", "Usage", ["replace", "bb", "--with", "4GiB", "--how", "magic"]],
    ] as const) {
        it(`is refused for ${why}, and the configuration is as before`, async () => {
            const before = await configured();
            const refused = await up(...args, ...(args.includes("--how" as never) ? [] : ["--how", "snapshot"]));
            assert.notEqual(refused.code, 0);
            assert.equal(failureOf(refused), code, refused.stdout);
            assert.deepEqual(await configured(), before);
        });
    }

    it("copies a volume into a larger one, says how long the drive was away, and keeps the lineage @long", async () => {
        const { calls } = site.guest!.state;
        calls.length = 0;
        const before = await volume("bb");
        const ended = await up("replace", "bb", "--with", "5GiB/gp3", "--how", "snapshot", "--keep", "24");
        assert.equal(ended.code, 0, ended.stdout + ended.stderr);
        const order = calls.filter((verb) => ["quiesce", "join", "mount"].includes(verb));
        assert.deepEqual(order.slice(0, 3), ["quiesce", "join", "mount"]);
        const downtime = events<{ seconds: number }>(ended).find(({ code }) => code === "DRIVE_I2016");
        assert.ok(downtime !== undefined && downtime.data!.seconds > 0, ended.stdout);
        assert.match((await site.drive("log", "--stack", STACK)).stdout, /downtime the drive was away for [\d.]+ s/);
        assert.deepEqual(await volumes(), ["ba 2", "bc 5"]);
        assert.deepEqual(await snapshots(), []);
        const { Tags = [], SnapshotId } = await volume("bc");
        assert.deepEqual(
            [TAG.from, TAG.fromVolume].map((key) => Tags.find(({ Key }) => Key === key)?.Value),
            [SnapshotId, before.VolumeId],
        );
        const kept = (await status()).kept.map(({ volume: id, slot, hours }) => [id, slot, hours]);
        assert.deepEqual(kept, [[before.VolumeId, "bb", 24]]);
        await succeeds("gc"); // not due
        assert.equal((await status()).kept.length, 1);
        await succeeds("gc", "--all");
        await isWhole(site, STACK, 2);
    });

    it("killed in the downtime: status shows it, others and plain Pulumi are refused, and up ends it", async () => {
        const [slot, before] = await last();
        const wish = ["replace", slot, "--with", `${before + 1}GiB`, "--how", "snapshot"];
        await lab("delays", { snapshotPending: FOREVER_MS });
        const ahead = site.start(...wish, "--stack", STACK, "--yes");
        await settles("the snapshot ahead", 180, async () => (await snapshots()).includes("ahead pending"));
        assert.equal(site.guest!.state.mounted, true, "the drive is used until the snapshot ahead is there");
        killDriverAndEngine(ahead.pid);
        await ahead.ended;
        assert.match(
            (await status()).now.join(),
            new RegExp(`slot ${slot} is copied to b., snapshot ahead 0 %: elastic-drive up goes on`),
        );
        await forgetPending();
        const driver = site.start(...wish, "--stack", STACK, "--yes");
        await settles("the snapshot ahead", 180, async () => (await snapshots()).includes("ahead completed"));
        await lab("delays", { snapshotPending: FOREVER_MS });
        await settles("the final snapshot", 180, async () => (await snapshots()).includes("final pending"));
        killDriverAndEngine(driver.pid);
        await driver.ended;

        const shown = await status();
        assert.match(shown.now.join(), /elastic-drive cancel brings the drive back as it was/);
        for (const args of [
            ["grow", "--to", "40GiB"],
            ["replace", "ba", "--with", "9GiB"],
            ["consolidate", "--into", "1"],
        ]) {
            const refused = await up(...args);
            assert.equal(failureOf(refused), "OperationUnderWay", refused.stdout);
        }
        const plain = await site.pulumi("up", "--yes", "-s", STACK);
        assert.notEqual(plain.code, 0);
        assert.match(plain.stdout + plain.stderr, /protected/);
        assert.equal(site.guest!.state.mounted, false);
        await forgetPending();
        await succeeds("up");
        const [other, sizeGiB] = await last();
        assert.deepEqual([other === slot, sizeGiB, await snapshots()], [false, before + 1, []]);
        await isWhole(site, STACK, 2);
    });

    it("cancelled in the downtime: the old volume takes its place again, and the snapshots are gone", async () => {
        const [slot] = await last();
        const [before, all] = [await volume(slot), await volumes()];
        const driver = site.start("replace", slot, "--with", "9GiB", "--how", "snapshot", "--stack", STACK, "--yes");
        await settles("the quiesce", 180, () => Promise.resolve(!site.guest!.state.mounted));
        killDriverAndEngine(driver.pid);
        await driver.ended;
        await succeeds("cancel");
        assert.deepEqual(await volumes(), all);
        assert.equal((await volume(slot)).VolumeId, before.VolumeId);
        assert.deepEqual([await snapshots(), site.guest!.state.mounted], [[], true]);
        await isWhole(site, STACK, 2);
    });

    it("stopped on request in the downtime: says that the drive is away, and what brings it back @long", async () => {
        const [slot] = await last();
        const all = await volumes();
        const stop = new AbortController();
        const drive = new Drive({ projectDir: site.checkout, stack: STACK, env: site.env, answer: () => true });
        const run = drive.replace({ slot, sizeGiB: 9, how: "snapshot" }, { signal: stop.signal });
        const said: Message[] = [];
        for await (const message of run) {
            said.push(message);
            if (message.code === "DRIVE_I2000" && message.text.includes("detach slot")) stop.abort();
        }
        await assert.rejects(run, { code: "Interrupted" });
        assert.equal(site.guest!.state.mounted, false);
        const left = said.filter(({ code }) => code === "DRIVE_W2018").map(({ text }) => text);
        assert.match(
            left.join(),
            /^the drive is away, .*elastic-drive up goes on, elastic-drive cancel brings it back/,
        );
        const cancelled = await up("cancel");
        assert.equal(cancelled.code, 0, cancelled.stdout);
        assert.match(cancelled.stdout, /DRIVE_I2017.*all that slot \w+ holds is on its own volume/);
        assert.deepEqual([await volumes(), site.guest!.state.mounted], [all, true]);
    });

    for (const [what, limits] of [
        ["EC2 takes no further snapshot", { snapshots: 1 }],
        ["EC2 makes no further volume", { volumes: 3 }],
    ] as const) {
        it(`fails because ${what}: the drive comes back as it was @long`, async () => {
            const [before, all, [slot]] = [await configured(), await volumes(), await last()];
            await lab("limits", limits);
            const failed = await up("replace", slot, "--with", "9GiB", "--how", "snapshot");
            await lab("limits", { snapshots: 100_000, volumes: 5_000 });
            assert.equal(failureOf(failed), "Ec2LimitReached", failed.stdout);
            assert.ok(events(failed).some((event) => event.code === "DRIVE_W2015"));
            assert.ok(
                events(failed).some((event) => event.code === "DRIVE_I2016"),
                "downtime is shown",
            );
            assert.deepEqual((await configured()).slots, before.slots);
            assert.deepEqual([await volumes(), await snapshots()], [all, []]);
            await isWhole(site, STACK, 2);
        });
    }

    const up = (...args: string[]): Promise<Ended> => site.drive(...args, "--stack", STACK, "--yes", "--json");
    const succeeds = (...args: string[]): Promise<void> => site.succeeds(up(...args));
    const lab = (what: "delays" | "limits", values: object): Promise<unknown> =>
        site.control("POST", `/${what}`, values);
    /** A snapshot that a hand has deleted is taken once more. */
    const forgetPending = async (): Promise<void> => {
        await lab("delays", { snapshotPending: 0 });
        const Filters = [{ Name: "status", Values: ["pending"] }];
        const { Snapshots = [] } = await site.ec2.send(new DescribeSnapshotsCommand({ Filters }));
        for (const { SnapshotId } of Snapshots) await site.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    };
    const status = (): Promise<Status> => site.status(STACK);
    const configured = (): Promise<DriveConfig> => site.configured(STACK);
    const found = async () => {
        const isKept = ({ Tags = [] }: Volume): boolean => Tags.some(({ Key }) => Key === TAG.keepHours);
        return (await slotVolumes(site)).filter((one) => !isKept(one));
    };
    const volumes = async (): Promise<string[]> => (await found()).map(({ slot, Size }) => `${slot} ${Size}`);
    const volume = async (slot: string) => (await found()).find((one) => one.slot === slot)!;
    /** The slot with the last name, and its GiB. */
    const last = async (): Promise<[string, number]> => {
        const { slots } = await configured();
        const slot = Object.keys(slots).sort().at(-1)!;
        return [slot, slots[slot]!.sizeGiB];
    };
    /** `final pending` */
    const snapshots = async (): Promise<string[]> => {
        const Filters = [{ Name: "tag-key", Values: [TAG.copy] }];
        const { Snapshots = [] } = await site.ec2.send(new DescribeSnapshotsCommand({ Filters }));
        return Snapshots.map(({ Tags, State }) => `${Tags?.find(({ Key }) => Key === TAG.copy)?.Value} ${State}`);
    };
});
