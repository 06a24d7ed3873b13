import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MSG } from "../../automation/io/messages";
import { REPOSITORY } from "../setup/key";
import { messagePage } from "./page";

describe("docs/messages.md", () => {
    it("is what the registry says now (npm run docs:messages)", () => {
        assert.equal(readFileSync(join(REPOSITORY, "docs/messages.md"), "utf8"), messagePage());
    });

    it("has every message with the shape of its data", () => {
        const lines = messagePage().split("\n");
        for (const [name, { code }] of Object.entries(MSG)) {
            const [line = "", ...others] = lines.filter((one) => one.includes(`\`${code}\``));
            assert.deepEqual(others, [], code);
            assert.ok(line.includes(`\`${name}\``) && !line.endsWith("| `` |"), line);
        }
    });
});
