import * as assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseSshPort, sshLine } from "./ssh-port";

describe("the port of the machines' ssh", () => {
    const others: Server[] = [];
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "ssh-port-"))));
    afterEach(async () => {
        for (const other of others.splice(0)) await new Promise((resolve) => other.close(resolve));
        await rm(folder, { recursive: true, force: true });
    });

    /** A program that listens on all addresses of this host, as an ssh server does; 0: on a port that is free. */
    const everywhere = async (port = 0): Promise<number> => {
        const other = createServer().listen(port, "0.0.0.0");
        await once(other, "listening");
        others.push(other);
        return (other.address() as AddressInfo).port;
    };
    const free = async (): Promise<number> => {
        const port = await everywhere();
        await new Promise((resolve) => others.pop()!.close(resolve));
        return port;
    };

    it("is the first that can be had, without a word", async () => {
        const [first, second] = [await free(), await free()];
        assert.deepEqual(await chooseSshPort(undefined, [first, second]), { port: first });
    });

    it("is the next one beside a program that listens on all addresses, and says why", async () => {
        const [taken, next] = [await everywhere(), await free()];
        const chosen = await chooseSshPort(undefined, [taken, next]);
        assert.deepEqual(chosen, { port: next, why: "another program listens on it on all addresses" });
        assert.match(sshLine(chosen), new RegExp(`port ${next}, not on 22: another program listens`));
    });

    it("stays what it was once, also when the first one is free again: what Pulumi knows of a server stays true", async () => {
        const file = join(folder, "lab", "ssh-port");
        const [taken, next] = [await everywhere(), await free()];
        assert.equal((await chooseSshPort(file, [taken, next])).port, next);
        await new Promise((resolve) => others.pop()!.close(resolve));
        assert.deepEqual(await chooseSshPort(file, [taken, next]), { port: next, why: "this lab began with it" });
        assert.equal(await readFile(file, "utf8"), `${next}\n`);
        await everywhere(next);
        assert.deepEqual(await chooseSshPort(file, [taken, next]), { port: taken }, "and gives way to another program");
    });

    it("is refused with every port that was tried when none can be had", async () => {
        const [one, two] = [await everywhere(), await everywhere()];
        await assert.rejects(chooseSshPort(undefined, [one, two]), (error: Error & { code?: string }) => {
            assert.equal(error.code, "NoSshPort");
            assert.ok(error.message.includes(`${one}: another`) && error.message.includes(`${two}: another`));
            return true;
        });
    });
});
