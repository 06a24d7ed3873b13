import { strict as assert } from "node:assert";
import { duplexPair } from "./duplex-pair.testing";
import { QmpClient } from "./qmp";

/** A QEMU that answers each command by the given function. */
function fakeQemu(answer: (command: string, args: unknown) => object): {
    client: QmpClient;
    say(line: string): void;
    hangUp(): void;
} {
    const [ours, theirs] = duplexPair();
    theirs.setEncoding("utf8");
    theirs.on("data", (text: string) => {
        for (const line of text.split("\n").filter((l) => l !== "")) {
            const {
                execute,
                arguments: args,
                id,
            } = JSON.parse(line) as { execute: string; arguments: unknown; id: string };
            theirs.write(`${JSON.stringify({ ...answer(execute, args), id })}\n`);
        }
    });
    return { client: new QmpClient(ours), say: (line) => theirs.write(`${line}\n`), hangUp: () => theirs.destroy() };
}

describe("QmpClient", () => {
    it("gives each command its own answer", async () => {
        const { client } = fakeQemu((command, args) => ({ return: { command, args } }));
        const answers = await Promise.all([client.execute("a", { x: 1 }), client.execute("b")]);
        assert.deepEqual(answers, [
            { command: "a", args: { x: 1 } },
            { command: "b", args: {} },
        ]);
    });

    it("says which command was refused and why", async () => {
        const { client } = fakeQemu(() => ({ error: { class: "GenericError", desc: "Device 'x' not found" } }));
        await assert.rejects(client.execute("device_del", { id: "x" }), {
            name: "QmpRefused",
            message: "device_del: Device 'x' not found",
        });
    });

    it("passes on events with their data, not as answers", async () => {
        const { client, say } = fakeQemu(() => ({ return: {} }));
        const seen = new Promise((resolve) => client.events.once("DEVICE_DELETED", resolve));
        say('{"event":"DEVICE_DELETED","data":{"device":"disk-1"},"timestamp":{"seconds":1}}');
        assert.deepEqual(await seen, { device: "disk-1" });
    });

    it("fails what is waiting, and all that comes later, when the socket closes", async () => {
        const [ours, theirs] = duplexPair();
        const client = new QmpClient(ours);
        const waiting = client.execute("stop");
        theirs.destroy();
        await assert.rejects(waiting, { name: "QmpClosed" });
        await assert.rejects(client.execute("cont"), { name: "QmpClosed" });
    });

    it("gives up on a line that is not QMP", async () => {
        const { client, say } = fakeQemu(() => ({ return: {} }));
        const closed = new Promise<void>((resolve) => client.events.once("closed", resolve));
        say("Segmentation fault");
        await closed;
        await assert.rejects(client.execute("cont"), { message: /not QMP: Segmentation fault/ });
    });
});
