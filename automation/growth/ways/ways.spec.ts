import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseDriveConfig, type DriveConfig } from "../../../infra/model/config";
import { InvalidInput } from "../../../infra/model/errors";
import { instanceLimits } from "../../../infra/model/instances";
import { slotsThatAre } from "../../../infra/model/slots";
import { factsOf, settledSlots } from "../facts";
import { sizeOf } from "../../model/sizes";
import { freeNames } from "../../model/slots";
import { closed, drive, open } from "../testing";
import { growthWays } from "./ways";
import { HOWS } from "./way";

const two = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 100, iops: 6000, throughput: 500 } });
const many = (count: number, slot: object = { sizeGiB: 1 }): Record<string, object> =>
    Object.fromEntries(
        freeNames({})
            .slice(0, count)
            .map((name) => [name, slot]),
    );
const left = (slot: string, more: object = {}) => ({ slot, left: 4, underWay: false, ...more });

describe("ways to a larger drive", () => {
    it("are in place, in the cheapest volume that takes it all, and by one more as the largest", () => {
        const ways = growthWays(two, { targetGiB: 1024 });
        assert.deepEqual(open(ways, "in-place").changes, ["slot bb grows from 100 to 1016 GiB"]);
        assert.deepEqual(open(ways, "add").changes, ["slot bc is added: 916 GiB gp3"]);
        const like = { sizeGiB: 916, type: "gp3", state: "member", iops: 6000, throughput: 500 };
        assert.deepEqual(open(ways, "add").slots["bc"], like);
        assert.equal(open(ways, "in-place").slots["bb"]?.iops, 6000);
        const fast = drive({ ba: { sizeGiB: 100, iops: 50_000 } }); // more than 10 GiB may have
        assert.equal(open(growthWays(fast, { targetGiB: 110 }), "add").slots["bb"]?.iops, undefined);
        assert.deepEqual(open(ways, "in-place").passage.modifies, ["bb"]);
    });
    it("are a replacement as large as the growth and what leaves, of the volume with the least to move", () => {
        const { slots, after, passage } = open(growthWays(two, { targetGiB: 1024 }), "replace");
        assert.deepEqual([slots["ba"]?.state, slots["bc"]?.sizeGiB, slots["bc"]?.takes], ["leaving", 924, ["ba"]]);
        assert.deepEqual([after.sizeGiB, after.members, passage.during.slots], [1024, 2, 3]);
        assert.equal(passage.copy?.gib, 8);
        assert.deepEqual(passage.modifies, []);
    });
    it("are fewer volumes that hold it all", () => {
        const { slots, after, passage } = open(growthWays(two, { targetGiB: 1024 }), "consolidate");
        assert.deepEqual([slots["bc"]?.sizeGiB, slots["bc"]?.takes], [1024, ["ba", "bb"]]);
        assert.deepEqual([after.sizeGiB, after.members, passage.copy?.gib], [1024, 1, 108]);
        const large = drive(many(3, { sizeGiB: 10_000, type: "gp2" }));
        assert.equal(open(growthWays(large, { targetGiB: 32_000 }), "consolidate").after.members, 2);
        assert.equal(open(growthWays(drive(many(3)), { targetGiB: 32 }), "consolidate").after.members, 1);
        const full = growthWays(large, { targetGiB: 40_000 });
        assert.match(closed(full, "consolidate"), /would take 3 volumes or more/);
        assert.match(closed(growthWays(drive(many(1)), { targetGiB: 2 }), "consolidate"), /one volume already/);
    });
    it("are a larger copy of one volume, with downtime, and a snapshot to pay for meanwhile", () => {
        const { slots, after, passage } = open(growthWays(two, { targetGiB: 1024 }), "snapshot");
        assert.deepEqual([slots["ba"]?.state, slots["bc"]?.sizeGiB, slots["bc"]?.copies], ["member", 924, "ba"]);
        assert.deepEqual([after.sizeGiB, after.members, passage.copy?.gib], [1024, 2, 8]);
        assert.ok(passage.downtimeSeconds > 0 && passage.downtimeSeconds < passage.seconds);
        assert.equal((passage.during.monthly - after.monthly).toFixed(2), (8 * 0.08 + 8 * 0.05).toFixed(2));
        const none = closed(growthWays(two, { targetGiB: 200_000 }), "snapshot");
        assert.match(none, /^one volume is copied at a time: the copy of slot ba is not possible.*1 to 65536 GiB/);
    });
    it("copy the volume that costs least afterwards, and of those alike the smallest", () => {
        for (const [slots, gib] of [
            [{ ba: { sizeGiB: 8, type: "gp2" }, bb: { sizeGiB: 100 } }, 100],
            [{ ba: { sizeGiB: 100 }, bb: { sizeGiB: 8 } }, 8],
        ] as const) {
            const ways = growthWays(drive(slots), { targetGiB: 1024 });
            for (const how of ["replace", "snapshot"] as const) assert.equal(open(ways, how).passage.copy?.gib, gib);
        }
    });
    it("leave a volume alone that EC2 is still modifying, or that has had its four modifications", () => {
        const busy = growthWays(two, { targetGiB: 200 }, [left("bb", { underWay: true })]);
        assert.deepEqual(open(busy, "in-place").changes, ["slot ba grows from 8 to 100 GiB"]);
        const spent = left("ba", { left: 0, nextAt: "2026-10-02T10:00:00.000Z" });
        const none = closed(growthWays(two, { targetGiB: 200 }, [left("bb", { underWay: true }), spent]), "in-place");
        assert.match(none, /EC2 is still modifying bb/);
        assert.match(none, /ba has had all its modifications of 24 hours, the next is possible at 2026-10-02T10/);
    });
    it("spread over several volumes where one takes too little", () => {
        const full = drive({ ba: { sizeGiB: 16_000, type: "gp2" }, bb: { sizeGiB: 16_100, type: "gp2" } });
        assert.deepEqual(open(growthWays(full, { targetGiB: 32_700 }), "in-place").changes, [
            "slot ba grows from 16000 to 16384 GiB",
            "slot bb grows from 16100 to 16316 GiB",
        ]);
        const three = drive({ ...full.slots, bc: { sizeGiB: 15_900, type: "gp2" } });
        assert.deepEqual(open(growthWays(three, { targetGiB: 48_750 }), "in-place").passage.modifies, ["ba", "bc"]);
        assert.match(closed(growthWays(full, { targetGiB: 40_000 }), "in-place"), /take 7232 GiB too little/);
        assert.match(closed(growthWays(full, { targetGiB: 40_000 }), "replace"), /no one gp2 holds/);
    });
    it("end at 20 volumes and at the server's attachments", () => {
        const full = growthWays(drive(many(20)), { targetGiB: 30 });
        assert.match(closed(full, "add"), /20 volumes and 1 more are over 20/);
        assert.equal(open(full, "replace").passage.during.slots, 21);
        assert.equal(open(full, "consolidate").after.members, 1);
        assert.equal(open(full, "snapshot").after.members, 20);
        // t3.large: 27 attachments in all, one for the root volume, one kept free.
        open(growthWays(drive(many(19), "t3.large"), { targetGiB: 30 }), "add");
        const huge = growthWays(drive({ ba: { sizeGiB: 16_384, type: "gp2" } }), { targetGiB: 600_000 });
        assert.match(closed(huge, "add"), /over 20/);
    });
    it("take the type that is asked for, at least as large as it may be", () => {
        const ways = growthWays(two, { targetGiB: 110, type: "st1" });
        assert.match(closed(ways, "in-place"), /^no volume is a st1/);
        assert.deepEqual(open(ways, "add").changes, ["slot bc is added: 125 GiB st1"]);
        for (const how of ["replace", "snapshot"] as const) assert.equal(open(ways, how).slots["bc"]?.sizeGiB, 125);
    });
    it("are open to what needs IOPS when it is given them, and say so when it is not", () => {
        const mixed = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 100, iops: 6000, throughput: 500 } });
        const without = growthWays(mixed, { targetGiB: 4096, type: "io2" });
        for (const how of HOWS) assert.match(closed(without, how), /io2 needs --iops, 100 to 256000$/);
        const ways = growthWays(mixed, { targetGiB: 4096, type: "io2", iops: 9000 });
        for (const how of HOWS) {
            const fast = Object.values(open(ways, how).slots).filter(({ type }) => type === "io2");
            assert.deepEqual([...new Set(fast.map(({ iops }) => iops))], [9000], how);
        }
        const few = growthWays(mixed, { targetGiB: 4096, type: "io1", iops: 65_000 });
        for (const how of HOWS) assert.match(closed(few, how), /--iops: got 65000; io1 takes 100 to 64000/);
        const odd = growthWays(drive({ ba: { sizeGiB: 8, type: "gp2" } }), { targetGiB: 16, throughput: 500 });
        for (const how of ["in-place", "add", "replace", "snapshot"] as const)
            assert.match(closed(odd, how), /--throughput: got 500; only gp3 has a throughput to set/);
        const faster = open(growthWays(mixed, { targetGiB: 200, throughput: 700 }), "in-place");
        assert.deepEqual([faster.slots["bb"]?.iops, faster.slots["bb"]?.throughput], [6000, 700]);
    });
    it("change the type of a volume that grows, where none of that type is there, but never to magnetic disks", () => {
        const old = drive({ ba: { sizeGiB: 500, type: "gp2" } });
        const ways = growthWays(old, { targetGiB: 1000, type: "gp3" });
        assert.deepEqual(open(ways, "in-place").changes, ["slot ba grows from 500 to 1000 GiB and becomes gp3"]);
        assert.match(closed(growthWays(old, { targetGiB: 1000, type: "sc1" }), "in-place"), /no volume is a sc1/);
        const mixed = drive({ ba: { sizeGiB: 500, type: "gp2" }, bb: { sizeGiB: 8 } });
        assert.deepEqual(open(growthWays(mixed, { targetGiB: 1000, type: "gp3" }), "in-place").changes, [
            "slot bb grows from 8 to 500 GiB",
        ]);
    });
    it("are all closed while another move has not ended", () => {
        const moving = drive({ ba: { sizeGiB: 8, state: "leaving" }, bb: { sizeGiB: 8, takes: ["ba"] } });
        const ways = growthWays(moving, { targetGiB: 30 });
        assert.deepEqual(
            [...new Set(ways.map(({ how }) => closed(ways, how)))],
            ["slot ba is leaving: another operation has not ended"],
        );
        const copying = growthWays(drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, copies: "ba" } }), { targetGiB: 30 });
        assert.equal(closed(copying, "add"), "slot bb copies ba: another operation has not ended");
    });
    it("say what copying takes: time by the slowest on the way, and what is there twice", () => {
        const plain = drive({ ba: { sizeGiB: 1024 } }, "m7i.8xlarge");
        const { passage, after } = open(growthWays(plain, { targetGiB: 2048 }), "replace");
        assert.deepEqual(
            [Math.round(passage.copy!.seconds), passage.copy!.mibPerSecond, passage.copy!.source],
            [8389, 125, "stated"],
        );
        assert.match(passage.copy!.limitedBy, /old gp3/);
        assert.ok(passage.seconds > passage.copy!.seconds);
        assert.equal(passage.during.monthly.toFixed(2), (1024 * 0.08 + after.monthly).toFixed(2));
        assert.equal(passage.during.extra.toFixed(3), ((81.92 * passage.seconds) / (730 * 3600)).toFixed(3));
        const given = open(growthWays(plain, { targetGiB: 2048, rate: 512 }), "replace").passage.copy!;
        assert.deepEqual([given.seconds, given.source], [2048, "given"]);
        const slow = open(growthWays(drive({ ba: { sizeGiB: 1024 } }), { targetGiB: 2048 }), "replace").passage.copy!;
        assert.match(slow.limitedBy, /half the EBS baseline of m7i\.large/);
        const limit = (slots: Record<string, object>, how: "replace" | "consolidate", type?: "gp2"): string =>
            open(growthWays(drive(slots, "m7i.8xlarge"), { targetGiB: 4096, type }), how).passage.copy!.limitedBy;
        assert.equal(limit({ ba: { sizeGiB: 1024, throughput: 500 } }, "replace", "gp2"), "the new gp2");
        const mixed = { ba: { sizeGiB: 1024 }, bb: { sizeGiB: 8, type: "gp2" } };
        assert.equal(limit(mixed, "consolidate"), "the old gp3");
    });
    it("are priced by the list that is given", () => {
        assert.equal(factsOf(drive({ ba: { sizeGiB: 100 } }).slots).monthly, 8);
    });

    it("reach the target, shrink nothing, are legal and have places on the server, for any drive", () => {
        const type = fc.constantFrom("gp3", "gp2", "st1", "io1");
        const slot = fc
            .record({ type, sizeGiB: fc.integer({ min: 125, max: 16_384 }) })
            .map((made) => (made.type === "io1" ? { ...made, iops: 200 } : made));
        const slots = fc.array(slot, { minLength: 1, maxLength: 20 });
        const server = fc.constantFrom("m7i.large", "t3.large", "m5d.24xlarge");
        const reached = new Set<string>();
        fc.assert(
            fc.property(
                fc.record({ slots, more: fc.integer({ min: 1, max: 200_000 }), type, ask: fc.boolean(), server }),
                (made) => {
                    const names = freeNames({});
                    const before = drive(
                        Object.fromEntries(made.slots.map((config, at) => [names[at]!, config])),
                        made.server,
                    );
                    const targetGiB = sizeOf(before.slots) + made.more;
                    for (const way of growthWays(before, { targetGiB, type: made.ask ? made.type : undefined })) {
                        if ("impossible" in way) {
                            assert.ok(way.impossible.length > 0);
                            continue;
                        }
                        reached.add(way.how);
                        legal(before, { ...before, slots: way.slots });
                        legal(before, { ...before, slots: settledSlots({ ...before, slots: way.slots }) });
                        assert.ok(way.after.sizeGiB >= targetGiB);
                        assert.ok(way.passage.during.monthly >= way.after.monthly);
                        assert.ok(Number.isFinite(way.passage.seconds) && way.passage.seconds > 0);
                        for (const [name, old] of Object.entries(before.slots))
                            assert.ok(way.slots[name]!.sizeGiB >= old.sizeGiB);
                    }
                },
            ),
            { numRuns: 400 },
        );
        assert.deepEqual([...reached].sort(), [...HOWS].sort());
    });
});

/** What joins is never smaller than what leaves, and everything that is there at once has its place. */
function legal(before: DriveConfig, next: DriveConfig): void {
    assert.doesNotThrow(() => parseDriveConfig(next), InvalidInput);
    const attachments = instanceLimits(next.server.instanceType)!.attachments;
    const copies = Object.values(next.slots).filter(({ copies: of }) => of !== undefined);
    // What is copied has left the server before its copy comes, and a slot that is coming waits until others have gone.
    assert.ok(slotsThatAre(next.slots, "attached").length + 1 <= attachments, "attachments");
    for (const copy of copies) assert.ok(copy.sizeGiB >= before.slots[copy.copies!]!.sizeGiB);
    const members = Object.values(next.slots).filter(({ state }) => state === "member");
    assert.ok(members.length - copies.length <= 20);
    const takers = Object.values(next.slots).filter(({ takes }) => takes !== undefined);
    const taken = [...new Set(takers.flatMap(({ takes }) => takes ?? []))];
    const size = (list: readonly { readonly sizeGiB: number }[]): number =>
        list.reduce((sum, one) => sum + one.sizeGiB, 0);
    assert.ok(size(takers) >= size(taken.map((name) => before.slots[name]!)), "S14");
}
