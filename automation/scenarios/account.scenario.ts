import * as assert from "node:assert/strict";
import {
    CreateSnapshotCommand,
    CreateVolumeCommand,
    DescribeTagsCommand,
    DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { DRIVE, isWhole, slotVolumes } from "./support/census";
import { killDriverAndEngine, settles } from "./support/processes";
import { events, failureOf, ScenarioSite } from "./support/site";

const STACK = "account";
const OURS = "123456789012";
const OTHER = "210987654321";

/** One of each kind: all of them begin with the configuration (`Session.configured`). */
const COMMANDS: readonly (readonly string[])[] = [
    ["status"],
    ["up"],
    ["gc"],
    ["rehost"],
    ["destroy", "--name", `${STACK}/${DRIVE}`],
];

describe("the right account", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.init(STACK, "ba=2,bb=2");
    });
    after(() => site.close());

    const up = () => site.drive("up", "--stack", STACK, "--yes", "--json");
    const get = async (key: string): Promise<string> =>
        (await site.pulumi("config", "get", "-s", STACK, ...key.split(" "))).stdout.trim();
    const asAnother = async <T>(work: () => Promise<T>): Promise<T> => {
        site.env["AWS_ACCESS_KEY_ID"] = OTHER;
        return work().finally(() => (site.env["AWS_ACCESS_KEY_ID"] = "lab"));
    };
    /** What bears the drive's name and does not bear its nonce. */
    const without = async (nonce: string): Promise<string[]> => {
        const find = async (Key: string, Value: string): Promise<string[]> => {
            const Filters = [
                { Name: "key", Values: [Key] },
                { Name: "value", Values: [Value] },
            ];
            const { Tags = [] } = await site.ec2.send(new DescribeTagsCommand({ Filters }));
            return Tags.map(({ ResourceId }) => ResourceId!);
        };
        const [drive, marked] = await Promise.all([find(TAG.drive, DRIVE), find(TAG.nonce, nonce)]);
        assert.ok(drive.length > 8, `${drive.length} things bear the drive's name`);
        return drive.filter((id) => !marked.includes(id));
    };

    it("is written by init, for the driver and for the provider", async () => {
        const { account, nonce } = await site.configured(STACK);
        assert.deepEqual([String(account), await get("aws:allowedAccountIds")], [OURS, `["${OURS}"]`]);
        assert.match(nonce!, /^[a-f][0-9a-f]{15}$/);
    });

    it("bears the drive's nonce on everything from the creating call on", async () => {
        await site.succeeds(up());
        const { nonce } = await site.configured(STACK);
        assert.deepEqual(await without(nonce!), []);
        assert.equal((await site.control<Record<string, number>>("GET", "/calls"))["CreateTags"], undefined);
    });

    it("with another's credentials every command says AccountDiffers, and EC2 is not called", async () => {
        await site.control("DELETE", "/calls");
        await asAnother(async () => {
            const ended = await Promise.all(
                COMMANDS.map((args) => site.drive(...args, "--stack", STACK, "--json", "--yes")),
            );
            const codes = ended.map((one, at) => [COMMANDS[at]![0], failureOf(one)]);
            assert.deepEqual(
                codes,
                COMMANDS.map(([name]) => [name, "AccountDiffers"]),
            );
            assert.match(events(ended[0]!).at(-1)!.text, new RegExp(`${OTHER}.*${OURS}`, "s"));
        });
        const { DescribeAddresses: _ours, ...calls } = await site.control<Record<string, number>>("GET", "/calls");
        assert.deepEqual(calls, {}, "but for the fake server's, which looks for its address");
    });

    it("refuses plain pulumi up, refresh and destroy with another's credentials too, and nothing of EC2's is lost from the state", async () => {
        const before = (await site.pulumi("stack", "export", "-s", STACK)).stdout;
        await asAnother(async () => {
            for (const args of [["up"], ["up", "--refresh"], ["refresh"]]) {
                const plain = await site.pulumi(...args, "--yes", "--skip-preview", "-s", STACK);
                assert.notEqual(plain.code, 0, args.join(" "));
                assert.match(plain.stdout + plain.stderr, new RegExp(`AWS account ID not allowed: ${OTHER}`));
            }
        });
        const ids = (text: string): string[] => [...text.matchAll(/"id": "([^"]+)"/g)].map((match) => match[1]!);
        const now = async (): Promise<string[]> => ids((await site.pulumi("stack", "export", "-s", STACK)).stdout);
        assert.deepEqual(await now(), ids(before));

        await asAnother(async () => {
            const plain = await site.pulumi("destroy", "--yes", "--skip-preview", "-s", STACK);
            assert.notEqual(plain.code, 0);
            // Whichever the engine asks first.
            assert.match(plain.stdout + plain.stderr, new RegExp(`AWS account ID not allowed: ${OTHER}|protected`));
        });
        // It forgets the commands first, which have nothing in EC2: the next up makes them anew.
        const ofEc2 = (all: readonly string[]): string[] => all.filter((id) => /^[a-z]+-[0-9a-f]{8,17}$/.test(id));
        assert.ok(ofEc2(ids(before)).length >= 6, before);
        assert.deepEqual(ofEc2(await now()), ofEc2(ids(before)));
    });

    it("pull asks EC2 nothing, so it goes whoever the credentials are of", async () => {
        await asAnother(() => site.succeeds(site.drive("pull", "--stack", STACK, "--yes")));
    });

    describe("of a drive that an older version made", () => {
        const makeOld = async (): Promise<void> => {
            for (const path of ["account", "nonce"])
                await site.succeeds(site.pulumi("config", "rm", "--path", `elastic-drive:drive.${path}`, "-s", STACK));
            await site.succeeds(site.pulumi("config", "rm", "aws:allowedAccountIds", "-s", STACK));
            await site.succeeds(site.pulumi("up", "--yes", "--skip-preview", "-s", STACK));
        };

        it("plain pulumi up works as it did: nothing bears a nonce", async () => {
            await makeOld();
            const { Tags = [] } = await site.ec2.send(
                new DescribeTagsCommand({ Filters: [{ Name: "key", Values: [TAG.nonce] }] }),
            );
            assert.deepEqual(Tags, []);
            assert.equal((await site.status(STACK)).next.length, 0);
        });

        it("up with another's credentials does not write that one's number", async () => {
            await asAnother(async () => assert.equal(failureOf(await up()), "AccountUnproven"));
            assert.equal((await site.configured(STACK)).account, undefined);
        });

        it("declined: the configuration is as it was", async () => {
            const before = await site.configured(STACK);
            const asked = await site.drive("up", "--stack", STACK, "--json");
            assert.notEqual(asked.code, 0);
            assert.deepEqual(await site.configured(STACK), before);
            assert.equal(await get("aws:allowedAccountIds"), "");
        });

        it("killed while it tags: the same command goes on, and everything bears the nonce", async () => {
            await site.succeeds(site.lab("fault", "add", "CreateTags", "error", "--skip", "2", "--count", "40"));
            const driver = site.start("up", "--stack", STACK, "--yes");
            await settles("some tags", 180, async () => {
                const calls = await site.control<Record<string, number>>("GET", "/calls");
                return (calls["CreateTags"] ?? 0) > 2;
            });
            killDriverAndEngine(driver.pid);
            await driver.ended;
            await site.succeeds(site.lab("fault", "clear"));
            const { nonce } = await site.configured(STACK);
            assert.notDeepEqual(await without(nonce!), []);
            await site.succeeds(up());
            const now = await site.configured(STACK);
            assert.deepEqual([now.nonce, String(now.account)], [nonce, OURS]);
            assert.equal(await get("aws:allowedAccountIds"), `["${OURS}"]`);
            assert.deepEqual(await without(nonce!), []);
            await isWhole(site, STACK, 2);
            assert.equal((await site.drive("up", "--stack", STACK, "--yes", "--json")).code, 0);
            assert.deepEqual(await site.configured(STACK), now);
        });
    });

    describe("things with the drive's tags", () => {
        const create = async (slot: string, size: number, more: object, nonce?: string): Promise<string> => {
            const tags = { Name: `${DRIVE}-${slot}`, [TAG.drive]: DRIVE, [TAG.slot]: slot, [TAG.nonce]: nonce ?? "" };
            const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
            const input = {
                AvailabilityZone: "us-east-1a",
                Size: size,
                VolumeType: "gp3",
                Encrypted: true,
                ...more,
            } as const;
            const TagSpecifications = [{ ResourceType: "volume" as const, Tags }];
            return (await site.ec2.send(new CreateVolumeCommand({ ...input, TagSpecifications }))).VolumeId!;
        };
        const there = async (id: string): Promise<boolean> => {
            const { Volumes = [] } = await site.ec2.send(new DescribeVolumesCommand({}));
            return Volumes.some(({ VolumeId }) => VolumeId === id);
        };
        const ask = async (slot: string, size: number): Promise<void> => {
            await site.set(STACK, `slots.${slot}.sizeGiB`, String(size));
            await site.set(STACK, `slots.${slot}.type`, "gp3");
        };

        it("a leftover that is not as wanted is refused by the driver, whatever its engine would do, and adopted once it is", async () => {
            const { nonce } = await site.configured(STACK);
            const id = await create("bc", 3, {}, nonce);
            await ask("bc", 2);
            const refused = await up();
            assert.equal(failureOf(refused), "LeftoverDiffers", refused.stdout);
            await ask("bc", 3);
            await site.succeeds(up());
            assert.equal((await slotVolumes(site)).find(({ slot }) => slot === "bc")?.VolumeId, id);
            await isWhole(site, STACK, 3);
        });

        it("a restore, and a volume of a foreign nonce, are named and left alone by up and destroy; destroy says where it is", async () => {
            const { nonce } = await site.configured(STACK);
            const [source] = await slotVolumes(site);
            const snapshot = await site.ec2.send(new CreateSnapshotCommand({ VolumeId: source!.VolumeId }));
            const restored = await create("ba", 2, { SnapshotId: snapshot.SnapshotId }, nonce);
            const foreign = await create("bd", 2, {}, "f000000000000000");
            await ask("bd", 2);
            await site.succeeds(up());
            const { leaked, next } = await site.status(STACK);
            assert.deepEqual(leaked.map(({ id }) => id).sort(), [restored, foreign].sort());
            assert.match(leaked.find(({ id }) => id === restored)!.note, /restored it with the tags of another/);
            assert.deepEqual(next, []);

            const destroy = (name: string) =>
                site.drive("destroy", "--stack", STACK, "--yes", "--json", "--name", name);
            const short = await destroy(DRIVE);
            assert.equal(failureOf(short), "ConfirmationNeeded", short.stdout);
            const said = events(short).at(-1)!;
            for (const word of [
                STACK,
                OURS,
                "us-east-1",
                source!.VolumeId!,
                "2 GiB",
                restored,
                "no good backup set",
                `--name ${STACK}/${DRIVE}`,
            ])
                assert.ok(JSON.stringify(said).includes(word), `${word}: ${JSON.stringify(said)}`);
            await site.succeeds(destroy(`${STACK}/${DRIVE}`));
            assert.deepEqual([await there(restored), await there(foreign)], [true, true]);
            assert.deepEqual(
                (await slotVolumes(site)).map(({ VolumeId }) => VolumeId).sort(),
                [restored, foreign].sort(),
            );
        });

        it("a stack that knows of nothing beside them makes no second drive", async () => {
            assert.equal(failureOf(await up()), "DriveNotOurs");
        });
    });
});
