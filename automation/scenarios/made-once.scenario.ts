import * as assert from "node:assert/strict";
import {
    DeleteVolumeCommand,
    DescribeInstancesCommand,
    DescribeVolumesCommand,
    DetachVolumeCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { GUEST_COMMAND } from "../../infra/guest/call";
import { failureOf, ScenarioSite, type Ended } from "./support/site";
import { settles } from "./support/processes";

/** The real scripts are proved on machines (lab/acceptance); here it is the engine that must send the right text. */
describe("a drive that was made once", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    beforeEach(async () => (site = await ScenarioSite.open()));
    afterEach(() => site.close());

    const up = (stack: string, ...more: string[]): Promise<Ended> =>
        site.pulumi("up", "--refresh", "--yes", "--skip-preview", "-s", stack, ...more);
    const asked = (): string | undefined => site.guest!.state.asked.at(-1);

    it("is not formatted again after the up that formatted failed, and all was lost; status names what is blank", async () => {
        await site.init("failed", "ba=2");
        const { state } = site.guest!;
        state.fails.add("share");
        assert.notEqual((await up("failed")).code, 0);
        assert.deepEqual([state.asked, state.formats], [["make"], 1]);
        state.fails.clear();

        await loseVolumes(1);
        await loseServer();
        const refused = await up("failed");
        assert.notEqual(refused.code, 0);
        assert.match(refused.stdout + refused.stderr, /\(DriveGone\)/);
        assert.deepEqual([asked(), state.formats, state.clients], ["", 1, []]);

        const [blank] = await volumes();
        const status = await site.status("failed");
        assert.match(status.next.join("\n"), new RegExp(`no group on ${blank} \\(slot ba\\).*describe-volumes`));
        const driver = await site.drive("up", "--stack", "failed", "--yes", "--json");
        assert.deepEqual([driver.code, failureOf(driver)], [1, "DriveGone"]);
        assert.deepEqual(await volumes(), [blank], "left as it is");
    });

    it("not with a state of the program before, which replaced the command on a new server @long", async () => {
        await site.make("old", "ba=2,bb=2");
        const { state } = site.guest!;
        await asBefore("old");
        await loseServer();
        const again = await up("old");
        assert.equal(again.code, 0, again.stdout + again.stderr);
        assert.deepEqual([asked(), state.formats], ["", 1], "updated, and it may not format");
        assert.match(await outputs("old"), new RegExp(state.group));
        await site.succeeds(site.drive("up", "--stack", "old", "--yes"));
        assert.equal((await site.configured("old")).made, state.group);

        await asBefore("old");
        await loseServer();
        await loseVolumes(1);
        assert.match((await up("old")).stdout, /\(VolumeMissing\)/);
        await loseVolumes(2);
        await refusesToMake("old");
    });

    it("not where the state has lost the command, nor where it is told to run it anew, by the outputs alone @long", async () => {
        await site.init("records", "ba=2");
        await site.succeeds(up("records"));
        const { state } = site.guest!;
        const urn = await urnOf("records");
        await site.succeeds(up("records", "--replace", urn));
        assert.deepEqual([asked(), state.formats], [`made ${state.group}`, 1], "a healthy drive finds its work done");
        await loseVolumes(1);
        await loseServer();
        await refusesToMake("records", "--replace", urn);
        await site.succeeds(site.pulumi("state", "delete", urn, "--target-dependents", "--yes", "-s", "records"));
        await refusesToMake("records");
        assert.equal(asked(), `made ${state.group}`);
    });

    async function refusesToMake(stack: string, ...more: string[]): Promise<void> {
        const { state } = site.guest!;
        const before = state.formats;
        const refused = await up(stack, ...more);
        assert.notEqual(refused.code, 0);
        assert.match(refused.stdout + refused.stderr, /\(DriveGone\)/);
        assert.equal(state.formats, before);
    }

    async function urnOf(stack: string): Promise<string> {
        const { stdout } = await site.pulumi("stack", "--show-urns", "-s", stack);
        return /urn:pulumi:\S+content-volume-group(?=\s)/g.exec(
            stdout.replace(/\S+VolumeGroup::content-volume-group\s/g, " "),
        )![0];
    }

    async function outputs(stack: string): Promise<string> {
        return (await site.pulumi("stack", "output", "group", "-s", stack)).stdout;
    }

    /** What the program of 9109358 left: the command with triggers, one text, and an answer without the group; no output of it. */
    async function asBefore(stack: string): Promise<void> {
        const { stdout } = await site.pulumi("stack", "export", "-s", stack);
        const whole = JSON.parse(stdout) as { deployment: { resources: Exported[] } };
        for (const { urn, inputs, outputs: given } of whole.deployment.resources) {
            if (urn.includes("pulumi:pulumi:Stack::")) delete given!["group"];
            if (!urn.endsWith("remote:Command::content-volume-group")) continue;
            for (const props of [inputs!, given!]) {
                delete props["update"];
                Object.assign(props, { create: GUEST_COMMAND, triggers: ["i-0123456789abcdef0", "vai-1"] });
            }
            given!["stdout"] = "{}";
        }
        await imports(stack, whole);
    }

    async function imports(stack: string, whole: object): Promise<void> {
        const { writeFile } = await import("node:fs/promises");
        const file = `${site.folder}/state.json`;
        await writeFile(file, JSON.stringify(whole));
        await site.succeeds(site.pulumi("stack", "import", "--file", file, "-s", stack));
    }

    async function loseServer(): Promise<void> {
        const { Reservations = [] } = await site.ec2.send(new DescribeInstancesCommand({}));
        const InstanceIds = Reservations.flatMap(({ Instances = [] }) =>
            Instances.map(({ InstanceId }) => InstanceId!),
        );
        await site.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
        await settles("the server's end", 60, async () => {
            const found = await site.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
            return found.Reservations!.every(({ Instances = [] }) =>
                Instances.every((one) => one.State?.Name === "terminated"),
            );
        });
        site.guest!.state.mounted = false;
        site.guest!.state.clients = [];
    }

    async function volumes(): Promise<string[]> {
        const Filters = [{ Name: "tag-key", Values: ["elastic-drive:slot"] }];
        const { Volumes = [] } = await site.ec2.send(new DescribeVolumesCommand({ Filters }));
        return Volumes.map(({ VolumeId }) => VolumeId!).sort();
    }

    /** Deleted behind the drive's back, detached first where one is attached. */
    async function loseVolumes(count: number): Promise<void> {
        for (const VolumeId of (await volumes()).slice(0, count)) {
            await site.ec2.send(new DetachVolumeCommand({ VolumeId })).catch(() => undefined); // on no server any more
            await settles("its detachment", 60, async () => {
                const { Volumes = [] } = await site.ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }));
                return Volumes[0]?.State === "available";
            });
            await site.ec2.send(new DeleteVolumeCommand({ VolumeId }));
        }
    }
});

interface Exported {
    readonly urn: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
}
