import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { editSettings, leaves, readConfig, settingsFile } from "./config";
import { judgeLock } from "./lock";
import { isAlive } from "../io/process";
import { EngineNotes } from "./notes";
import { desired as settled } from "../reconcile/testing";
import { commandUrns, readDeployment, rootUrn } from "./state";
import { checkVersion, MINIMUM_ENGINE } from "./version";

describe("the engine's version", () => {
    it("is accepted from the minimum on", () => {
        assert.equal(checkVersion(`v${MINIMUM_ENGINE}\n`), MINIMUM_ENGINE);
        assert.equal(checkVersion("v4.0.0-alpha.1"), "4.0.0");
    });
    for (const [printed, code] of [
        ["v3.99.0", "EngineTooOld"],
        ["v2.200.0", "EngineTooOld"],
        ["hello", "EngineUnknown"],
    ] as const) {
        it(`'${printed}' is ${code}, and the minimum is named`, () => {
            assert.throws(
                () => checkVersion(printed),
                (error: Error & { details: { hint: string } }) =>
                    error.name === code && error.details.hint.includes(MINIMUM_ENGINE),
            );
        });
    }
});

describe("a lock", () => {
    const started = Date.parse("2026-11-22T12:00:00Z");
    const holder = { user: "me", host: "ci", pid: 7, since: "2026-11-22T12:00:20Z" };
    const here = { host: "ci", user: "me", startOf: () => started, alive: () => false };
    const isStale = (change: Partial<typeof holder>, me: Partial<typeof here> = {}): boolean =>
        "stale" in judgeLock([{ ...holder, ...change }], { ...here, ...me });

    it("is stale when it is of an engine that was started on this machine, and is dead", () => {
        assert.deepEqual(judgeLock([holder], here), { stale: 7 });
    });
    it("is held by a living process, by another host or user, and by who cannot be read", () => {
        assert.equal(isStale({}, { alive: () => true }), false);
        assert.equal(isStale({ host: "there" }), false);
        assert.equal(isStale({ user: "you" }), false);
        assert.equal(isStale({ since: "soon" }), false);
        assert.ok("held" in judgeLock([], here));
        const other = { ...holder, pid: 8 };
        assert.ok("held" in judgeLock([holder, other], { ...here, alive: (pid) => pid === 8 }), "every one of them");
    });
    it("of the same host name and a number that is dead here is another container's, unless an engine of that number was started here then", () => {
        const none = { ...here, startOf: () => undefined };
        const verdict = judgeLock([holder], none);
        assert.ok("held" in verdict && !verdict.near);
        assert.match(verdict.held, /pid 7 on ci since .*another container/);
        assert.equal(isStale({ since: "2026-11-22T13:00:00Z" }), false, "an engine of that number of an hour before");
        assert.equal(isStale({ since: "2026-11-22T11:00:00Z" }), false, "a lock that is older than the engine");
    });
    it("is judged by what this machine noted, in its own numbering of processes", () => {
        const folder = mkdtempSync(join(tmpdir(), "drive-notes-"));
        const [mine, others] = ["0a1b", "2c3d"].map((machine) => new EngineNotes(folder, machine));
        const { ELASTIC_DRIVE_NOTE: name, ELASTIC_DRIVE_NOTED: text } = mine!.forTether(new Date(started));
        writeFileSync(`${name}7`, text!);
        assert.deepEqual([mine!.startOf(7), others!.startOf(7), mine!.startOf(8)], [started, undefined, undefined]);
        mine!.forget(7);
        assert.equal(mine!.startOf(7), undefined);
        assert.deepEqual(new EngineNotes(folder, "").forTether(), {}, "where it cannot be told, nothing is noted");
        rmSync(folder, { recursive: true });
    });
    it("knows the living from the dead", () => {
        const { pid } = spawnSync("true");
        assert.equal(isAlive(process.pid), true);
        assert.equal(isAlive(pid), false);
        assert.notEqual(hostname(), "");
    });
});

describe("configuration", () => {
    it("is read whether it is structured or text", () => {
        const structured = readConfig(
            JSON.stringify({ "elastic-drive:drive": { value: "{}", objectValue: { name: "a" } } }),
        );
        assert.deepEqual(structured.drive, { name: "a" });
        const text = readConfig(
            JSON.stringify({ "elastic-drive:drive": { value: '{"name":"a"}' }, "aws:region": { value: "r" } }),
        );
        assert.deepEqual([text.drive, text.region], [{ name: "a" }, "r"]);
    });
    it("says what the provider puts on everything, written as a map or as text", () => {
        const tags = { owner: "me", "cost-centre": 42 };
        for (const setting of [{ objectValue: { tags } }, { value: JSON.stringify({ tags }) }])
            assert.deepEqual(readConfig(JSON.stringify({ "aws:defaultTags": setting })).defaultTags, {
                owner: "me",
                "cost-centre": "42",
            });
        assert.deepEqual(readConfig("{}").defaultTags, {});
    });
    it("allows one account by text that stays text", async () => {
        const folder = mkdtempSync(join(tmpdir(), "drive-settings-"));
        const calls: string[][] = [];
        const run = (args: readonly string[]): Promise<void> => Promise.resolve(void calls.push(args.slice(0, -2)));
        try {
            const file = settingsFile(folder, "a");
            mkdirSync(join(folder, "stacks"));
            writeFileSync(file, "");
            await editSettings(file, { account: "012345678901" }, run);
            await editSettings(file, { account: null }, run);
        } finally {
            rmSync(folder, { recursive: true });
        }
        assert.deepEqual(calls, [
            ["config", "set", "--plaintext", "aws:allowedAccountIds", '["012345678901"]'],
            ["config", "rm", "aws:allowedAccountIds"],
        ]);
    });
    it("is written leaf by leaf; what is empty is left to the schema", () => {
        assert.deepEqual(leaves({ a: { b: 1, c: ["x", "y"] }, d: [], e: {}, f: undefined, g: false }, "k"), [
            "k.a.b=1",
            "k.a.c[0]=x",
            "k.a.c[1]=y",
            "k.g=false",
        ]);
    });
    it("of two stacks is edited side by side, neither with the other's in it", async () => {
        const folder = mkdtempSync(join(tmpdir(), "drive-settings-"));
        const stacks = ["a", "b"].map((stack) => ({ stack, file: settingsFile(folder, stack) }));
        const edit = async ({ stack, file }: (typeof stacks)[number]): Promise<void> =>
            editSettings(file, { region: stack }, async (args) => {
                await new Promise((resolve) => setImmediate(resolve));
                await appendFile(args.at(-1)!, `${args[4]}\n`);
            });
        try {
            mkdirSync(join(folder, "stacks"));
            for (const { stack, file } of stacks) writeFileSync(file, `of: ${stack}\n`);
            await Promise.all(stacks.map(edit));
            for (const { stack, file } of stacks)
                assert.equal(readFileSync(file, "utf8"), `of: ${stack}\naws:region=${stack}\n`);
            assert.equal(readdirSync(join(folder, "stacks")).length, 2);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

describe("a deployment", () => {
    const urn = (type: string, name: string): string =>
        `urn:pulumi:t::elastic-drive::elastic-drive:index:Drive$${type}::${name}`;
    const deployment = {
        resources: [
            {
                urn: urn("pulumi:pulumi:Stack", "s"),
                type: "pulumi:pulumi:Stack",
                outputs: { revision: 4, sshHost: "127.77.0.1", desired: { name: 1 } },
            },
            {
                urn: urn("aws:ebs/volume:Volume", "my-drive-ba"),
                type: "aws:ebs/volume:Volume",
                id: "vol-1",
                custom: true,
            },
            {
                urn: urn("aws:ec2/instance:Instance", "content-server"),
                type: "aws:ec2/instance:Instance",
                id: "i-1",
                custom: true,
            },
            {
                urn: urn("command:remote:Command", "content-share"),
                type: "command:remote:Command",
                id: "c",
                custom: true,
            },
        ],
        pending_operations: [{}, {}],
    };
    it("tells volumes by slot, the server, and what is half known", () => {
        const { volumes, serverId, pending, revision, sshHost, desired } = readDeployment(deployment);
        assert.deepEqual(
            { volumes, serverId, pending, revision, sshHost, desired },
            {
                ...{ volumes: { ba: "vol-1" }, serverId: "i-1", pending: 2, revision: 4, sshHost: "127.77.0.1" },
                desired: undefined, // not one that this version understands: then it counts as not applied
            },
        );
    });
    it("tells what was wanted only when every command is there: outputs come also when the last one failed", () => {
        const outputs = { desired: settled };
        const stack = { ...deployment.resources[0]!, outputs };
        const calls = ["volume-group", "share", "uploads"].map((name) => {
            return { ...deployment.resources.at(-1)!, urn: urn("command:remote:Command", `content-${name}`) };
        });
        assert.deepEqual(readDeployment({ resources: [stack, ...calls] }).desired, settled);
        assert.equal(readDeployment({ resources: [stack, ...calls.slice(1)] }).desired, undefined);
    });
    it("tells which volumes nothing protects", () => {
        const [bare] = readDeployment(deployment).unprotected!;
        const resources = deployment.resources.map((resource) => ({ ...resource, protect: true }));
        assert.deepEqual([bare, readDeployment({ resources }).unprotected], ["ba", []]);
    });
    it("of a stack never brought up is empty", () => {
        assert.deepEqual(readDeployment(undefined).ids, []);
    });
    it("gives the commands that are run again, and the stack's own urn", () => {
        assert.deepEqual(commandUrns(deployment), [urn("command:remote:Command", "content-share")]);
        assert.deepEqual(
            [rootUrn(deployment), rootUrn(undefined)],
            [deployment.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn, undefined],
        );
        assert.match(rootUrn(deployment)!, /^urn:pulumi:/);
    });
});
