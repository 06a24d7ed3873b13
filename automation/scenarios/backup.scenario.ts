import * as assert from "node:assert/strict";
import { DescribeSnapshotsCommand, type Snapshot } from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { DRIVE } from "./support/census";
import { failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "backup";

describe("backup sets", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.make(STACK, "ba=2,bb=3");
    });
    after(() => site.close());

    const drive = (...args: string[]): Promise<Ended> => site.drive(...args, "--stack", STACK);
    const snapshots = async (): Promise<Snapshot[]> => {
        const Filters = [{ Name: `tag:${TAG.drive}`, Values: [DRIVE] }];
        return (await site.ec2.send(new DescribeSnapshotsCommand({ Filters }))).Snapshots ?? [];
    };
    const sets = async (): Promise<{ set: string; state: string; consistency: string; reasons: string[] }[]> => {
        const { stdout } = await drive("backups", "--json");
        const line = stdout.split("\n").find((text) => text.includes("DRIVE_I3012"))!;
        return (JSON.parse(line) as { data: { sets: Awaited<ReturnType<typeof sets>> } }).data.sets;
    };

    it("has none, and says so to who watches", async () => {
        const checked = await drive("backups", "--check");
        assert.deepEqual([checked.code, checked.stdout.trim()], [4, "no sets"]);
        assert.equal(failureOf(await drive("backup", "--due", "--json")), "NoBackupDeclared");
        assert.equal(failureOf(await drive("backups", "20261127T104000Z-3f9a", "--json")), "NoSuchSet");
        assert.equal(failureOf(await drive("backup", "--freeze", "perhaps", "--json")), "Usage");
        assert.deepEqual(await snapshots(), []);
    });

    it("takes one of all volumes at one instant, frozen, with its map in every member's tags", async () => {
        const taken = await drive("backup", "--wait");
        assert.equal(taken.code, 0, taken.stderr);
        assert.match(taken.stdout, /set \S+ of 2 volumes, completed \(frozen\), writers waited \d+\.\d s at most/);
        const made = await snapshots();
        assert.deepEqual([made.length, new Set(made.map(({ StartTime }) => StartTime?.getTime())).size], [2, 1]);
        const [one, other] = made.map(({ Tags = [] }) => Tags.map(({ Key, Value }) => `${Key}=${Value}`).sort());
        assert.deepEqual(one, other);
        const [{ state, consistency } = { state: "", consistency: "" }] = await sets();
        assert.deepEqual([state, consistency], ["good", "frozen"]);
        const screen = await drive("backups");
        assert.ok(screen.stdout.split("\n").every((line) => line.length <= 100));
        assert.match(screen.stdout, /^1 set: 1 good$/m);
    });

    it("takes none while the newest is young enough, and never two of a drive at once", async () => {
        await site.set(STACK, "backup.everyHours", "24");
        const due = await drive("backup", "--due");
        assert.deepEqual([due.code, /nothing to do: the newest good set is/.test(due.stdout)], [0, true], due.stderr);
        assert.equal((await drive("backups", "--check")).code, 0);
        const both = await Promise.all([drive("backup", "--freeze", "never"), drive("backup", "--freeze", "never")]);
        assert.ok(
            both.every(({ code }) => code === 0 || code === 3),
            both.map(({ stderr }) => stderr).join("\n"),
        );
        assert.ok((await sets()).every(({ state }) => state === "good"));
    });

    it("is weaker than required, or none, by its exit code", async () => {
        site.guest!.state.notFrozen = "a sync takes 9 s";
        const before = (await snapshots()).length;
        const required = await drive("backup", "--freeze", "required");
        assert.equal(required.code, 3, required.stderr);
        assert.match(required.stdout + required.stderr, /no set was taken: .*a sync takes 9 s/);
        assert.equal((await snapshots()).length, before);
        const preferred = await drive("backup");
        assert.deepEqual([preferred.code, /\(crash: a sync takes 9 s\)/.test(preferred.stdout)], [0, true]);
        site.guest!.state.notFrozen = "";
    });

    it("whose reply is lost is found, and claims nothing", async () => {
        await site.succeeds(site.lab("fault", "add", "CreateSnapshots", "lost-after"));
        const taken = await drive("backup");
        assert.equal(taken.code, 0, taken.stderr);
        assert.match(taken.stdout, /\(crash: EC2's answer was lost\)/);
        const [newest] = await sets();
        assert.deepEqual([newest?.state, newest?.consistency], ["good", "crash"]);
    });

    it("takes none where no server answers, and says what is in its way", async () => {
        site.guest!.state.mounted = false;
        assert.equal(failureOf(await drive("backup", "--json")), "NotMounted");
        site.guest!.state.mounted = true;
    });
});
