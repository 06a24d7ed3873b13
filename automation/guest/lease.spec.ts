import * as assert from "node:assert/strict";
import { Lease, leaseHeld, timeOf, type Worker } from "./lease";
import type { LeaseView, ReachableGuest } from "../model/observed";
import { settled } from "../reconcile/testing";

const me: Worker = { id: "mine", holder: "me@here", pid: 1, machine: "m1" };
const other: LeaseView = {
    ...{ id: "other", holder: "alice@build-7", pid: 42, machine: "m2" },
    ...{ operation: "replace bb by bc", since: "2026-01-02T12:04:00Z", secondsLeft: 60 },
};
const seen = (lease: LeaseView | undefined): ReachableGuest => ({ ...(settled.guest as ReachableGuest), lease });
const mine: LeaseView = { ...other, ...me, machine: "m1" };
const leaseOf = (alive = true): Lease => new Lease(me, () => alive);

describe("the lease", () => {
    it("is asked for only once it is wanted, and says for what and since when", () => {
        const lease = leaseOf();
        assert.equal(lease.order(), undefined);
        lease.want("replace bb by bc");
        const first = lease.order()!;
        lease.want("replace bb by bc");
        assert.deepEqual(lease.order(), first);
        assert.equal(first.lease.operation, "replace bb by bc");
        assert.match(first.lease.since, /^\d{4}-/);
    });
    it("of another one keeps us from working while it lasts", () => {
        assert.equal(leaseOf().against(seen(other)), other);
        assert.equal(leaseOf().against(seen({ ...other, secondsLeft: 0 })), undefined);
        assert.equal(leaseOf().against(seen(undefined)), undefined);
        assert.equal(leaseOf().against({ reachable: false, why: "it boots" }), undefined);
    });
    it("of a dead process is taken over only where that can be proved", () => {
        const here = { ...other, machine: "m1" };
        const taking = leaseOf(false);
        assert.equal(taking.against(seen(here)), undefined);
        taking.want("up");
        assert.equal(taking.order()!.over, "other");
        assert.equal(leaseOf(true).against(seen(here)), here);
        assert.equal(leaseOf(false).against(seen(other)), other);
        const nowhere = { ...other, machine: undefined };
        assert.equal(new Lease({ ...me, machine: undefined }, () => false).against(seen(nowhere)), nowhere);
    });
    it("is taken over by who overrules", () => {
        const lease = leaseOf();
        lease.overrules = true;
        assert.equal(lease.against(seen(other)), undefined);
        lease.want("cancel");
        assert.equal(lease.order()!.over, "other");
    });
    it("that was ours and is another's ends this driver", () => {
        const lease = leaseOf();
        lease.want("replace bb by bc");
        assert.equal(lease.against(seen(mine)), undefined);
        assert.throws(() => lease.against(seen(other)), { code: "LeaseLost", message: /alice@build-7/ });
    });
    it("is given back once, and only when it is held; an answer that does not come is no failure", async () => {
        const wishes: string[] = [];
        const send = ({ wish }: { wish: string }): Promise<void> => {
            wishes.push(wish);
            return Promise.reject(new Error("gone"));
        };
        const lease = leaseOf();
        lease.want("replace bb by bc");
        await lease.release(send);
        lease.want("replace bb by bc");
        lease.against(seen(mine));
        await lease.release(send);
        await lease.release(send);
        assert.deepEqual(wishes, ["release"]);
    });
    it("is named with its holder, and how to see and to end what is under way", () => {
        const error = leaseHeld(other);
        assert.match(error.message, /^replace bb by bc is under way since .*, by alice@build-7 \(pid 42\)$/);
        assert.match(error.details.hint ?? "", /status.*--wait.*cancel/);
        assert.match(timeOf(other.since), /^2026-01-02 \d\d:04$/);
        assert.match(timeOf(new Date().toISOString()), /^\d\d:\d\d$/);
    });
});
