import * as assert from "node:assert/strict";
import { Copying } from "./copying-steps";
import type { Ec2 } from "./ec2/port";
import type { SnapshotView } from "./observed";
import { desired as settledDesired } from "./testing/settled";

const desired = { ...settledDesired, nonce: "0123456789abcdef" };
const step = { kind: "snapshot", slot: "bb", volumeId: "vol-bb", stage: "final" } as const;

/** EC2 with these snapshots; what is made bears the drive's nonce. */
function ec2With(snapshots: SnapshotView[]): { ec2: Ec2; made: () => number } {
    let made = 0;
    const ec2 = {
        view: async () => ({ snapshots, volumes: [{ id: "vol-bb" }], servers: [], parts: [] }),
        createSnapshot: async () => {
            made++;
            snapshots.push({ ...of("snap-new", desired.nonce), state: "completed" });
        },
    } as unknown as Ec2;
    return { ec2, made: () => made };
}
const of = (id: string, nonce: string | undefined): SnapshotView => ({
    ...{ id, volumeId: "vol-bb", stage: "final", state: "pending", progress: 0, nonce },
});
const wait = async (_what: string, _ms: number, _every: number, probe: () => Promise<object>): Promise<void> =>
    assert.ok("ready" in (await probe()), "it would wait");

describe("the snapshot of a copy", () => {
    it("is not taken twice: one of the lost reply is found, also of a drive that had no nonce yet", async () => {
        for (const nonce of [desired.nonce, undefined]) {
            const { ec2, made } = ec2With([of("snap-1", nonce)]);
            await new Copying({ ec2, wait }).snapshot(desired, step);
            assert.equal(made(), 0);
        }
    });
    it("is never another's with the same tags: it may be older than the last write", async () => {
        const { ec2, made } = ec2With([of("snap-1", "f000000000000000")]);
        const copying = new Copying({ ec2, wait });
        await copying.snapshot(desired, step);
        assert.equal(made(), 1);
        await copying.completed(desired, { ...step, kind: "waitSnapshot" });
    });
});
