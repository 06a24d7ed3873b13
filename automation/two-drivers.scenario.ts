import * as assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import { TAG } from "../infra/model/names";
import { DRIVE } from "./testing/census";
import { ScenarioSite } from "./testing/site";

const STACK = "two";

describe("two drivers at once", function () {
    this.timeout(600_000);

    it("the second, from an old checkout, waits, leaves, and undoes nothing", async () => {
        const site = await ScenarioSite.open();
        try {
            await site.init(STACK, "ba=2");
            await site.succeeds(site.drive("up", "--stack", STACK, "--yes"));
            const settings = join(site.checkout, "stacks", `Pulumi.${STACK}.yaml`);
            const old = join(site.folder, "old.yaml");
            copyFileSync(settings, old);

            await site.set(STACK, "share.clients[1]", "10.0.1.22");
            const { calls, takes } = site.guest!.state;
            takes["share"] = 20_000;
            calls.length = 0;
            const first = site.start("up", "--stack", STACK, "--yes");
            // The first one's engine has read its settings and is at work: they may become another checkout's.
            while (!calls.includes("share")) await new Promise((resolve) => setTimeout(resolve, 50));
            copyFileSync(old, settings);
            await site.set(STACK, "share.clients[1]", "10.0.1.23");
            const second = await site.drive("up", "--stack", STACK, "--yes");
            await first.ended;

            assert.equal(second.code, 1, second.stdout + second.stderr);
            assert.match(second.stderr, /\((ChangedMeanwhile|StaleCheckout)\)/);
            assert.deepEqual(await clients(site), ["10.0.1.21/32", "10.0.1.22/32"]);
        } finally {
            await site.close();
        }
    });
});

/** Who may come to NFS, as EC2 has it. */
async function clients({ ec2 }: ScenarioSite): Promise<string[]> {
    const Filters = [{ Name: `tag:${TAG.drive}`, Values: [DRIVE] }];
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    return SecurityGroupRules.filter(({ FromPort }) => FromPort === 2049)
        .map(({ CidrIpv4 }) => CidrIpv4!)
        .sort();
}
