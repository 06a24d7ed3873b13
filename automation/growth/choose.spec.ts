import * as assert from "node:assert/strict";
import { choose } from "./choose";
import { drive, open } from "./testing";
import { growthWays } from "./ways/ways";
import type { OpenWay, Way } from "./ways/way";

const plain = growthWays(drive({ ba: { sizeGiB: 500 }, bb: { sizeGiB: 500 } }), { targetGiB: 2000 });
const some = open(plain, "in-place");

/** One way in a few figures. */
const way = (
    how: OpenWay["how"],
    {
        monthly = 100,
        members = 2,
        loss = 0.004,
        downtimeSeconds = 0,
        gib = 500,
        hours = undefined as number | undefined,
    },
): Way => ({
    ...some,
    how,
    after: { sizeGiB: 2000, throughput: 125, iops: 3000, members, monthly, yearlyLoss: { low: loss / 2, high: loss } },
    passage: {
        ...some.passage,
        downtimeSeconds,
        seconds: (hours ?? 0) * 3600,
        ...(hours !== undefined && {
            copy: { gib, seconds: hours * 3600, mibPerSecond: 100, source: "stated", limitedBy: "" },
        }),
    },
});
const chosen = (...ways: Way[]) => choose(ways)?.way.how;

describe("the choice among ways", () => {
    it("is what needs no downtime, whatever it costs", () => {
        const offline = way("snapshot", { monthly: 50, downtimeSeconds: 600, hours: 1 });
        assert.equal(chosen(way("add", { monthly: 100 }), offline), "add");
        assert.equal(chosen(offline, { how: "add", impossible: "full" }), "snapshot");
    });
    it("is what copies nothing, unless the copy saves a tenth of the price and is over in a day", () => {
        const quiet = way("add", { monthly: 100, members: 3, loss: 0.006 });
        assert.equal(chosen(quiet, way("consolidate", { monthly: 95, members: 1, loss: 0.002, hours: 5 })), "add");
        assert.equal(
            chosen(quiet, way("consolidate", { monthly: 85, members: 1, loss: 0.002, hours: 5 })),
            "consolidate",
        );
        const long = choose([quiet, way("consolidate", { monthly: 85, members: 1, loss: 0.002, hours: 30 })])!;
        assert.equal(long.way.how, "add");
        assert.equal(
            long.also,
            "--how consolidate saves $15.00 a month and takes the chance of loss in a year from 0.6 to 0.2 %",
        );
    });
    it("is the least likely to be lost of what costs about the same, else the cheapest", () => {
        const risky = way("add", { monthly: 98, members: 3, loss: 0.006 });
        assert.equal(chosen(risky, way("in-place", { monthly: 100 })), "in-place");
        assert.equal(chosen(risky, way("in-place", { monthly: 120 })), "add");
    });
    it("is, of what is alike in that too, the fewest volumes, then the cheapest, then the least copy, then the simplest", () => {
        for (const [better, worse] of [
            [way("add", { members: 2 }), way("in-place", { members: 3, monthly: 99 })],
            [way("add", { monthly: 99 }), way("in-place", {})],
            [way("consolidate", { hours: 2, gib: 100 }), way("replace", { hours: 2 })],
            [way("in-place", {}), way("add", {})],
        ] as const)
            for (const both of [
                [better, worse],
                [worse, better],
            ])
                assert.equal(chosen(...both), better.how);
    });
    it("is told in one line", () => {
        assert.equal(choose(plain)?.why, "no downtime, no copy, about the same price and less likely to be lost");
        assert.equal(choose([way("add", {}), { how: "replace", impossible: "full" }])?.why, "the only way there is");
        assert.equal(
            choose([way("replace", { monthly: 90, hours: 2 }), way("consolidate", { monthly: 120, hours: 3 })])?.why,
            "no downtime, no way without a copy is open, $30.00 a month less than consolidate",
        );
    });
    it("is none where none is open", () => {
        assert.equal(choose([{ how: "add", impossible: "full" }]), undefined);
    });
});
