import * as assert from "node:assert/strict";
import { LATE_MS, LateView } from "./late-view";
import type { Observed } from "../model/observed";
import { ec2, settled, volume } from "../reconcile/testing";
import type { Clock } from "../io/wait";

/** What EC2 shows, look by look; the last stays. */
function view(looks: Observed[]): { slept: () => number; late: LateView } {
    let slept = 0;
    const clock: Clock = { now: () => 0, sleep: (ms) => Promise.resolve(void (slept += ms)) };
    const look = (): Promise<Observed> => Promise.resolve(looks.length > 1 ? looks.shift()! : looks[0]!);
    return { slept: () => slept, late: new LateView({ clock, look }) };
}
const without = (id: string): Observed =>
    ec2({
        volumes: settled.ec2.volumes.filter((one) => one.id !== id),
        servers: settled.ec2.servers.filter((one) => one.id !== id),
    });
const leftover = ec2({ volumes: [...settled.ec2.volumes, volume("bc", { id: "vol-new" })] });

describe("EC2 that shows things late", () => {
    for (const id of ["vol-bb", "i-1"]) {
        it(`is asked again for ${id}, which the state knows, before it counts as gone`, async () => {
            const { late, slept } = view([without(id), without(id), settled]);
            assert.equal(await late.whole(), settled);
            assert.ok(slept() > 0);
        });
    }
    it("is believed after a while, and then at once", async () => {
        const { late, slept } = view([without("vol-bb")]);
        await late.whole();
        assert.equal(slept(), LATE_MS);
        await late.whole();
        assert.equal(slept(), LATE_MS);
    });
    it("costs no time when it shows all", async () => {
        const { late, slept } = view([settled]);
        await late.whole();
        assert.equal(slept(), 0);
    });
    it("is waited for after an up that may have made something, not for ever", async () => {
        const shown = view([settled, settled, leftover]);
        await shown.late.leftovers(1);
        assert.ok(shown.slept() > 0 && shown.slept() < LATE_MS);
        const never = view([settled]);
        await never.late.leftovers(1);
        assert.equal(never.slept(), LATE_MS);
    });
    it("is waited for no longer than the caller wants", async () => {
        const stop = new AbortController();
        const clock: Clock = { now: () => 0, sleep: () => Promise.resolve(stop.abort()) };
        const look = (): Promise<Observed> => Promise.resolve(settled);
        await assert.rejects(new LateView({ clock, signal: stop.signal, look }).leftovers(1), { code: "Interrupted" });
    });
});
