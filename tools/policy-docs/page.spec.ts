import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { POLICIES } from "../../policies/all";
import { REPOSITORY } from "../setup/key";
import { policyPage } from "./page";

describe("docs/policies.md", () => {
    it("is what the policies say now (npm run docs:policies)", () => {
        assert.equal(readFileSync(join(REPOSITORY, "docs/policies.md"), "utf8"), policyPage());
    });

    it("has each policy's fix, settings and level", () => {
        const page = policyPage();
        for (const { name, remediationSteps = "", configSchema } of POLICIES) {
            assert.ok(page.includes(`### ${name}\n`), name);
            assert.ok(page.includes(remediationSteps), name);
            for (const setting of Object.keys(configSchema?.properties ?? {}))
                assert.ok(page.includes(`| \`${setting}\` |`), setting);
        }
    });
});
