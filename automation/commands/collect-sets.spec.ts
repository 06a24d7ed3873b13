import * as assert from "node:assert/strict";
import type { SetSnapshot } from "../ec2/port";
import { DAY, NONCE, tagged, taken } from "../workflows/backup/testing";
import { collectSets, judged, type Collecting } from "./collect-sets";

const NOW = Date.UTC(2026, 10, 27, 12);
const KEEP = { all: "1d", daily: "none", weekly: "none", monthly: "none" };

/** EC2's snapshots; what was told is shown some looks later. */
class Ec2 {
    readonly told: string[] = [];
    readonly gone: string[] = [];
    private shown: SetSnapshot[];
    private later: SetSnapshot[];
    private looks = 0;
    failsAt = Infinity;

    constructor(
        snapshots: readonly SetSnapshot[],
        private readonly lag: number,
    ) {
        this.shown = [...snapshots];
        this.later = [...snapshots];
    }

    private step(what: string): void {
        if (this.told.length === this.failsAt) throw new Error("killed");
        this.told.push(what);
    }

    readonly order = (): Collecting => ({
        ec2: {
            setSnapshots: async () => {
                if (this.looks++ % (this.lag + 1) === this.lag) this.shown = this.later;
                return this.shown;
            },
            tagSnapshots: async (ids, tags) => {
                this.step("mark");
                this.later = this.later.map((one) => (ids.includes(one.id) ? tagged([one], tags)[0]! : one));
            },
            deleteSnapshot: async (id) => {
                const set = this.later.find((one) => one.id === id);
                if (set !== undefined)
                    assert.ok("elastic-drive:expiring" in set.tags, "a member went before it was marked");
                this.step("delete");
                this.later = this.later.filter((one) => one.id !== id);
            },
        },
        ...{ drive: "content", nonce: NONCE, keep: KEEP, now: NOW },
        clock: { now: () => 0, sleep: async () => undefined },
        gone: async (set) => void this.gone.push(set),
    });

    get left(): number {
        return this.later.length;
    }
}

const world = (lag = 0): Ec2 =>
    new Ec2([...taken(NOW - DAY / 2), ...taken(NOW - 3 * DAY), ...taken(NOW - 4 * DAY)], lag);
const expired = async (order: Collecting): Promise<string[]> =>
    (await judged(order)).filter(({ fate }) => fate === "expired").map(({ set }) => set.id);

describe("gc of backup sets", () => {
    for (const lag of [0, 1, 3])
        it(`deletes what may go, each set whole, and tells of each once (EC2 shows it ${lag} looks later)`, async () => {
            const ec2 = world(lag);
            const agreed = await expired(ec2.order());
            assert.equal(agreed.length, 2);
            assert.deepEqual((await collectSets(ec2.order(), agreed)).sort(), [...agreed].sort());
            assert.deepEqual([ec2.gone.sort(), ec2.left], [[...agreed].sort(), 2]);
        });

    it("touches no set that nobody agreed to", async () => {
        const ec2 = world();
        const [one] = await expired(ec2.order());
        assert.deepEqual(await collectSets(ec2.order(), [one!]), [one]);
        assert.equal(ec2.left, 4);
    });

    it("killed at any call, goes on to the same end", async () => {
        for (let at = 0; at < 6; at++) {
            const ec2 = world(1);
            const agreed = await expired(ec2.order());
            ec2.failsAt = at;
            await assert.rejects(collectSets(ec2.order(), agreed), /killed/);
            ec2.failsAt = Infinity;
            await collectSets(ec2.order(), await expired(ec2.order()));
            assert.equal(ec2.left, 2, `killed at call ${at}`);
        }
    });
});
