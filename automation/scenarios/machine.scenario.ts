import * as assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstancesCommand, DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import type { Fault } from "../../infra/model/errors";
import type { Ended } from "./support/site";
import { events, failureOf, ScenarioSite } from "./support/site";

const STACK = "machine";

describe("the machine is judged before anything is made", function () {
    this.timeout(300_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
    });
    /** Each test finds the settings as `init` wrote them, whatever became of the one before. */
    let good: string | undefined;
    afterEach(() => {
        const file = join(site.checkout, "stacks", `Pulumi.${STACK}.yaml`);
        good ??= readFileSync(file, "utf8");
        writeFileSync(file, good);
    });
    after(() => site.close());

    const faultsOf = (ended: Ended): string[] =>
        (events<{ faults?: Fault[] }>(ended).at(-1)?.data?.faults ?? []).map(
            ({ path, reason }) => `${path}: ${reason}`,
        );
    const init = (stack: string, type: string, ...more: string[]): Promise<Ended> => {
        const flags = "--name other --clients 10.0.0.0/16 --ssh-from 10.0.0.0/8 --json".split(" ");
        const slots = more.includes("--slots") ? [] : ["--slots", "ba=2"];
        return site.drive("init", "--stack", stack, "--instance-type", type, ...flags, ...slots, ...more);
    };
    /** Refused with exactly these faults, and no stack is written. */
    const refuses = async (expected: readonly RegExp[], type: string, ...more: string[]): Promise<void> => {
        const ended = await init("none", type, ...more);
        assert.deepEqual([failureOf(ended), ended.code], ["InvalidInput", 2], ended.stdout + ended.stderr);
        const faults = faultsOf(ended);
        assert.equal(faults.length, expected.length, faults.join("\n"));
        expected.forEach((reason, i) => assert.match(faults[i]!, reason));
        assert.ok(!existsSync(join(site.checkout, "stacks", "Pulumi.none.yaml")));
    };
    const image = async (): Promise<string> => (await site.configured(STACK)).server.imageId;
    const made = async (): Promise<unknown> => {
        const { Reservations = [] } = await site.ec2.send(new DescribeInstancesCommand({}));
        const { Volumes = [] } = await site.ec2.send(new DescribeVolumesCommand({}));
        const servers = Reservations.flatMap(({ Instances = [] }) => Instances);
        return [servers.map(({ InstanceId, State, Tags }) => [InstanceId, State?.Name, Tags]), Volumes.length];
    };

    it("init: Xen, too few attachments, a zone without the type, a zone that is none", async () => {
        await site.init(STACK, "ba=2,bb=2");
        const four = ["--slots", "ba=2,bb=2,bc=2,bd=2"];
        await refuses([/has 3 attachments, 6 are needed \(4 of slots/], "d3.8xlarge", ...four);
        await refuses([/no vt1\.3xlarge in us-east-1b; it does in us-east-1a$/], "vt1.3xlarge", "--zone", "us-east-1b");
        await refuses([/^zone: .* did you mean 'us-east-1a'\?$/, /Xen/], "t2.micro", "--zone", "us-eastt-1a");
    });

    it("init: an image of another architecture, named with the type's; none of the type's own, said as that", async () => {
        const both = /^server\.imageId: image ami-\w+ \(debian-13-amd64-lab\) is x86_64, a t4g\.medium is arm64$/;
        await refuses([both], "t4g.medium", "--image", await image());
        const none = await init("none", "t4g.medium");
        assert.deepEqual([failureOf(none), none.code], ["ImageNotFound", 1], none.stdout);
        assert.match(none.stdout, /debian-13-arm64-\*.*a t4g\.medium is arm64/);
    });

    it("init: without a zone, the one that has the type", async () => {
        const ended = await init("elsewhere", "trn1.32xlarge");
        assert.equal(ended.code, 0, ended.stdout + ended.stderr);
        assert.equal((await site.configured("elsewhere")).zone, "us-east-1b");
    });

    it("preview and up of a drive that is not made yet, and nothing is made", async () => {
        const before = await made();
        await site.set(STACK, "server.instanceType", "t4g.medium");
        for (const args of [["preview"], ["up", "--yes"]]) {
            const ended = await site.drive(...args, "--json", "--stack", STACK);
            assert.deepEqual([failureOf(ended), ended.code], ["InvalidInput", 2], ended.stdout + ended.stderr);
            assert.match(faultsOf(ended).join("\n"), /^server\.imageId: .* is x86_64, a t4g\.medium is arm64$/);
        }
        assert.deepEqual(await made(), before);
    });

    it("rehost to a machine that cannot be: refused while the server works, which stays as it was", async () => {
        await site.succeeds(site.drive("up", "--yes", "--stack", STACK));
        const before = await made();
        for (const [type, reason] of [
            ["t4g.medium", /is x86_64, a t4g\.medium is arm64/],
            [
                "d3.8xlarge",
                /it has 3 attachments, 4 are needed \(2 of slots, one for the root volume, one for a volume/,
            ],
        ] as const) {
            await site.set(STACK, "server.instanceType", type);
            const ended = await site.drive("rehost", "--yes", "--json", "--stack", STACK);
            assert.deepEqual([failureOf(ended), ended.code], ["InvalidInput", 2], ended.stdout + ended.stderr);
            assert.match(faultsOf(ended)[0]!, reason);
            assert.deepEqual(await made(), before);
        }
        const shown = await site.drive("preview", "--json", "--stack", STACK);
        assert.match(faultsOf(shown)[0]!, /it has 3 attachments/);
    });

    it("a change that is not agreed to leaves the settings byte for byte", async () => {
        const file = join(site.checkout, "stacks", `Pulumi.${STACK}.yaml`);
        const text = readFileSync(file, "utf8")
            .replace(/^( +)slots:/m, "$1# small, until the films come\n$1slots:")
            .replace(/^( +)bb:/m, "$1bb: # the second");
        writeFileSync(file, `# ours\n${text}\n\n# the end`);
        const before = readFileSync(file, "utf8");
        assert.match(before, /until the films come[\s\S]*# the second/);
        const asked = await site.drive("change", "bb", "--size", "4GiB", "--json", "--stack", STACK);
        assert.equal(failureOf(asked), "ConfirmationNeeded", asked.stdout);
        assert.equal(readFileSync(file, "utf8"), before);
    });
});
