import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { DriveConfig } from "../../infra/model/config";
import { parseDriveConfig } from "../../infra/model/config";
import { InvalidInput } from "../../infra/model/errors";
import { choose, factsOf, freeNames, growthWays, sizeOf, type OpenWay, type Way } from "./ways";

const drive = (slots: Record<string, object>, instanceType = "m7i.large"): DriveConfig =>
    parseDriveConfig({
        name: "content",
        zone: "us-east-1a",
        network: { subnetId: "subnet-00000001" },
        server: { instanceType, imageId: "ami-00000001" },
        slots,
    });
const open = (way: Way | undefined): OpenWay => {
    assert.ok(way !== undefined && "slots" in way, JSON.stringify(way));
    return way;
};
const closed = (way: Way | undefined): string => {
    assert.ok(way !== undefined && "impossible" in way, JSON.stringify(way));
    return way.impossible;
};
const two = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 100, iops: 6000, throughput: 500 } });

describe("ways to a larger drive", () => {
    it("are in place, in the cheapest volume that takes it all, and by one more as the largest", () => {
        const [inPlace, add] = growthWays(two, { targetGiB: 1024 }).map(open);
        assert.deepEqual(inPlace?.changes, ["slot bb grows from 100 to 1016 GiB"]);
        assert.deepEqual(add?.changes, ["slot bc is added: 916 GiB gp3"]);
        assert.deepEqual(add.slots["bc"], { sizeGiB: 916, type: "gp3", state: "member", iops: 6000, throughput: 500 });
        assert.equal(inPlace.slots["bb"]?.iops, 6000);
    });
    it("leave a volume alone that EC2 is still modifying", () => {
        assert.deepEqual(open(growthWays(two, { targetGiB: 200 }, ["bb"])[0]).changes, [
            "slot ba grows from 8 to 100 GiB",
        ]);
        assert.match(closed(growthWays(two, { targetGiB: 200 }, ["ba", "bb"])[0]), /still modifying ba, bb/);
    });
    it("spread over several volumes where one takes too little", () => {
        const full = drive({ ba: { sizeGiB: 16_000, type: "gp2" }, bb: { sizeGiB: 16_100, type: "gp2" } });
        const [inPlace] = growthWays(full, { targetGiB: 32_700 });
        assert.deepEqual(open(inPlace).changes, [
            "slot ba grows from 16000 to 16384 GiB",
            "slot bb grows from 16100 to 16316 GiB",
        ]);
        assert.match(closed(growthWays(full, { targetGiB: 40_000 })[0]), /take 7232 GiB too little/);
    });
    it("end at 20 volumes and at the server's attachments", () => {
        const many = (count: number): Record<string, object> =>
            Object.fromEntries(
                freeNames({})
                    .slice(0, count)
                    .map((slot) => [slot, { sizeGiB: 1 }]),
            );
        assert.match(closed(growthWays(drive(many(20)), { targetGiB: 30 })[1]), /20 volumes and 1 more are over 20/);
        // t3.large: 27 attachments in all, one for the root volume, one kept free.
        assert.ok("slots" in growthWays(drive(many(19), "t3.large"), { targetGiB: 30 })[1]!);
        assert.match(
            closed(growthWays(drive({ ba: { sizeGiB: 16_384, type: "gp2" } }), { targetGiB: 600_000 })[1]),
            /over 20/,
        );
    });
    it("take the type that is asked for, at least as large as it may be", () => {
        const [inPlace, add] = growthWays(two, { targetGiB: 110, type: "st1" });
        assert.equal(closed(inPlace), "no volume is a st1");
        assert.deepEqual(open(add).changes, ["slot bc is added: 125 GiB st1"]);
        assert.match(closed(growthWays(two, { targetGiB: 200, type: "io2" })[1]), /needs IOPS of its own/);
    });
    it("are chosen by price, then by fewer volumes", () => {
        assert.deepEqual(choose(growthWays(two, { targetGiB: 1024 }))?.way.how, "in-place");
        const cheaper = choose(
            growthWays(drive({ ba: { sizeGiB: 500, type: "gp2" } }), { targetGiB: 1000, type: "gp3" }),
        );
        assert.deepEqual([cheaper?.way.how, cheaper?.why], ["add", "the only way there is"]);
        const plain = drive({ ba: { sizeGiB: 500 } });
        assert.match(choose(growthWays(plain, { targetGiB: 1000 }))!.why, /same price, and no further volume/);
        assert.equal(choose([{ how: "add", impossible: "full" }]), undefined);
    });
    it("are priced by the list that is given", () => {
        assert.equal(factsOf(drive({ ba: { sizeGiB: 100 } }).slots).monthly, 8);
    });

    it("reach the target, touch nothing else, shrink nothing and are legal, for any drive", () => {
        const type = fc.constantFrom("gp3", "gp2", "st1", "io1");
        const slot = fc
            .record({ type, sizeGiB: fc.integer({ min: 125, max: 16_384 }) })
            .map((made) => (made.type === "io1" ? { ...made, iops: 200 } : made));
        const slots = fc.array(slot, { minLength: 1, maxLength: 20 });
        fc.assert(
            fc.property(slots, fc.integer({ min: 1, max: 200_000 }), type, fc.boolean(), (list, more, wanted, ask) => {
                const names = freeNames({});
                const before = drive(Object.fromEntries(list.map((config, at) => [names[at]!, config])));
                const targetGiB = sizeOf(before.slots) + more;
                for (const way of growthWays(before, { targetGiB, type: ask ? wanted : undefined })) {
                    if ("impossible" in way) {
                        assert.ok(way.impossible.length > 0);
                        continue;
                    }
                    assert.ok(way.after.sizeGiB >= targetGiB);
                    assert.doesNotThrow(() => parseDriveConfig({ ...before, slots: way.slots }), InvalidInput);
                    for (const [name, old] of Object.entries(before.slots)) {
                        assert.ok(way.slots[name]!.sizeGiB >= old.sizeGiB);
                        assert.deepEqual({ ...way.slots[name], sizeGiB: 0 }, { ...old, sizeGiB: 0 });
                    }
                    if (way.how === "in-place") assert.equal(way.after.sizeGiB, targetGiB);
                }
            }),
        );
    });
});
