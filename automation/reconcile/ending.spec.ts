import * as assert from "node:assert/strict";
import type { Observed } from "../model/observed";
import { desired, server, settled, slots, without } from "./testing";
import { isServerComing, slotsGoing } from "./ending";
import { isAskedFor } from "../growth/growth-plan";

const applied = (wanted: Observed["stack"]["desired"], more: Partial<Observed["stack"]> = {}): Observed => ({
    ...settled,
    stack: { ...settled.stack, desired: wanted, ...more },
});

describe("what is left of an operation", () => {
    const released = slots({ bb: { sizeGiB: 8, state: "released" } });
    it("is the end of the slots that the configuration no longer has, until the up of that has ended", () => {
        assert.deepEqual(slotsGoing(without("bb"), applied(released)), ["bb"]);
        assert.deepEqual(slotsGoing(without("bb"), applied(released, { volumes: { ba: "vol-ba" } })), ["bb"]);
        assert.deepEqual(slotsGoing(without("bb"), applied(without("bb"))), ["bb"], "its volume is still in the state");
        assert.deepEqual(slotsGoing(without("bb"), applied(without("bb"), { volumes: { ba: "vol-ba" } })), []);
        assert.deepEqual(slotsGoing(desired, settled), []);
    });
    it("is a growth to less than was made of it, too: a target that it reaches goes on", () => {
        const [before, after] = [
            slots({ bb: { sizeGiB: 8, state: "released" }, bc: { sizeGiB: 10, takes: ["bb"] } }),
            slots({ bc: { sizeGiB: 10 } }),
        ];
        const { bb: _bb, ...left } = after.slots;
        const ending = { ...after, slots: left };
        assert.equal(isAskedFor(ending, applied(before), 17), true);
        assert.equal(isAskedFor(ending, applied(ending, { volumes: {} }), 17), false);
    });
    it("is a server's place that no server has, or one that is not at work yet", () => {
        const gone = settled.ec2.servers.map((one) => ({
            ...one,
            id: "i-0",
            leaving: true,
            state: "terminated" as const,
        }));
        const beside = (observed: Observed, guest: object): Observed => ({
            ...observed,
            ec2: { ...observed.ec2, servers: [...observed.ec2.servers, ...gone] },
            guest: { ...settled.guest!, ...guest },
        });
        assert.equal(isServerComing(desired, server({ state: "terminated" })), true);
        assert.equal(isServerComing(desired, beside(settled, { mounted: false, exports: [] })), true);
        assert.equal(isServerComing(desired, beside(settled, {})), false, "the last one has ended: this is another");
        assert.equal(isServerComing(desired, server({ leaving: true })), false);
        assert.equal(isServerComing(desired, settled), false);
        assert.equal(isServerComing(desired, { ...applied(undefined, { serverId: undefined }) }), false);
    });
});
