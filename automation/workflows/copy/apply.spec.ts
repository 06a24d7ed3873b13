import * as assert from "node:assert/strict";
import { Copying } from "./apply";
import { DriveError } from "../../../infra/model/errors";
import type { Ec2 } from "../../ec2/port";
import type { GuestView, ReachableGuest, SnapshotView } from "../../model/observed";
import { LookAgain } from "../../model/look-again";
import { desired as settledDesired, settled } from "../../reconcile/testing";

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

const unasked = async (): Promise<GuestView> => assert.fail("the server was asked");

describe("the snapshot of a copy", () => {
    it("is not taken twice: one of the lost reply is found, also of a drive that had no nonce yet", async () => {
        for (const nonce of [desired.nonce, undefined]) {
            const { ec2, made } = ec2With([of("snap-1", nonce)]);
            await new Copying({ ec2, wait, inside: unasked }).snapshot(desired, step);
            assert.equal(made(), 0);
        }
    });
    it("waits where EC2 takes none yet, and looks each time: by then it may be there, or the volume attached again", async () => {
        const busy = new DriveError("SnapshotsBusy", "two snapshots of one volume are 15 s apart");
        const patient =
            (looks: number) =>
            async (_what: string, _ms: number, _every: number, probe: () => Promise<object>): Promise<void> => {
                for (let look = 1; !("ready" in (await probe())); look++) assert.ok(look < looks, "it goes on waiting");
            };
        const run = async (change: (seen: SnapshotView[], volume: { attachedTo?: string }) => void) => {
            const snapshots: SnapshotView[] = [];
            const volume: { id: string; attachedTo?: string } = { id: "vol-bb" };
            let asked = 0;
            const ec2 = {
                view: async () => ({ snapshots, volumes: [volume], servers: [], parts: [] }),
                createSnapshot: async () => {
                    if (++asked > 2) return void snapshots.push(of("snap-new", desired.nonce));
                    if (asked === 2) change(snapshots, volume);
                    throw busy;
                },
            } as unknown as Ec2;
            await new Copying({ ec2, wait: patient(4), inside: unasked }).snapshot(desired, step);
            return asked;
        };
        assert.equal(await run(() => undefined), 3);
        assert.equal(await run((seen) => seen.push(of("snap-1", desired.nonce))), 2);
        await assert.rejects(
            run((_, volume) => (volume.attachedTo = "i-1")),
            LookAgain,
        );
    });
    it("is not tried again after any other refusal", async () => {
        const { ec2 } = ec2With([]);
        let asked = 0;
        const refusing = {
            ...ec2,
            createSnapshot: async () => {
                asked++;
                throw new DriveError("Ec2LimitReached", "the account's quota");
            },
        } as unknown as Ec2;
        const done = new Copying({ ec2: refusing, wait, inside: unasked }).snapshot(desired, step);
        await assert.rejects(done, { code: "Ec2LimitReached" });
        assert.equal(asked, 1);
    });
    it("is never another's with the same tags: it may be older than the last write", async () => {
        const { ec2, made } = ec2With([of("snap-1", "f000000000000000")]);
        const copying = new Copying({ ec2, wait, inside: unasked });
        await copying.snapshot(desired, step);
        assert.equal(made(), 1);
        await copying.completed(desired, { ...step, kind: "waitSnapshot" });
    });
});

describe("the detachment of what is copied", () => {
    const mounted = settled.guest as ReachableGuest;
    const aside: GuestView = { ...mounted, asideSince: 1, mounted: false, active: false, exports: [] };
    const silent: GuestView = { reachable: false, why: "it does not answer" };
    const detach = { kind: "detach", slot: "bb", volumeId: "vol-bb", serverId: "i-1" } as const;

    for (const [name, guest, state, detaches] of [
        ["put aside: detached", aside, "running", true],
        ["put aside, and EC2's answer old: detached", aside, "stopped", true],
        ["mounted, whatever the look before said: not detached", mounted, "running", false],
        ["mounted, and EC2's answer old: not detached", mounted, "stopped", false],
        ["put aside and mounted all the same: not detached", { ...aside, mounted: true }, "running", false],
        ["running and silent: not detached", silent, "running", false],
        ["stopped and silent: detached", silent, "stopped", true],
    ] as const)
        it(`of a drive ${name}`, async () => {
            const volume: { id: string; attachment?: string; attachedTo?: string } = { id: "vol-bb" };
            Object.assign(volume, { attachment: "attached", attachedTo: "i-1" });
            const ec2 = {
                view: async () => ({ volumes: [{ ...volume }], servers: [{ id: "i-1", state }], snapshots: [] }),
                detachVolume: async () => void Object.assign(volume, { attachment: undefined, attachedTo: undefined }),
            } as unknown as Ec2;
            const done = new Copying({ ec2, wait, inside: async () => guest }).detach("content", detach);
            if (detaches) await done;
            else await assert.rejects(done, LookAgain);
            assert.equal(volume.attachedTo === undefined, detaches);
        });
});
