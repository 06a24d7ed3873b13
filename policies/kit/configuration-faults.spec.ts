import * as assert from "node:assert/strict";
import { POLICIES } from "../all";
import { configurationFaults } from "./configuration-faults";

const said = (config: unknown): string[] =>
    configurationFaults(typeof config === "string" ? config : JSON.stringify(config), POLICIES).map(
        ({ path, reason }) => `${path}: ${reason}`,
    );

const FAULTY: readonly [what: string, config: unknown, expected: readonly RegExp[]][] = [
    ["half a file", '{ "a": ', [/^\(the whole\): not JSON: Unexpected end of JSON input$/]],
    ["an empty file", "", [/^\(the whole\): not JSON: /]],
    ["a list", [1], [/^\(the whole\): got a list; a map is expected$/]],
    [
        "a misspelt name with settings and no level",
        { "volumes-per-drives": { max: 3 } },
        [/^'volumes-per-drives': there is no policy 'volumes-per-drives'; did you mean 'volumes-per-drive'\?$/],
    ],
    [
        "a name that is like none, with a line break",
        { "x\ny": "disabled" },
        [/^'x\\ny': there is no policy 'x\\ny'; there are volume-protected, /],
    ],
    ["a number", { "volume-encrypted": 3 }, [/^volume-encrypted: got 3; a level or a map of settings is expected$/]],
    ["null", { "volume-encrypted": null }, [/^volume-encrypted: got null; a level or a map of settings is expected$/]],
    [
        "a level that does not exist",
        { "same-zone": "off", "volume-encrypted": { enforcementLevel: "Mandatory" } },
        [
            /^same-zone: got 'off'; one of mandatory, advisory, disabled$/,
            /^volume-encrypted\.enforcementLevel: got 'Mandatory'; one of mandatory, advisory, disabled, remediate$/,
        ],
    ],
    [
        "a remedy where there is none",
        { "same-zone": "remediate" },
        [/^same-zone: got 'remediate'; one of mandatory, advisory, disabled$/],
    ],
    [
        "thresholds of a wrong type or size",
        { "volumes-per-drive": { max: "20" }, "slot-budget": { spare: -1 }, "volumes-per-customer": { max: 2.5 } },
        [
            /^volumes-per-drive\.max: got '20'; a number is expected$/,
            /^slot-budget\.spare: got -1; at least 0 is expected$/,
            /^volumes-per-customer\.max: got 2\.5; a whole number is expected$/,
        ],
    ],
    [
        "a setting that does not exist, and a reason that is none",
        { "volumes-per-drive": { maxx: 3, reason: 5 } },
        [
            /^volumes-per-drive\.reason: got 5; text is expected$/,
            /^volumes-per-drive\.maxx: unknown key 'maxx'; did you mean 'max'\?$/,
        ],
    ],
    [
        "malformed overrides of limits",
        { "volume-limits": { limits: { gp3: 20_000, gp9: {}, io2: { maxSizeGib: 3, maxThroughputPerIops: 0 } } } },
        [
            /^volume-limits\.limits\.gp3: got 20000; a map is expected$/,
            /^volume-limits\.limits\.io2\.maxThroughputPerIops: got 0; more than 0 is expected$/,
            /^volume-limits\.limits\.io2\.maxSizeGib: unknown key 'maxSizeGib'; did you mean 'maxSizeGiB'\?$/,
            /^volume-limits\.limits\.gp9: unknown key 'gp9'; did you mean 'gp/,
        ],
    ],
    [
        "malformed instance types and tags",
        { "slot-budget": { instanceTypes: { x: { limit: "big" } } }, "drive-tags": { required: [1, ""] } },
        [
            /^slot-budget\.instanceTypes\.x\.attachments: missing; a number is expected$/,
            /^slot-budget\.instanceTypes\.x\.limit: got 'big'; one of shared, dedicated$/,
            /^drive-tags\.required\.0: got 1; text is expected$/,
            /^drive-tags\.required\.1: got ''; at least 1 long is expected$/,
        ],
    ],
    ["a setting for all", { all: { max: 3 } }, [/^all\.max: unknown key 'max'; known are enforcementLevel, reason$/]],
];

describe("the file of the pack's configuration", () => {
    for (const [what, config, expected] of FAULTY) {
        it(`refuses ${what}`, () => {
            const found = said(config);
            assert.equal(found.length, expected.length, found.join("\n"));
            for (const [at, pattern] of expected.entries()) assert.match(found[at] ?? "", pattern);
        });
    }

    it("takes every level and every setting's default", () => {
        for (const { name, configSchema } of POLICIES) {
            const defaults = Object.entries(configSchema?.properties ?? {}).map(([key, one]) => [key, one.default]);
            const config = { enforcementLevel: "advisory", reason: "why", ...Object.fromEntries(defaults) };
            assert.deepEqual(said({ all: "mandatory", [name]: config }), []);
            assert.deepEqual(said({ [name]: "disabled" }), []);
        }
        assert.deepEqual(said({}), []);
    });
});
