import * as assert from "node:assert/strict";
import { DriveError } from "../../infra/model/errors";
import { Lease, type LeaseOrder } from "../guest/lease";
import type { Guest } from "../guest/port";
import type { Clock } from "../io/wait";
import type { LeaseView, ReachableGuest } from "../model/observed";
import { settled } from "../reconcile/testing";
import { LeaseKeeper } from "./lease-keeper";

const theirs: LeaseView = {
    ...{ id: "theirs", holder: "alice@build-7", pid: 42 },
    ...{ operation: "replace bb by bc", since: "2026-01-02T12:04:00Z", secondsLeft: 60 },
};

/** A server that keeps one lease as the verb does. */
class Keeping {
    lease: LeaseView | undefined;
    isAway = false;
    readonly asked: string[] = [];

    readonly guest = {
        hold: async (order: LeaseOrder) => {
            this.asked.push("hold");
            if (this.isAway) throw new DriveError("SshBroken", "gone", { retryable: true });
            const isFree = this.lease === undefined || [order.lease.id, order.over].includes(this.lease.id);
            if (isFree) this.lease = { ...order.lease, secondsLeft: order.seconds };
            return isFree;
        },
        observe: async (): Promise<ReachableGuest> => {
            this.asked.push("observe");
            return { ...(settled.guest as ReachableGuest), lease: this.lease };
        },
        release: async (order: LeaseOrder) => {
            if (this.lease?.id === order.lease.id) this.lease = undefined;
        },
    } as unknown as Guest;
}

/** Time stands still until it is told to go on. */
class Hand implements Clock {
    private readonly sleeping: { wake: () => void; until: number }[] = [];
    private time = 0;
    now = (): number => this.time;
    sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
        new Promise((wake, reject) => {
            this.sleeping.push({ wake, until: this.time + ms });
            signal?.addEventListener("abort", () => reject(new Error("over")), { once: true });
        });
    async passes(seconds: number): Promise<void> {
        this.time += seconds * 1000;
        for (const { wake, until } of this.sleeping) if (until <= this.time) wake();
        for (let turns = 0; turns < 20; turns++) await Promise.resolve();
    }
}

describe("keeping the lease", () => {
    let server: Keeping;
    let clock: Hand;
    let lease: Lease;
    const keeper = (more: { wait?: boolean; alive?: boolean } = {}): LeaseKeeper => {
        lease = new Lease({ id: "mine", holder: "me@here", pid: 1, machine: "m" }, () => more.alive ?? true);
        const until = async (_what: string, _deadline: number, _every: number, probe: () => Promise<object>) => {
            while (!("ready" in (await probe()))) server.lease = undefined; // they end
        };
        return new LeaseKeeper({ lease, clock, until, look: () => server.guest.observe(), wait: more.wait });
    };
    beforeEach(() => {
        server = new Keeping();
        clock = new Hand();
    });

    it("takes it before anything is done, by one question that looks at nothing", async () => {
        assert.equal(await keeper().take("grow", server.guest), false);
        assert.deepEqual([server.lease?.id, server.lease?.operation, lease.isHeld], ["mine", "grow", true]);
        assert.deepEqual(server.asked, ["hold"]);
    });
    it("leaves another living driver alone, and names it", async () => {
        server.lease = theirs;
        await assert.rejects(keeper().take("up", server.guest), { code: "LeaseHeld", message: /alice@build-7/ });
        assert.deepEqual(server.lease, theirs);
    });
    it("waits for its end where that is chosen, and says that the world is another", async () => {
        server.lease = theirs;
        assert.equal(await keeper({ wait: true }).take("up", server.guest), true);
    });
    it("takes over from a driver of this machine that is dead", async () => {
        server.lease = { ...theirs, machine: "m" };
        assert.equal(await keeper({ alive: false }).take("up", server.guest), false);
        assert.equal(server.lease.id, "mine");
    });
    it("takes it where the other's ended between the two questions", async () => {
        server.lease = theirs;
        const observe = async (): Promise<ReachableGuest> => {
            server.lease = undefined;
            return server.guest.observe();
        };
        assert.equal(await keeper().take("up", { ...server.guest, observe }), false);
        assert.equal((server.lease as LeaseView | undefined)?.id, "mine");
    });
    it("renews it beside a long step, also after the server was away", async () => {
        const kept = keeper();
        await kept.take("copy", server.guest);
        let end = (): void => undefined;
        const work = kept.beside(() => new Promise<void>((resolve) => (end = resolve)));
        await clock.passes(30);
        server.isAway = true;
        await clock.passes(30);
        server.isAway = false;
        await clock.passes(30);
        assert.deepEqual(server.asked, ["hold", "hold", "hold", "hold"]);
        end();
        await work;
        await clock.passes(300);
        assert.equal(server.asked.length, 4, "nothing is renewed once it is over");
    });
    it("is renewed and given back by the operation's next world, which has asked nobody yet", async () => {
        await keeper().take("grow", server.guest);
        const parts = { lease, clock, until: async () => undefined, look: () => server.guest.observe() };
        const next = new LeaseKeeper(parts);
        assert.equal(await next.take("grow", server.guest), false);
        let end = (): void => undefined;
        const work = next.beside(() => new Promise<void>((resolve) => (end = resolve)));
        await clock.passes(30);
        assert.deepEqual(server.asked, ["hold", "hold"]);
        end();
        await work;
        await next.release();
        assert.equal(server.lease, undefined);
    });
    it("says that it was taken over, whatever the step says, and ends what only waits at once", async () => {
        const kept = keeper();
        await kept.take("copy", server.guest);
        let fail = (): void => undefined;
        const work = kept.beside(() => new Promise<void>((_, reject) => (fail = () => reject(new Error("odd")))));
        kept.throwIfLost();
        server.lease = theirs;
        await clock.passes(30);
        assert.throws(() => kept.throwIfLost(), { code: "LeaseLost" });
        fail();
        await assert.rejects(work, { code: "LeaseLost", message: /alice@build-7/ });
        await kept.release();
        assert.deepEqual(server.lease, theirs, "another's is not given back");
    });
    it("gives it back, and nothing where it has none", async () => {
        const kept = keeper();
        await kept.release();
        await kept.take("up", server.guest);
        await kept.release();
        assert.deepEqual([server.lease, lease.isHeld, lease.order()], [undefined, false, undefined]);
    });
});
