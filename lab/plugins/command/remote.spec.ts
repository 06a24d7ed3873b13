import * as assert from "node:assert/strict";
import { TestContext } from "../protocol/context.testing";
import type { Props } from "../protocol/values";
import { check, REMOTE } from "./inputs";
import { runRemote } from "./remote";
import { type Behaviour, freePort, SshServer, strangersKey } from "./ssh-server.testing";

/** A machine that says what it was told. */
const echo: Behaviour = async ({ command, environment, channel, stdin }) => {
    const [verb, ...words] = command.split(" ");
    if (verb === "fail") {
        channel.write("half done\n");
        channel.stderr.write("disk is foreign\n");
        return 3;
    }
    if (verb === "env") {
        channel.write(`${environment[words[0] ?? ""] ?? "unset"}\n`);
        return 0;
    }
    channel.write(verb === "cat" ? await stdin : `${words.join(" ")}\n`);
    return 0;
};

describe("command: a command on a remote host", () => {
    let server: SshServer;
    const inputs = (connection: Props = {}, more: Props = {}): Props => {
        const whole = {
            host: "127.0.0.1",
            port: server.port,
            user: "admin",
            privateKey: server.userKey,
            ...connection,
        };
        return check(REMOTE, { connection: whole, ...more }).inputs;
    };
    const run = (
        command: string,
        given: Props,
        previous: Props = {},
        context = new TestContext(),
    ): ReturnType<typeof runRemote> => runRemote(command, given, previous, context);

    beforeEach(async () => (server = await SshServer.listen(echo, { refuse: 0, accept: /^(?!SECRET)/ })));
    afterEach(() => server.close());

    it("gives its output without the last line's end, and shows it line by line", async () => {
        const context = new TestContext();
        assert.deepEqual(await run("say hello", inputs(), {}, context), { stdout: "hello", stderr: "" });
        assert.deepEqual(context.said, ["hello"]);
    });

    it("shows nothing with logging none", async () => {
        const context = new TestContext();
        await run("say hello", inputs({}, { logging: "none" }), {}, context);
        assert.deepEqual(context.said, []);
    });

    it("feeds stdin, whole and larger than a window", async () => {
        const text = "0123456789abcdef".repeat(200_000);
        assert.equal((await run("cat", inputs({}, { stdin: text, logging: "none" }))).stdout, text);
    });

    it("fails with status, command and both streams", async () => {
        await assert.rejects(run("fail now", inputs()), {
            message: 'Process exited with status 3: running "fail now":\nhalf done\ndisk is foreign\n',
        });
    });

    it("hands over the environment and the previous output, and fails on a variable the server does not take", async () => {
        assert.equal((await run("env A", inputs({}, { environment: { A: "1" } }))).stdout, "1");
        assert.equal((await run("env PULUMI_COMMAND_STDOUT", inputs(), { stdout: "before" })).stdout, "before");
        const without = inputs({}, { addPreviousOutputInEnv: false });
        assert.equal((await run("env PULUMI_COMMAND_STDOUT", without, { stdout: "before" })).stdout, "unset");
        await assert.rejects(
            run("env A", inputs({}, { environment: { SECRET_A: "1" } })),
            /could not set environment variable "SECRET_A"/,
        );
    });

    it("takes any host key without hostKey, the right one with it, and refuses another", async () => {
        assert.equal((await run("say a", inputs())).stdout, "a");
        assert.equal((await run("say b", inputs({ hostKey: server.hostKey }))).stdout, "b");
        const wrong = inputs({ hostKey: strangersKey(), dialErrorLimit: 0 });
        await assert.rejects(
            run("say c", wrong),
            /after 0 failed attempts: ssh: host key mismatch: the server has SHA256:/,
        );
        assert.deepEqual(server.commands, ["say a", "say b"]);
    });

    it("logs in by password and says when it may not", async () => {
        const byPassword = { privateKey: undefined, password: "sesame" };
        assert.equal((await run("say a", inputs(byPassword))).stdout, "a");
        await assert.rejects(
            run("say a", inputs({ ...byPassword, password: "wrong", dialErrorLimit: 0 })),
            /authentication/i,
        );
    });

    it("dials again until the limit, and says how often it failed", async () => {
        await server.close();
        server = await SshServer.listen(echo, { refuse: 2 });
        const context = new TestContext();
        assert.equal((await run("say a", inputs(), {}, context)).stdout, "a");
        assert.deepEqual(context.said.slice(0, 2), ["Dial 1/10 failed: retrying", "Dial 2/10 failed: retrying"]);
        const nobody = inputs({ port: await freePort(), dialErrorLimit: 2 });
        await assert.rejects(run("say a", nobody), /^Error: after 2 failed attempts: connect ECONNREFUSED/);
    });

    it("goes through a proxy", async () => {
        const bastion = await SshServer.listen(echo);
        const proxy = { host: "127.0.0.1", port: bastion.port, user: "admin", privateKey: bastion.userKey };
        assert.equal((await run("say far", inputs({ proxy }))).stdout, "far");
        assert.deepEqual([bastion.commands, server.commands], [[], ["say far"]]);
        await bastion.close();
    });

    it("ends at once when the engine cancels", async () => {
        await server.close();
        server = await SshServer.listen(() => new Promise(() => undefined));
        const context = new TestContext();
        const running = run("hang", inputs(), {}, context);
        while (server.commands.length === 0) {
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
        context.abort();
        await assert.rejects(running, /cancelled by the engine/);
    });
});
