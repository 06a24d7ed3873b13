import * as assert from "node:assert/strict";
import { CreateVolumeCommand, DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { DRIVE } from "./support/census";
import { killDriverAndEngine, settles } from "./support/processes";
import { events, failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "collecting";
const HOUR_MS = 3_600_000;
const hence = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

describe("gc", function () {
    this.timeout(300_000);
    let site: ScenarioSite;
    let staying: string[];
    let nonce: string;
    before(async () => {
        site = await ScenarioSite.open();
        await site.init(STACK, "ba=2,bb=2");
        nonce = (await site.configured(STACK)).nonce!;
        staying = [
            await keep("be", { [TAG.keptUntil]: hence(1) }),
            await keep("bf", {}), // until when was not written yet
            await keep("bg", { [TAG.keptUntil]: hence(-1), [TAG.drive]: "another" }),
            await keep("bh", { [TAG.keptUntil]: "yesterday" }),
            await keep("bi", { [TAG.keptUntil]: hence(-1), [TAG.nonce]: "f000000000000000" }), // of another stack
        ].sort();
    });
    after(() => site.close());

    it("asks, and deletes nothing where nobody can be asked", async () => {
        const due = await keep("bc", { [TAG.keptUntil]: hence(-1) });
        const unasked = await site.drive("gc", "--stack", STACK, "--json");
        assert.equal(failureOf(unasked), "ConfirmationNeeded", unasked.stdout);
        assert.deepEqual(await volumes(), [...staying, due].sort());
    });

    it("deletes the kept volumes that are due, and no other; a lost reply is no failure", async () => {
        const due = (await volumes()).filter((id) => !staying.includes(id));
        due.push(await keep("bd", { [TAG.keptUntil]: hence(-24) }));
        await site.succeeds(site.lab("fault", "add", "DeleteVolume", "lost-after", "--count", "1"));
        const ended = await gc();
        assert.deepEqual([ended.code, deleted(ended)], [0, due.sort()], ended.stdout);
        assert.deepEqual(await volumes(), staying);
        const again = events(await gc()).at(-1)!;
        assert.deepEqual([again.code, again.text], ["DRIVE_I1002", "no kept volume and no backup set is due"]);
    });

    it("killed between two volumes: the same command deletes the others", async () => {
        for (const slot of ["bc", "bd", "bj"]) await keep(slot, { [TAG.keptUntil]: hence(-1) });
        const left = async (): Promise<string[]> => (await volumes()).filter((id) => !staying.includes(id));
        await site.succeeds(site.lab("fault", "add", "DeleteVolume", "error", "--skip", "1", "--count", "40"));
        const driver = site.start("gc", "--stack", STACK, "--yes");
        await settles("the first deletion", 60, async () => (await left()).length < 3);
        killDriverAndEngine(driver.pid);
        await driver.ended;
        await site.succeeds(site.lab("fault", "clear"));
        const others = await left();
        assert.equal(others.length, 2);
        assert.deepEqual(deleted(await gc()), others);
        assert.deepEqual(await volumes(), staying);
    });

    const gc = (): Promise<Ended> => site.drive("gc", "--stack", STACK, "--yes", "--json");
    const deleted = (ended: Ended): string[] => [...events<{ deleted: string[] }>(ended).at(-1)!.data!.deleted].sort();

    /** A volume as a retired slot leaves it behind. */
    const keep = async (slot: string, more: Record<string, string>): Promise<string> => {
        const tags = { [TAG.drive]: DRIVE, [TAG.nonce]: nonce, [TAG.slot]: slot, [TAG.keepHours]: "24", ...more };
        const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        const TagSpecifications = [{ ResourceType: "volume" as const, Tags }];
        const wish = { AvailabilityZone: "us-east-1a", Size: 2, VolumeType: "gp3" as const, TagSpecifications };
        return (await site.ec2.send(new CreateVolumeCommand(wish))).VolumeId!;
    };
    const volumes = async (): Promise<string[]> => {
        const Filters = [{ Name: "tag-key", Values: [TAG.keepHours] }];
        const { Volumes = [] } = await site.ec2.send(new DescribeVolumesCommand({ Filters }));
        return Volumes.map(({ VolumeId }) => VolumeId!).sort();
    };
});
