import * as assert from "node:assert/strict";
import { POLICIES } from "./all";
import { remember, type Level } from "./kit/configured";
import { fake, judge, strangers, type Violation } from "./kit/testing";
import { STACK } from "./kit/types";
import { packConfiguration } from "./pack-configuration";

const policy = packConfiguration(POLICIES);
const stack = fake(STACK, "stack");
const LEVELS: readonly Level[] = ["advisory", "mandatory", "disabled", "remediate"];

/** What the engine sends, in the shape of its request. */
function configure(config: Record<string, { level: Level } & Record<string, unknown>>): Violation[] {
    const entries = Object.entries(config).map(([name, { level, ...settings }]): [string, never] => [
        name,
        {
            getEnforcementlevel: () => LEVELS.indexOf(level),
            getProperties: () => ({ toJavaScript: () => settings }),
        } as never,
    ]);
    remember({ getPolicyconfigMap: () => ({ entries: () => entries, del: () => undefined }) });
    return judge(policy, [stack]);
}

describe("policy pack-configuration", () => {
    afterEach(() => configure({}));

    it("passes names and settings that exist", () => {
        assert.deepEqual(
            configure({
                "volumes-per-drive": { level: "mandatory", max: 10 },
                "volume-encrypted": { level: "remediate" },
            }),
            [],
        );
    });

    it("refuses a policy and a setting that do not exist", () => {
        const found = configure({
            "volume-encryption": { level: "mandatory" },
            "volumes-per-drive": { level: "mandatory", maximum: 10 },
            xyz: { level: "mandatory" },
        });
        assert.deepEqual(
            found.map(({ level, urn }) => [level, urn]),
            Array(3).fill(["violation", stack.urn]),
        );
        assert.match(
            found[0]?.message ?? "",
            /^there is no policy 'volume-encryption'; did you mean 'volume-encrypted'\?$/,
        );
        assert.equal(found[1]?.message, "policy 'volumes-per-drive' has no setting 'maximum': it has 'max', 'reason'");
        assert.match(found[2]?.message ?? "", /^there is no policy 'xyz'; there are volume-protected, drive-protected/);
    });

    it("remarks on a policy that is lowered, with its reason", () => {
        assert.deepEqual(
            configure({
                "volume-encrypted": { level: "disabled", reason: 'the "old" stack\nis read-only' },
                "same-zone": { level: "advisory" },
            }).map(({ level, message }) => [level, message]),
            [
                ["note", `policy 'volume-encrypted' is switched off here: 'the "old" stack\\nis read-only'`],
                ["note", "policy 'same-zone' is advisory here without a reason"],
            ],
        );
    });

    it("says a level of every policy once, and what is lowered beside it", () => {
        assert.deepEqual(
            configure({
                all: { level: "advisory", reason: "a trial" },
                "volume-limits": { level: "advisory" },
                "volume-encrypted": { level: "advisory", reason: "read-only" },
                "same-zone": { level: "disabled" },
            }).map(({ level, message }) => [level, message]),
            [
                ["note", "every policy that is not named is advisory here: 'a trial'"],
                ["note", "policy 'volume-encrypted' is advisory here: 'read-only'"],
                ["note", "policy 'same-zone' is switched off here without a reason"],
            ],
        );
    });

    it("refuses a remedy where there is none, unless every policy was asked for one", () => {
        const found = configure({ "same-zone": { level: "remediate" } });
        assert.deepEqual(
            found.map(({ message, urn }) => [message, urn]),
            [["policy 'same-zone' cannot be 'remediate': it can be mandatory, advisory, disabled", stack.urn]],
        );
        assert.deepEqual(configure({ all: { level: "remediate" }, "same-zone": { level: "remediate" } }), []);
    });

    it("leaves other types alone", () => {
        remember({
            getPolicyconfigMap: () => ({
                entries: () => [["xyz", { getEnforcementlevel: () => 1, getProperties: () => undefined }]],
                del: () => undefined,
            }),
        });
        assert.deepEqual(judge(policy, strangers([])), []);
        assert.equal(judge(policy, [stack]).length, 1);
    });
});
