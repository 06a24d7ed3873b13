import * as assert from "node:assert/strict";
import { UNKNOWN } from "../protocol/values";
import { diff, faults, inputsOf, type Schema, withDefaults } from "./schema";

const schema: Schema = {
    arn: { type: "string", output: true },
    zone: { type: "string", required: true, forceNew: true },
    size: { type: "number", computed: true },
    final: { type: "boolean", default: false },
    note: { type: "string" },
    tags: { type: "tags" },
    groups: { type: "strings", computed: true },
    root: {
        type: "object",
        computed: true,
        properties: {
            size: { type: "number", computed: true },
            encrypted: { type: "boolean", computed: true, forceNew: true },
        },
    },
    rules: { type: "objects", properties: { port: { type: "number", required: true }, peers: { type: "strings" } } },
};
const state = {
    arn: "a",
    zone: "z",
    size: 8,
    final: false,
    tags: { a: "1" },
    groups: ["x", "y"],
    root: { size: 10, encrypted: true },
};
const paths = (news: object, ignore: string[] = []): string[] =>
    [...diff(schema, state, { zone: "z", tags: { a: "1" }, ...news }, ignore)].map(
        ([path, { change, replace }]) => `${change} ${path}${replace ? " replace" : ""}`,
    );

describe("aws plugin: schema", () => {
    it("sees no difference where the user said nothing and EC2 filled in", () => {
        assert.deepEqual(paths({}), []);
        assert.deepEqual(paths({ root: { size: 10 }, groups: ["y", "x"], final: false, note: "" }), []);
    });

    it("tells a change in place from a replacement, inside objects too", () => {
        assert.deepEqual(paths({ zone: "y", size: 9 }), ["update zone replace", "update size"]);
        assert.deepEqual(paths({ root: { size: 11, encrypted: false } }), [
            "update root.size",
            "update root.encrypted replace",
        ]);
    });

    it("names single tags, and quotes what is no word", () => {
        assert.deepEqual(paths({ tags: { "elastic-drive:slot": "ba" } }), [
            "delete tags.a",
            'add tags["elastic-drive:slot"]',
        ]);
        assert.deepEqual(paths({ tags: undefined }), ["delete tags"]);
    });

    it("takes an unknown value for a change, and a replacement where the property has one", () => {
        assert.deepEqual(paths({ zone: UNKNOWN, size: UNKNOWN }), ["update zone replace", "update size"]);
    });

    it("leaves out what is ignored, with all that is inside", () => {
        assert.deepEqual(paths({ zone: "y", tags: { b: "2" } }, ["zone", "tags"]), []);
    });

    it("compares sets of objects whatever their order and what they leave out", () => {
        const before = { zone: "z", rules: [{ port: 1, peers: ["a", "b"], note: "" }, { port: 2 }] };
        const after = {
            zone: "z",
            rules: [
                { port: 2, peers: [] },
                { port: 1, peers: ["b", "a"] },
            ],
        };
        assert.deepEqual([...diff(schema, before, after, [])], []);
    });

    it("names every fault", () => {
        const found = faults(schema, { arn: "x", sise: 3, size: "8", root: { sice: 1 }, rules: [{}] });
        assert.deepEqual(found.map(({ property }) => property).sort(), [
            "arn",
            "root.sice",
            "rules[0].port",
            "sise",
            "size",
            "zone",
        ]);
    });

    it("fills in defaults", () => {
        assert.deepEqual(withDefaults(schema, { zone: "z" }), { zone: "z", final: false });
    });

    it("describes an import by all that can be set, a refresh by what was set, brought up to date", () => {
        const { arn: _arn, final: _final, ...settable } = state;
        assert.deepEqual(inputsOf(schema, state, {}), settable);
        assert.deepEqual(inputsOf(schema, state, { zone: "z", size: 7, groups: ["y", "x"], root: { size: 10 } }), {
            zone: "z",
            size: 8,
            groups: ["y", "x"],
            root: { size: 10 },
        });
    });
});
