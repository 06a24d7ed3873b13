import * as assert from "node:assert/strict";
import { slotTags } from "../../infra/model/tags";
import type { Observed, ServerView, VolumeView } from "../model/observed";
import { ours, ownTags } from "./ours";
import { desired, ec2, kinds, settled, slots, volume } from "./testing";

const FOREIGN = "f000000000000000";
const free = { state: "available", attachedTo: undefined, attachment: undefined } as const;
const left = (more: Partial<VolumeView> = {}): VolumeView => volume("bc", { id: "vol-left", ...free, ...more });
const beside = (one: VolumeView, began?: string): Observed => {
    const observed = ec2({ volumes: [...settled.ec2.volumes, one] });
    return { ...observed, stack: { ...observed.stack, began } };
};
const strange = (observed: Observed) => (ours(desired, observed).ec2.strange ?? []).map(({ id, why }) => [id, why]);
const wanted = slots({ bc: { sizeGiB: 8 } });

const server = (more: Partial<ServerView> = {}): Observed => {
    const other: ServerView = {
        ...{ id: "i-2", state: "running", imageId: "ami-00000001", instanceType: "m7i.large", leaving: false },
        ...{ part: "server", nonce: desired.nonce, interfaceIds: ["eni-1"], createdAt: "2026-10-02T00:00:00.000Z" },
        ...more,
    };
    const observed = ec2({ servers: [...settled.ec2.servers, other] });
    return { ...observed, stack: { ...observed.stack, began: "2026-10-01T00:00:00.000Z" } };
};

describe("what is the drive's", () => {
    it("is what the state knows, whatever its tags say", () => {
        const bare = settled.ec2.volumes.map((one) => ({ ...one, nonce: undefined, snapshotId: "snap-1" }));
        assert.deepEqual(strange(ec2({ volumes: bare })), []);
    });

    it("is a volume with its nonce, made from what its tags say, since the last up that ended", () => {
        assert.deepEqual(kinds(wanted, beside(left())), ["up"]);
        assert.deepEqual(ours(wanted, beside(left())).ec2.strange, []);
    });

    for (const [what, more, why] of [
        ["no nonce", { nonce: undefined }, /no nonce/],
        ["restored with the tags of a blank volume", { snapshotId: "snap-1" }, /made from snap-1.*restored/],
        ["restored with the tags of a copy", { snapshotId: "snap-2", fromSnapshot: "snap-1" }, /tags say snap-1/],
        ["older than the last up", { createdAt: "2026-09-30T23:59:59.000Z" }, /older than the last up/],
    ] as const) {
        it(`is no volume that is ${what}: never adopted, never deleted, named, and up does not make a second one`, () => {
            const observed = beside(left(more), "2026-10-01T00:00:00.000Z");
            assert.match(String(strange(observed)), why);
            assert.deepEqual(kinds(desired, observed), []);
            assert.deepEqual(kinds(wanted, observed), ["refused VolumeUnproven"]);
        });
    }

    it("is no volume of a foreign nonce, and that one is in nobody's way", () => {
        const observed = beside(left({ nonce: FOREIGN }));
        assert.match(String(strange(observed)), /another drive of that name/);
        const plan = kinds(wanted, observed);
        assert.deepEqual(plan, ["up"]);
    });

    it("is no kept volume that somebody restored: neither marked nor collected", () => {
        const kept = { slot: "bc", hours: 48 };
        assert.deepEqual(kinds(desired, beside(left({ slot: "", kept }))), ["keep"]);
        for (const more of [{ snapshotId: "snap-1" }, { nonce: FOREIGN }, { nonce: undefined }])
            assert.deepEqual(kinds(desired, beside(left({ slot: "", kept, ...more }))), []);
    });

    it("is a server on its interface that an interrupted up left, and no other: the guide's own recovery machine stays", () => {
        assert.deepEqual(kinds(desired, server()), ["sweep"]);
        for (const more of [
            { part: undefined },
            { part: "recovery" },
            { nonce: FOREIGN },
            { nonce: undefined },
            { interfaceIds: ["eni-9"] },
            { createdAt: "2026-09-30T00:00:00.000Z" },
        ])
            assert.deepEqual(kinds(desired, server(more)), [], JSON.stringify(more));
    });

    it("a server that is not, on the interface that a new one needs, is said before the engine fails on it", () => {
        const observed = server({ nonce: undefined });
        const gone = { ...observed, ec2: { ...observed.ec2, servers: observed.ec2.servers.slice(1) } };
        assert.deepEqual(kinds(desired, gone), ["refused ServerUnproven"]);
    });

    it("is nothing at all while it has no nonce, but what the state knows", () => {
        const { nonce: _nonce, ...old } = desired;
        const stack = { ...settled.stack, desired: old };
        assert.deepEqual(kinds(old, { ...server({ nonce: undefined }), stack }), []);
        assert.deepEqual(kinds(old, { ...beside(left({ nonce: undefined })), stack }), []);
    });

    it("is a snapshot of its own volume, and no copy of one", () => {
        const snapshot = {
            id: "snap-1",
            volumeId: "vol-ba",
            stage: "final",
            state: "completed",
            progress: 100,
        } as const;
        const all = [
            snapshot,
            { ...snapshot, id: "snap-2", nonce: desired.nonce, volumeId: "vol-gone" },
            { ...snapshot, id: "snap-3", nonce: desired.nonce, volumeId: "vol-ffffffff" },
            { ...snapshot, id: "snap-4", nonce: FOREIGN },
        ];
        const own = ours(desired, ec2({ snapshots: all })).ec2.snapshots;
        assert.deepEqual(
            own.map(({ id }) => id),
            ["snap-1", "snap-2"],
        );
    });

    it("a stack that knows of nothing refuses beside a drive that is there, with where to look first", () => {
        const held = { kind: "address", id: "eni-1", used: true, part: "address", nonce: desired.nonce } as const;
        const lost = { ...ec2({ parts: [held] }), stack: { volumes: {}, ids: [], pending: 0 } };
        assert.deepEqual(kinds(desired, lost), ["refused StateLost"]);
        const other = { ...desired, nonce: FOREIGN };
        assert.deepEqual(kinds(other, lost), ["refused DriveNotOurs"]);
    });

    it("a nonce or an account that is not the drive's is refused", () => {
        const codes = (more: object) => kinds({ ...desired, ...more }, settled);
        assert.deepEqual(codes({ nonce: FOREIGN }), ["refused IdentityChanged"]);
        assert.deepEqual(codes({ nonce: undefined }), ["refused IdentityChanged"]);
        assert.deepEqual(codes({ account: "210987654321" }), ["refused IdentityChanged"]);
    });

    it("compares all of a leftover before an engine takes it in and changes it", () => {
        const tags = {
            ...{ Name: "content-bc", "elastic-drive:drive": "content", "elastic-drive:slot": "bc" },
            "elastic-drive:nonce": desired.nonce!,
        };
        const whole = {
            encrypted: true,
            tags: { ...tags, "aws:cloudformation:stack-id": "x" },
            iops: 3_000,
            throughput: 125,
        };
        assert.deepEqual(kinds(wanted, beside(left(whole))), ["up"]);
        for (const more of [
            { sizeGiB: 9 },
            { type: "gp2" },
            { iops: 4_000 },
            { throughput: 200 },
            { encrypted: false },
            { zone: "us-east-1b" },
            { tags: { ...tags, Name: "mine" } },
            { tags: { ...tags, owner: "me" } },
        ])
            assert.deepEqual(
                kinds(wanted, beside(left({ ...whole, ...more }))),
                ["refused LeftoverDiffers"],
                JSON.stringify(more),
            );
    });

    it("a leftover may have the tags that the stack's provider puts on everything, and an import sees its own alone", () => {
        const tags = { ...slotTags(wanted, "bc"), "cost-centre": "42", owner: "me" };
        const seen = beside(left({ tags }));
        const judged = (defaults: Record<string, string>): string[] =>
            kinds(wanted, { ...seen, ec2: ownTags(seen.ec2, defaults) });
        assert.deepEqual(judged({ "cost-centre": "42", owner: "me" }), ["up"]);
        assert.deepEqual(judged({ "cost-centre": "43", owner: "me" }), ["refused LeftoverDiffers"]);
        assert.deepEqual(judged({}), ["refused LeftoverDiffers"]);
    });
});
