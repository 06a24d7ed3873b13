import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { POLICIES } from "./all";
import { fake, judge, NOT_KNOWN } from "./kit/testing";
import { TYPE } from "./kit/types";

const ADVISORY = ["backup-declared", "instance-bandwidth", "large-failure-domain"];
const files = readdirSync(__dirname).filter(
    (name) => name.endsWith(".ts") && !/^(all|index)\.|\.(spec|scenario)\.ts$|docs/.test(name),
);

describe("every policy", () => {
    for (const policy of POLICIES) {
        it(`${policy.name} has all that a reader needs`, () => {
            assert.match(policy.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
            assert.match(policy.description, /^[A-Z].*\.$/);
            assert.ok(
                policy.description.length <= 120,
                `the description stands over every violation: ${policy.description.length}`,
            );
            assert.match(policy.remediationSteps ?? "", /^[A-Z].{20,}[.}]$/);
            assert.ok(["low", "medium", "high", "critical"].includes(policy.severity ?? ""));
            assert.equal(policy.enforcementLevel, ADVISORY.includes(policy.name) ? "advisory" : "mandatory");
            if (policy.url !== undefined) assert.ok(URL.canParse(policy.url));
            for (const [name, schema] of Object.entries(policy.configSchema?.properties ?? {})) {
                assert.ok(schema.description, `setting ${name} needs a description`);
                assert.ok("default" in schema, `setting ${name} needs a default`);
            }
        });

        it(`${policy.name} has a file and a spec of its name`, () => {
            assert.ok(files.includes(`${policy.name}.ts`));
            const spec = readFileSync(path.join(__dirname, `${policy.name}.spec.ts`), "utf8");
            for (const needed of ["passes", "leaves other types"])
                assert.ok(spec.includes(needed), `its spec shows that it ${needed}`);
            if (policy.name !== "pack-configuration")
                assert.ok(/NOT_KNOWN/.test(spec), "its spec has a value that is not known");
        });

        it(`${policy.name} survives properties of any shape, unknown ones among them`, () => {
            const odd = [undefined, null, NOT_KNOWN, 0, -1, "", "text", [], [null], [NOT_KNOWN], {}, { a: NOT_KNOWN }];
            for (const type of Object.values(TYPE)) {
                const keys = [
                    "tags",
                    "size",
                    "type",
                    "ingress",
                    "ebsBlockDevices",
                    "blockDeviceMappings",
                    "rootBlockDevice",
                    "policyDetails",
                    "selectionTags",
                    "conditions",
                    "resources",
                    "prefixListIds",
                    "metadataOptions",
                    "networkInterfaces",
                    "instanceType",
                ];
                const shapes = odd.map((value, i) =>
                    fake(type, `x${i}`, Object.fromEntries([...keys, "delete"].map((key) => [key, value]))),
                );
                judge(policy, shapes);
            }
        });
    }

    it("is in the pack", () => {
        assert.deepEqual(POLICIES.map(({ name }) => `${name}.ts`).sort(), files.sort());
    });

    it("has a name of its own", () => {
        assert.equal(new Set(POLICIES.map(({ name }) => name)).size, POLICIES.length);
    });
});
