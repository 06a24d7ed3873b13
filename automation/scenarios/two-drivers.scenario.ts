import * as assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { DRIVE, isWhole } from "./support/census";
import { settles } from "./support/processes";
import { failureOf, ScenarioSite, type Ended } from "./support/site";

const STACK = "two";

describe("two drivers at once", function () {
    this.timeout(600_000);

    it("the second leaves; from an old checkout it waits, leaves, and undoes nothing", async () => {
        const site = await ScenarioSite.open();
        try {
            await site.make(STACK, "ba=2");
            const settings = join(site.checkout, "stacks", `Pulumi.${STACK}.yaml`);
            const old = join(site.folder, "old.yaml");
            copyFileSync(settings, old);

            await site.set(STACK, "share.clients[1]", "10.0.1.22");
            const { calls, takes } = site.guest!.state;
            takes["share"] = 20_000;
            calls.length = 0;
            const first = site.start("up", "--stack", STACK, "--yes");
            // The first one's engine has read its settings and is at work: they may become another checkout's.
            await settles("the share", 180, () => Promise.resolve(calls.includes("share")));
            copyFileSync(old, settings);
            await site.set(STACK, "share.clients[1]", "10.0.1.23");
            const refused = await site.drive("up", "--stack", STACK, "--yes", "--json");
            assert.deepEqual([refused.code, failureOf(refused)], [1, "LeaseHeld"], refused.stdout);
            const second = await site.drive("up", "--stack", STACK, "--yes", "--wait");
            await first.ended;

            assert.equal(second.code, 1, second.stdout + second.stderr);
            assert.match(second.stderr, /\((ChangedMeanwhile|StaleCheckout)\)/);
            assert.deepEqual(await clients(site), ["10.0.1.21/32", "10.0.1.22/32"]);
        } finally {
            await site.close();
        }
    });
});

describe("the lease of a move @long", function () {
    this.timeout(1_200_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.make(STACK, "ba=2,bb=2");
    });
    after(() => site.close());

    it("keeps others out, who see whose it is, may slow the move down, or wait for its end", async () => {
        const { state } = site.guest!;
        const first = await halfWay("replace", "bb", "--with", "4GiB");
        const screen = await site.drive("status", "--stack", STACK);
        assert.match(
            screen.stdout,
            /^now +replace bb by bc, since \d\d:\d\d, by \S+@\S+ +elastic-drive log \| cancel$/m,
        );
        for (const verb of ["up", "rehost"]) {
            const refused = await run(verb);
            assert.equal(failureOf(refused), "LeaseHeld", refused.stdout);
        }
        await site.succeeds(run("preview"));
        await site.succeeds(run("pace", "20"));
        const second = run("up", "--wait");
        state.calls.length = 0;
        await settles("the second's look", 60, () => Promise.resolve(state.calls.filter(isLook).length > 1));
        state.members.filter(({ leaving }) => leaving).forEach((member) => (member.used = 0)); // the job has ended
        await site.succeeds(first.ended);
        const waited = await second;
        assert.equal(waited.code, 0, waited.stdout);
        assert.match(waited.stdout, /waiting for the end of replace bb by bc/);
        assert.equal(state.lease, "");
        await isWhole(site, STACK, 2);
    });

    it("is taken over by cancel: who held it says so and undoes nothing", async () => {
        const { state } = site.guest!;
        const first = await halfWay("replace", "bc", "--with", "6GiB");
        Object.assign(state, { moves: true });
        state.takes["let-go"] = 35_000; // longer than between two looks of the first
        await site.succeeds(run("cancel"));
        delete state.takes["let-go"];
        const ended = await first.ended;
        assert.deepEqual([ended.code, failureOf(ended)], [1, "LeaseLost"], ended.stdout);
        await isWhole(site, STACK, 2);
    });

    it("of another machine counts until it ends by itself", async () => {
        const { state } = site.guest!;
        const uptime = 60;
        const lease = { id: "theirs", holder: "alice@build-7", pid: 42, operation: "replace bc by bd" };
        const until = (expires: number): string =>
            JSON.stringify({ ...lease, since: new Date().toISOString(), expires });
        state.lease = until(uptime + 1);
        const refused = await run("up");
        assert.match(refused.stdout, /replace bc by bd is under way since .* by alice@build-7 \(pid 42\)/);
        state.lease = until(uptime);
        await site.succeeds(run("up"));
    });

    const isLook = (verb: string): boolean => verb === "observe";
    const run = (...args: string[]): Promise<Ended> => site.drive(...args, "--stack", STACK, "--yes", "--json");
    /** A driver that watches a move which does not come to its end. */
    const halfWay = async (...args: string[]): Promise<{ ended: Promise<Ended> }> => {
        const { state } = site.guest!;
        state.moves = false;
        const driver = run(...args);
        const moving = (): boolean => state.members.some(({ leaving, bytes, used }) => leaving && used < bytes);
        await settles("the move", 180, () => Promise.resolve(moving() && state.lease !== ""));
        return { ended: driver };
    };
});

/** Who may come to NFS, as EC2 has it. */
async function clients({ ec2 }: ScenarioSite): Promise<string[]> {
    const Filters = [{ Name: `tag:${TAG.drive}`, Values: [DRIVE] }];
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    return SecurityGroupRules.filter(({ FromPort }) => FromPort === 2049)
        .map(({ CidrIpv4 }) => CidrIpv4!)
        .sort();
}
