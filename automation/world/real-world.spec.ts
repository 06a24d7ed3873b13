import * as assert from "node:assert/strict";
import type { Ec2 } from "../ec2/port";
import type { Engine } from "../engine/engine";
import type { Guest } from "../guest/port";
import { RecordingHost } from "../io/recording";
import { Lease, type LeaseOrder } from "../guest/lease";
import type { LeaseView, ReachableGuest } from "../model/observed";
import { RealWorld } from "./real-world";
import { desired, settled } from "../reconcile/testing";
import { systemClock } from "../io/wait";

describe("the real world", () => {
    it("has the lease before anything is done, also from a driver that has come since the last look", async () => {
        let kept: LeaseView = {
            ...{ id: "theirs", holder: "alice@build-7", pid: 42 },
            ...{ operation: "replace bb by bc", since: "2026-01-02T12:04:00Z", secondsLeft: 60 },
        };
        const lease = new Lease({ id: "mine", holder: "me@here", pid: 1 });
        lease.overrules = true;
        /** As the verb does it. */
        const hold = async (order: LeaseOrder): Promise<boolean> => {
            if ([order.lease.id, order.over].includes(kept.id)) kept = { ...order.lease, secondsLeft: 60 };
            return kept.id === order.lease.id;
        };
        const observe = async (): Promise<ReachableGuest> => ({ ...(settled.guest as ReachableGuest), lease: kept });
        const world = new RealWorld(desired, {
            engine: { state: async () => ({ ...settled.stack, sshHost: "192.0.2.10" }) } as unknown as Engine,
            ec2: { view: async () => settled.ec2 } as unknown as Ec2,
            openGuest: async () => ({ observe, hold, close: () => undefined }) as unknown as Guest,
            ...{ host: new RecordingHost(), clock: systemClock, lease },
        });
        await world.held("cancel", { ...settled, stack: { ...settled.stack, sshHost: "192.0.2.10" } });
        assert.deepEqual([kept.id, kept.operation, lease.isHeld], ["mine", "cancel", true]);
    });
});
