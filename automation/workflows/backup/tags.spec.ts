import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { VOLUME_TYPES } from "../../../infra/model/volume-types";
import { TAG } from "../../../infra/model/names";
import { newSetId, SET_ID, type SetMember } from "./set";
import { examineMap, MAX_DESCRIPTION, MAX_TAGS, MAX_VALUE, readMap, setDescription, setTags, SPARE_TAGS } from "./tags";
import { members, order } from "./testing";

const shape = fc.record(
    {
        sizeGiB: fc.integer({ min: 1, max: 65_536 }),
        type: fc.constantFrom(...VOLUME_TYPES),
        iops: fc.integer({ min: 100, max: 256_000 }),
        throughput: fc.integer({ min: 125, max: 2_000 }),
    },
    { requiredKeys: ["sizeGiB", "type"] },
);
/** Members of any legal shape; an old volume's id has 8 digits. */
const anyMembers = fc.array(fc.tuple(shape, fc.boolean()), { minLength: 1, maxLength: 40 }).map((shapes) =>
    shapes.map(([{ sizeGiB, type, ...speed }, isOld], at): SetMember => {
        const { slot, ...rest } = members(40)[at]!;
        const volumeId = isOld ? `vol-${rest.volumeId.slice(-8)}` : rest.volumeId;
        return { slot, volumeId, pvUuid: rest.pvUuid, sizeGiB, type, ...(speed as Partial<SetMember>) };
    }),
);

const anyHost = fc.oneof(fc.string({ maxLength: 400 }), fc.constant("Büro 7\n🦊".repeat(60)));

describe("a set's tags", () => {
    it("say which set it is, of what, and who took it, in names that never change", () => {
        const tags = setTags(order());
        const [first, second] = members(2).map(({ pvUuid: uuid }) => uuid);
        assert.deepEqual(tags, {
            Name: "content-20261127T104000Z-3f9a",
            "elastic-drive:drive": "content",
            "elastic-drive:nonce": "a123456789abcdef",
            "elastic-drive:set": "20261127T104000Z-3f9a",
            "elastic-drive:members": "2",
            "elastic-drive:group": "aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa",
            "elastic-drive:stack": "prod",
            "elastic-drive:by": "timer-1",
            "elastic-drive:map.1": `ba:00000000000000001:${first}:8/gp3/3000/125 bb:00000000000000002:${second}:8/gp3/3000/125`,
        });
        assert.equal(setTags(order({ epoch: "20261127T104000Z" }))[TAG.epoch], "20261127T104000Z");
        assert.equal(
            setDescription(order()),
            "elastic-drive content set=20261127T104000Z-3f9a members=2 group=aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa",
        );
    });

    it("carry the whole map of any drive, within EC2's limits, never as a copy's snapshot", () => {
        fc.assert(
            fc.property(anyMembers, anyHost, (whole, by) => {
                const given = order({ members: whole, by, drive: "d".repeat(31), epoch: "20261127T104000Z" });
                const tags = setTags(given);
                assert.deepEqual(readMap(tags), whole);
                assert.ok(Object.values(tags).every((value) => value.length <= MAX_VALUE));
                assert.ok(Object.values(tags).every((value) => /^[A-Za-z0-9 +\-=._:/@]*$/.test(value)));
                assert.ok(Object.keys(tags).length <= MAX_TAGS - SPARE_TAGS);
                assert.ok(!(TAG.copy in tags));
                assert.ok(setDescription(given).length <= MAX_DESCRIPTION);
            }),
        );
    });

    it("take seven tags for twenty members of the longest shape", () => {
        const long = members(20).map((one) => ({ ...one, sizeGiB: 65_536, iops: 80_000, throughput: 2_000 }));
        const tags = setTags(order({ members: long }));
        assert.equal(Object.keys(tags).filter((key) => key.startsWith(TAG.map)).length, 7);
        assert.deepEqual(readMap(tags), long);
    });

    it("are not made of an order that would not be read back as it is", () => {
        const [one, two] = members(2) as [SetMember, SetMember];
        for (const [wrong, said] of [
            [{ members: [] }, /how many members/],
            [{ members: [one, { ...two, slot: "ba" }] }, /slot ba twice/],
            [{ members: [one, { ...two, volumeId: one.volumeId }] }, /volume vol-\d+ twice/],
            [{ members: [one, { ...two, pvUuid: one.pvUuid }] }, /physical volume .* twice/],
            [{ members: [{ ...one, pvUuid: "not one" }] }, /cannot be read/],
            [{ members: [{ ...one, sizeGiB: 0 }] }, /cannot be read/],
            [{ members: [{ ...one, volumeId: one.volumeId.slice(4) }] }, /has no id/],
            [{ members: members(41) }, /how many members/],
            [{ id: "newest" }, /is no set's id/],
            [{ group: "elastic_drive" }, /UUID/],
            [{ stack: "s".repeat(257) }, /longer than 256/],
        ] as const)
            assert.throws(() => setTags(order(wrong)), { name: "SetUnreadable", message: said });
    });

    it("are read with a reason, and never with a throw, whatever somebody wrote in them", () => {
        const tags = setTags(order({ members: members(7) }));
        const said = (more: Record<string, string | undefined>): string => {
            const given = { ...tags, ...more };
            for (const key of Object.keys(given)) if (given[key] === undefined) delete given[key];
            const read = examineMap(given as Record<string, string>);
            assert.equal(readMap(given as Record<string, string>), undefined);
            return "fault" in read ? read.fault : "";
        };
        assert.equal(said({ [TAG.members]: "two" }), "its tags do not say how many members it has");
        assert.equal(said({ [`${TAG.map}3`]: undefined }), "its map names 6 of 7 members");
        assert.equal(said({ [`${TAG.map}1`]: undefined }), "its map names 0 of 7 members");
        assert.equal(said({ [`${TAG.map}3`]: "ba:vol-1" }), "its map has an entry that cannot be read: 'ba:vol-1'");
        assert.match(said({ [`${TAG.map}3`]: tags[`${TAG.map}2`]!.split(" ")[0] }), /^its map names slot bd twice$/);
        const text = fc.oneof(fc.string(), fc.constantFrom(...Object.values(tags)));
        fc.assert(
            fc.property(fc.dictionary(fc.constantFrom(...Object.keys(tags)), text), (any) => {
                const read = examineMap(any);
                if (!("fault" in read)) assert.ok(read.members.length > 0);
            }),
        );
    });
});

describe("a set's id", () => {
    it("is the second by UTC, and tells two attempts of one second apart", () => {
        const now = Date.UTC(2026, 10, 27, 10, 40, 0, 999);
        assert.equal(
            newSetId(now, () => Buffer.from("3f9a", "hex")),
            "20261127T104000Z-3f9a",
        );
        const ids = new Set(Array.from({ length: 40 }, () => newSetId(now)));
        assert.ok([...ids].every((id) => SET_ID.test(id)));
        assert.ok(ids.size > 30);
    });
});
