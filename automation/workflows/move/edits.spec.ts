import * as assert from "node:assert/strict";
import { parseDriveConfig, type DriveConfig } from "../../../infra/model/config";
import { InvalidInput } from "../../../infra/model/errors";
import { cancelled, consolidated, replaced } from "./edits";
import { release, withoutSlots } from "./plan";
import { settledSlots } from "../../growth/facts";
import { freeNames } from "../../model/slots";
import { drive, twelve } from "../../growth/testing";

const fast = { sizeGiB: 100, type: "gp3", iops: 6000, throughput: 500 };
const two = drive({ ba: { sizeGiB: 8 }, bb: fast });
const faultsOf = (value: unknown): string[] => {
    try {
        parseDriveConfig(value);
        return [];
    } catch (error) {
        assert.ok(error instanceof InvalidInput, String(error));
        return error.faults.map(({ path, reason }) => `${path}: ${reason}`);
    }
};
const after = (slots: DriveConfig["slots"]): DriveConfig => drive(slots);

describe("a slot replaced", () => {
    it("leaves, and one of the next free name takes its data, as fast as it was", () => {
        const slots = replaced(two, { slot: "bb", sizeGiB: 200 });
        assert.deepEqual(slots["bb"], { ...fast, state: "leaving" });
        assert.deepEqual(slots["bc"], { ...fast, sizeGiB: 200, state: "member", takes: ["bb"] });
        assert.deepEqual(slots["ba"], two.slots["ba"]);
        const { iops, throughput } = replaced(two, { slot: "bb", iops: 8000 })["bc"]!;
        assert.deepEqual([iops, throughput], [8000, 500]);
    });
    it("does not take over what belongs to another type", () => {
        assert.deepEqual(replaced(two, { slot: "bb", type: "gp2" })["bc"], {
            ...{ sizeGiB: 100, type: "gp2", state: "member", takes: ["bb"] },
        });
    });
    it("never takes the name that has just become free, while there are others", () => {
        const names = Object.keys(replaced(drive({ ba: { sizeGiB: 8 }, bd: { sizeGiB: 8 } }), { slot: "bd" }));
        assert.deepEqual(names.sort(), ["ba", "bd", "be"]);
        assert.deepEqual(Object.keys(replaced(drive({ dz: { sizeGiB: 8 } }), { slot: "dz" })).sort(), ["ba", "dz"]);
    });
    it("has to be there", () => {
        assert.throws(() => replaced(two, { slot: "bz" }), { code: "NoSuchSlot", message: /there are ba, bb/ });
    });
});

describe("slots consolidated", () => {
    const many = drive({ ba: { sizeGiB: 500 }, bb: { sizeGiB: 501, type: "gp2" }, bc: { sizeGiB: 500, type: "gp2" } });
    it("leave one after the other for few of the same size together, of the largest one's type", () => {
        const slots = consolidated(many, { into: 2 });
        assert.deepEqual(
            Object.entries(slots).map(([slot, { sizeGiB, type, state, takes }]) => [slot, sizeGiB, type, state, takes]),
            [
                ["ba", 500, "gp3", "leaving", undefined],
                ["bb", 501, "gp2", "member", undefined],
                ["bc", 500, "gp2", "member", undefined],
                ["bd", 751, "gp2", "member", ["ba", "bb", "bc"]],
                ["be", 751, "gp2", "member", ["ba", "bb", "bc"]],
            ],
        );
    });
    it("take the type that is asked for", () => {
        assert.equal(consolidated(many, { into: 1, type: "gp3" })["bd"]?.type, "gp3");
    });
    it("are as fast as is asked for, else as the largest where its type stays", () => {
        const speeds = (wish: object): unknown[] => {
            const { iops, throughput } = consolidated(two, { into: 1, ...wish })["bc"]!;
            return [iops, throughput];
        };
        assert.deepEqual(speeds({}), [6000, 500]);
        assert.deepEqual(speeds({ throughput: 800 }), [6000, 800]);
        assert.deepEqual(speeds({ type: "io2", iops: 9000 }), [9000, undefined]);
    });
    const full = (sizeGiB: (at: number) => number, type?: string): DriveConfig =>
        drive(
            Object.fromEntries(
                freeNames({})
                    .slice(0, 20)
                    .map((name, at) => [name, { sizeGiB: sizeGiB(at) }]),
            ),
            type,
        );
    const statesOf = (slots: DriveConfig["slots"]): string[] =>
        Object.values(slots).flatMap(({ state, takes }) => (takes === undefined ? [] : [state]));
    it("of a full drive join one after the other, and what leaves first fits on those that have joined", () => {
        const uneven = full((at) => (at === 0 ? 200 : 10));
        const slots = consolidated(uneven, { into: 3 });
        assert.deepEqual(statesOf(slots), ["member", "coming", "coming"]);
        assert.deepEqual([slots["ba"]!.state, slots["bb"]!.state], ["member", "leaving"], "the smallest leave first");
        assert.equal(slots["bu"]!.takes?.at(-1), "ba");
        const next = parseDriveConfig({ ...uneven, slots });
        assert.equal(settledSlots(next)["bw"]!.sizeGiB, 130, "all of them are what is left");
        const gone = withoutSlots(release(next, "bb"), ["bb"]);
        assert.deepEqual(statesOf(gone.slots), ["member", "member", "coming"]);
        assert.deepEqual(faultsOf(gone), []);
        const ended = withoutSlots(release(gone, "bc"), ["bc"]);
        assert.deepEqual(statesOf(ended.slots), ["member", "member", "member"]);
    });
    it("join all at once where there is room for all", () => {
        assert.deepEqual(
            statesOf(consolidated(twelve, { into: 8 })),
            Array.from({ length: 8 }, () => "member"),
        );
        assert.deepEqual(statesOf(consolidated(twelve, { into: 10 })).filter((state) => state === "coming").length, 1);
    });
    it("that have no volume yet go with a cancel", () => {
        const slots = cancelled(
            after(
                consolidated(
                    full(() => 4),
                    { into: 2 },
                ),
            ),
        );
        assert.deepEqual(statesOf(slots).includes("coming"), false);
        assert.equal(slots["bv"], undefined);
    });
    it("that are coming are set by the driver, beside one that leaves", () => {
        const bb = { sizeGiB: 8, state: "coming", takes: ["ba"] };
        const wrong = /^slots\.bb\.state: coming, and nothing is leaving/;
        assert.match(faultsOf({ ...two, slots: { ba: { sizeGiB: 8 }, bb } })[0]!, wrong);
        const leaving = { ba: { sizeGiB: 8, state: "leaving" }, bc: { sizeGiB: 8 } };
        assert.deepEqual(faultsOf({ ...two, slots: { ...leaving, bb } }), []);
        assert.match(faultsOf({ ...two, slots: { ...leaving, bb: { ...bb, takes: undefined } } })[0]!, wrong);
    });
    it("must become fewer", () => {
        for (const into of [0, 3, 4, 1.5, Number.NaN]) {
            assert.throws(() => consolidated(many, { into }), { code: "NothingToConsolidate" });
        }
    });
});

describe("a move cancelled", () => {
    it("goes back: the new slot leaves for the old one, and can hold no more than came from there", () => {
        const slots = cancelled(after(replaced(two, { slot: "bb", sizeGiB: 200 })));
        assert.deepEqual([slots["bb"]?.state, slots["bb"]?.takes], ["member", ["bc"]]);
        assert.deepEqual([slots["bc"]?.state, slots["bc"]?.takes], ["leaving", ["bb"]]);
    });
    it("goes back from several, one after the other", () => {
        const three = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 }, bc: { sizeGiB: 8 } });
        const slots = cancelled(after(consolidated(three, { into: 2 })));
        assert.deepEqual(
            ["ba", "bd", "be"].map((slot) => [slots[slot]?.state, slots[slot]?.takes]),
            [
                ["member", ["bd", "be"]],
                ["leaving", ["ba"]],
                ["member", ["ba"]],
            ],
        );
    });
    it("stays as it is where a slot has gone already: nothing could hold what it was", () => {
        const { ba, ...others } = consolidated(two, { into: 1 });
        const left = { ...others, bb: { ...others["bb"]!, state: "leaving" as const } };
        for (const [before, gone] of [
            [left, []],
            [{ ...left, ba: { ...ba!, state: "released" as const } }, [["ba", "released", undefined]]],
        ] as const) {
            const slots = cancelled(after(before));
            assert.deepEqual(
                Object.keys(slots)
                    .sort()
                    .map((slot) => [slot, slots[slot]!.state, slots[slot]!.takes]),
                [...gone, ["bb", "member", undefined], ["bc", "member", undefined]],
            );
        }
    });
    it("leaves the others as they are where no slot was named to take the data", () => {
        const leaving = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, state: "leaving" } });
        assert.deepEqual(cancelled(leaving), drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } }).slots);
    });
    it("is as it never was where nothing was made for it yet", () => {
        assert.deepEqual(cancelled(after(replaced(two, { slot: "bb", sizeGiB: 200 })), { bc: "nothing" }), two.slots);
        const three = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 }, bc: { sizeGiB: 8 } });
        const stages = { bd: "nothing", be: "nothing" } as const;
        assert.deepEqual(cancelled(after(consolidated(three, { into: 2 })), stages), three.slots);
    });
    it("lets go what was made and never joined: attached to the server, or on none", () => {
        const begun = after(replaced(two, { slot: "bb" }));
        const gone = { ...fast, state: "released", keepHours: 168 };
        assert.deepEqual(cancelled(begun, { bc: "attached" }), { ...two.slots, bc: gone });
        assert.deepEqual(cancelled(begun, { bc: "made" }), { ...two.slots, bc: { ...gone, unattached: true } });
    });
    it("goes back from the one that has joined, and lets go of the one that has not", () => {
        const slots = cancelled(after(consolidated(two, { into: 1 })), {});
        assert.equal(slots["bc"]?.state, "leaving");
        const three = drive({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 }, bc: { sizeGiB: 8 } });
        const half = cancelled(after(consolidated(three, { into: 2 })), { bd: "joined", be: "made" });
        assert.deepEqual(
            ["ba", "bd", "be"].map((slot) => [half[slot]?.state, half[slot]?.takes]),
            [
                ["member", ["bd"]],
                ["leaving", ["ba"]],
                ["released", undefined],
            ],
        );
        after(half); // the schema's word too
    });
    it("needs a move", () => {
        assert.throws(() => cancelled(two), { code: "NoMove" });
    });
});
