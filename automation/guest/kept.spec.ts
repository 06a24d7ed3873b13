import * as assert from "node:assert/strict";
import { DriveError } from "../../infra/model/errors";
import type { ReachableGuest } from "../model/observed";
import { KeptGuest, type Standing } from "./kept";

/** Servers that are dialled: each connection has a number, and stands until it is said to be broken. */
class Servers {
    readonly dialled: string[] = [];
    readonly closed: number[] = [];
    readonly asked: string[] = [];
    /** Numbers of connections that break at the next question. */
    readonly breaking = new Set<number>();
    refused = false;

    readonly dial = async (host: string, serverId: string | undefined): Promise<Standing> => {
        if (this.refused) throw new DriveError("SshUnreachable", "it does not answer", { retryable: true });
        this.dialled.push(`${host} ${serverId}`);
        const number = this.dialled.length;
        let isOpen = true;
        const ask = async (what: string): Promise<ReachableGuest> => {
            this.asked.push(`${what} on ${number}`);
            if (!this.breaking.has(number)) return {} as ReachableGuest;
            isOpen = false;
            throw new DriveError("SshBroken", "it broke", { retryable: true });
        };
        return {
            get isOpen() {
                return isOpen;
            },
            observe: () => ask("observe"),
            pace: async () => void (await ask("pace")),
            close: () => {
                isOpen = false;
                this.closed.push(number);
            },
        } as Partial<Standing> as Standing;
    };
}

describe("the operation's connection to the server", () => {
    let servers: Servers;
    let kept: KeptGuest;
    beforeEach(() => {
        servers = new Servers();
        kept = new KeptGuest(servers.dial);
    });

    it("is dialled once for all who ask, also at the same time, and ends with the operation", async () => {
        const [one, other] = await Promise.all([kept.open("h", "i-1"), kept.open("h", "i-1")]);
        await one.observe();
        one.close();
        await other.observe();
        await (await kept.open("h", "i-1")).observe();
        assert.deepEqual([servers.dialled, servers.closed], [["h i-1"], []]);
        kept.close();
        await new Promise(setImmediate);
        assert.deepEqual(servers.closed, [1]);
    });
    it("is another one for another server, also behind the same address", async () => {
        await kept.open("h", "i-1");
        await kept.open("h", "i-2");
        await new Promise(setImmediate);
        assert.deepEqual([servers.dialled, servers.closed], [["h i-1", "h i-2"], [1]]);
    });
    it("that broke since is dialled anew by a look, once", async () => {
        const lent = await kept.open("h", "i-1");
        servers.breaking.add(1);
        await lent.observe();
        assert.deepEqual(servers.asked, ["observe on 1", "observe on 2"]);
        servers.breaking.add(2).add(3);
        await assert.rejects((await kept.open("h", "i-1")).observe(), { code: "SshBroken" });
        assert.deepEqual(servers.asked.slice(2), ["observe on 2", "observe on 3"]);
    });
    it("that broke while the server was told to do something is not used to say it twice; the next who asks dials", async () => {
        const lent = await kept.open("h", "i-1");
        servers.breaking.add(1);
        await assert.rejects(lent.pace(4), { code: "SshBroken" });
        assert.deepEqual(servers.asked, ["pace on 1"]);
        await (await kept.open("h", "i-1")).pace(4);
        assert.deepEqual(servers.asked, ["pace on 1", "pace on 2"]);
    });
    it("that could not be made is tried again by the next who asks", async () => {
        servers.refused = true;
        await assert.rejects(kept.open("h", "i-1"), { code: "SshUnreachable" });
        servers.refused = false;
        await (await kept.open("h", "i-1")).observe();
        assert.deepEqual(servers.dialled, ["h i-1"]);
    });
});
