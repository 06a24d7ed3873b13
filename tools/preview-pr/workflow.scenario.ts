import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { load } from "js-yaml";
import { REPOSITORY } from "../setup/key";

interface Workflow {
    readonly jobs: { readonly preview: { readonly steps: readonly { name?: string; run?: string }[] } };
}
const workflow = load(readFileSync(path.join(REPOSITORY, ".github/workflows/preview.yml"), "utf8")) as Workflow;

describe("the pull request workflow's preview step, run in a checkout", function () {
    this.timeout(120_000);
    let folder: string;
    before(() => {
        folder = mkdtempSync(path.join(tmpdir(), "elastic-drive-workflow-"));
        const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
        for (const name of [
            "node_modules",
            "package.json",
            "tsconfig.json",
            "tools",
            "infra",
            "policies",
            "lab",
            "Pulumi.yaml",
        ]) {
            symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
        }
        mkdirSync(path.join(folder, "stacks"));
        for (const stack of ["one", "two"])
            writeFileSync(path.join(folder, "stacks", `Pulumi.${stack}.yaml`), "config: {}\n");
        // Takes the engine's place: what is tested is the step, not the preview.
        mkdirSync(path.join(folder, "bin"));
        writeFileSync(path.join(folder, "bin/pulumi"), '#!/bin/sh\necho "$@" >> "$CALLS"\n');
        chmodSync(path.join(folder, "bin/pulumi"), 0o755);
        git("init", "--quiet");
        git("-c", "core.excludesFile=", "add", "stacks");
        const who = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
        git(...who, "commit", "--quiet", "-m", "base");
        git("branch", "base");
        writeFileSync(path.join(folder, "stacks/Pulumi.two.yaml"), "config: { a: b }\n");
        git(...who, "commit", "--quiet", "-am", "change");
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const run = (base: string) => {
        const step = workflow.jobs.preview.steps.find(({ name }) => name === "preview");
        const files = { GITHUB_STEP_SUMMARY: path.join(folder, "summary.md"), CALLS: path.join(folder, "calls") };
        for (const file of Object.values(files)) rmSync(file, { force: true });
        const env = {
            ...process.env,
            ...files,
            BASE: base,
            PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
        };
        // The tool looks at the checkout that it lies in; here that is a link.
        const script = `${step?.run ?? "false"} --project "${folder}"`;
        const ended = spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
            cwd: folder,
            env,
            encoding: "utf8",
        });
        const read = (file: string) => {
            try {
                return readFileSync(file, "utf8");
            } catch {
                return "";
            }
        };
        return { ...ended, summary: read(files.GITHUB_STEP_SUMMARY), calls: read(files.CALLS) };
    };

    it("previews the stack that is touched, with the pack, and writes the summary", () => {
        const { status, summary, calls, stderr } = run("base");
        assert.equal(status, 0, stderr);
        assert.match(calls, /^preview --non-interactive --stack two --policy-pack \S+\/policies --event-log \S+\n$/);
        assert.match(summary, /^## two: ✅ may go\n\nNothing changes\./);
    });

    it("says so when nothing is touched", () => {
        const { status, summary, calls } = run("HEAD");
        assert.deepEqual([status, calls, summary], [0, "", "## Preview\n\nNo stack is touched by this change.\n"]);
    });

    it("fails with a reason when the base is not there", () => {
        const { status, stderr } = run("no-such-commit");
        assert.notEqual(status, 0);
        assert.match(
            stderr,
            /UnknownBase: git cannot compare with 'no-such-commit': .*\n {2}fetch the base with its history/,
        );
    });
});
