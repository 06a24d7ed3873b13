import * as assert from "node:assert/strict";
import { parseDriveConfig } from "../../../infra/model/config";
import { DriveError } from "../../../infra/model/errors";
import type { Guest, LetGoOrder } from "../../guest/port";
import { RecordingHost } from "../../io/recording";
import { Lease } from "../../guest/lease";
import type { MoveView, Observed, ReachableGuest } from "../../model/observed";
import { slots } from "../../reconcile/testing";
import { progressText, Retiring } from "./watch";
import type { Clock } from "../../io/wait";

const GIB = 1024 ** 3;
const desired = parseDriveConfig({
    name: "content",
    zone: "us-east-1a",
    network: { subnetId: "subnet-00000001", sshFrom: ["203.0.113.0/24"] },
    server: { instanceType: "m7i.large", imageId: "ami-00000001" },
    slots: { ba: { sizeGiB: 8, state: "leaving" }, bb: { sizeGiB: 8, takes: ["ba"] } },
});
const move: MoveView = {
    fromVolume: "vol-ba",
    toVolumes: ["vol-bb"],
    wholeBytes: 8 * GIB,
    leftBytes: 4 * GIB,
    bytesPerSecond: 64 * 1024 ** 2,
    state: "moving",
};
const seen = (usedGiB: number, more: Partial<ReachableGuest> = {}): ReachableGuest => ({
    reachable: true,
    members: [{ volumeId: "vol-ba", sizeBytes: 8 * GIB, usedBytes: usedGiB * GIB, leaving: true }],
    ...{ missing: [], freeBytes: 0, mounted: true, sizeBytes: 0, usedBytes: 0, exports: [], clients: [] },
    uptimeSeconds: 1,
    inFlightBytes: 0,
    ...more,
});
const world = (state: string): Observed => ({
    ec2: { volumes: [], servers: [{ id: "i-1", state, leaving: false } as never], parts: [], snapshots: [] },
    stack: { serverId: "i-1", volumes: { ba: "vol-ba", bb: "vol-bb" }, ids: [], pending: 0 },
    guest: undefined,
    changes: undefined,
});

/** What the server answers, look by look; the last answer stays. */
class Played {
    readonly host = new RecordingHost();
    readonly slept: number[] = [];
    readonly started: string[][] = [];
    dialled = 0;
    closed = 0;
    /** How long a dial takes. */
    dial: Promise<void> = Promise.resolve();
    state = "running";
    readonly abort = new AbortController();
    readonly paces: unknown[] = [];
    onAbort: "leave" | "pause" | undefined;
    /** Aborts in the sleep of this number. */
    abortsAt = Infinity;
    isSilent = false;
    runsAlready = false;
    lease = new Lease();

    constructor(readonly answers: (ReachableGuest | DriveError | Promise<never>)[]) {}

    run(): Promise<void> {
        const clock: Clock = { now: () => 0, sleep: async (ms) => this.sleep(ms) };
        const answer = (): ReachableGuest | Promise<never> => {
            const next = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
            if (next instanceof DriveError) throw next;
            return next;
        };
        const guest = {
            observe: async () => answer(),
            move: async ({ to }: { to: readonly string[] }) => {
                this.started.push([...to]);
                return { started: !this.runsAlready };
            },
            pace: async (rate: unknown) => void this.paces.push(rate),
            close: () => void this.closed++,
        } as unknown as Guest;
        const open = async (): Promise<Guest> => {
            this.dialled++;
            if (this.isSilent && this.abort.signal.aborted) throw broken();
            await this.dial;
            return guest;
        };
        const look = async (): Promise<Observed> => world(this.state);
        const { host, lease, onAbort } = this;
        return new Retiring({ host, clock, lease, signal: this.abort.signal, onAbort, open, look }).move(desired, {
            ...{ kind: "move", slot: "ba", to: ["bb"] },
        });
    }

    private sleep(ms: number): void {
        this.slept.push(ms);
        if (this.slept.length === this.abortsAt) this.abort.abort();
    }
}

const broken = (): DriveError => new DriveError("SshBroken", "gone", { retryable: true });

describe("moving a slot's data", () => {
    it("starts the job where none runs, and ends when nothing is left, by one connection", async () => {
        const played = new Played([seen(8), seen(4, { move }), seen(0)]);
        await played.run();
        assert.deepEqual(played.started, [["bb"]]);
        assert.equal(played.dialled, 1);
    });
    it("starts nothing where the job runs, and nothing where all has moved", async () => {
        const played = new Played([seen(4, { move }), seen(0, { move: { ...move, state: "moved" } })]);
        await played.run();
        assert.deepEqual(played.started, []);
    });
    it("looks seldom while there is long to go, often towards the end", async () => {
        const left = (leftBytes: number) => seen(4, { move: { ...move, leftBytes } });
        const played = new Played([left(400 * GIB), left(10 * GIB), left(GIB / 8), seen(0)]);
        await played.run();
        assert.deepEqual(played.slept.slice(1), [30_000, 16_000, 2_000]);
    });
    it("says how far it is, each thing once", async () => {
        const played = new Played([seen(4, { move }), seen(4, { move }), seen(0)]);
        await played.run();
        assert.deepEqual(
            played.host.messages.map(({ text }) => text),
            ["   slot ba: 50 %, 64 MiB/s, 64 s left"],
        );
    });
    it("waits while the server reboots, and dials anew", async () => {
        const played = new Played([seen(4, { move }), broken(), broken(), seen(0)]);
        await played.run();
        assert.equal(played.dialled, 3);
        const said = played.host.messages.map(({ text }) => text);
        assert.deepEqual(said.slice(1), ["waiting for the server to answer: gone"]);
    });
    it("leaves to the loop what has to come first: another server, a mount", async () => {
        const gone = new Played([broken()]);
        gone.state = "terminated";
        await assert.rejects(gone.run(), { code: "LookAgain" });
        await assert.rejects(new Played([seen(4, { mounted: false })]).run(), { code: "LookAgain" });
    });
    it("gives up on a job that fails again and again, and says where to look", async () => {
        const played = new Played([seen(4, { move: { ...move, state: "failed" } })]);
        await assert.rejects(played.run(), { code: "MoveFailed" });
        assert.equal(played.started.length, 3);
    });
    it("takes a job for none that failed where it runs, and has only said nothing yet", async () => {
        const played = new Played([...Array.from({ length: 6 }, () => seen(4)), seen(0)]);
        played.runsAlready = true;
        await played.run();
        assert.equal(played.started.length, 6);
    });
    it("stops watching when it is asked to, says that the job goes on, and starts none", async () => {
        const played = new Played([seen(4, { move })]);
        played.abort.abort();
        await assert.rejects(played.run(), { code: "Interrupted", message: /slot ba goes on moving on the server/ });
        assert.deepEqual(played.started, []);
        assert.deepEqual(played.host.messages, [], "nothing is said of a job that was not seen");
    });
    for (const [onAbort, isSilent, paces, state] of [
        [undefined, false, [], "moving"],
        ["leave", false, [], "moving"],
        ["pause", false, [0], "paused"],
        ["pause", true, [], "moving"],
    ] as const) {
        const how = `${onAbort ?? "nothing was said"}${isSilent ? ", by a server that does not answer" : ""}`;
        it(`stopped in the middle (${how}), says that the job is ${state} and how to end it`, async () => {
            const played = Object.assign(new Played([seen(4, { move })]), { onAbort, isSilent, abortsAt: 2 });
            await assert.rejects(played.run(), { code: "Interrupted" });
            assert.deepEqual(played.paces, paces);
            const last = played.host.messages.at(-1)!;
            assert.deepEqual([last.code, last.data], ["DRIVE_W2014", { slot: "ba", state }]);
            assert.match(last.text, /elastic-drive cancel ends it/);
        });
    }
    it("stops at once in the middle of a look that does not end, and of a dial, and leaves no connection", async () => {
        const never = new Promise<never>(() => undefined);
        const looking = new Played([seen(4, { move }), never]);
        const watching = looking.run();
        setTimeout(() => looking.abort.abort(), 5);
        await assert.rejects(watching, { code: "Interrupted" });
        assert.equal(looking.closed, 1);

        const dialling = new Played([seen(4, { move })]);
        let answered: () => void = () => undefined;
        dialling.dial = new Promise((resolve) => (answered = resolve));
        const begun = dialling.run();
        setTimeout(() => dialling.abort.abort(), 5);
        await assert.rejects(begun, { code: "Interrupted" });
        answered();
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(dialling.closed, 1, "it was answered too late");
    });
    it("leaves to the loop what another driver has made otherwise: another's lease, a slot that stays", async () => {
        const theirs = { id: "x", holder: "a@b", pid: 1, operation: "cancel", since: "", secondsLeft: 9 };
        await assert.rejects(new Played([seen(4, { move, lease: theirs })]).run(), { code: "LookAgain" });
        const [ba] = seen(4).members;
        await assert.rejects(new Played([seen(4, { members: [{ ...ba!, leaving: false }] })]).run(), {
            code: "LookAgain",
        });
    });
    it("ends when its lease was taken over", async () => {
        const played = new Played([seen(4, { move })]);
        const [mine, theirs] = ["mine", "x"].map((id) => ({
            ...{ id, holder: "a@b", pid: 1, operation: "cancel", since: "", secondsLeft: 9 },
        }));
        played.lease = new Lease({ id: "mine", holder: "me@here", pid: 2 });
        void played.answers.splice(0, 1, seen(4, { move, lease: mine }), seen(4, { move, lease: theirs }));
        await assert.rejects(played.run(), { code: "LeaseLost" });
    });
});

describe("letting a slot go", () => {
    const told = async (bb: object): Promise<unknown> => {
        const orders: LetGoOrder[] = [];
        const guest = { letGo: async (order: LetGoOrder) => void orders.push(order), close() {} } as unknown as Guest;
        const { host, lease } = new Played([]);
        const clock: Clock = { now: () => 0, sleep: async () => {} };
        const parts = { host, clock, lease, open: async () => guest, look: async () => world("running") };
        const taker = { sizeGiB: 16, takes: ["ba", "bb"] };
        const more = slots({ ba: { sizeGiB: 8, state: "leaving" }, bb: { sizeGiB: 8, ...bb }, bc: taker });
        await new Retiring(parts).letGo(more, "ba");
        return orders.map(({ slot, more }) => [slot, more]);
    };
    it("says whether another follows", async () => {
        assert.deepEqual(await told({}), [["ba", true]], "it leaves next");
        assert.deepEqual(await told({ state: "released" }), [["ba", false]]);
    });
});

describe("progress of a move", () => {
    it("is told with rate, limit and what is left", () => {
        assert.equal(progressText(move), "50 %, 64 MiB/s, 64 s left");
        assert.equal(progressText({ ...move, pace: 8 }), "50 %, 64 MiB/s, at most 8 MiB/s, 9 min left");
        assert.equal(progressText({ ...move, state: "paused", pace: 0 }), "50 %, paused, 64 MiB/s");
        assert.equal(progressText({ ...move, bytesPerSecond: 0, leftBytes: 8 * GIB }), "0 %");
    });
});
