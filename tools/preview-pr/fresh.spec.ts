import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../setup/key";

const git = (folder: string, ...args: string[]): unknown =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: folder });

describe("preview:pr in a fresh clone", function () {
    this.timeout(60_000);
    let project: string;
    beforeEach(() => {
        project = mkdtempSync(join(tmpdir(), "fresh-"));
        git(project, "init", "-q");
        writeFileSync(join(project, "package.json"), "{}");
        git(project, "add", "-A");
        git(project, "commit", "-qm", "one");
        writeFileSync(join(project, "package.json"), "{ }");
    });
    afterEach(() => rmSync(project, { recursive: true, force: true }));

    const run = (...args: readonly string[]) => {
        git(project, "add", "-A");
        git(project, "commit", "-qm", "two", "--allow-empty");
        const tool = ["-r", join(REPOSITORY, "tools/transpile.js"), join(REPOSITORY, "tools/preview-pr/main.ts")];
        const { status, stdout, stderr } = spawnSync(process.execPath, [...tool, "--project", project, ...args], {
            encoding: "utf8",
        });
        return { status, said: stdout + stderr };
    };
    const untouched = { status: 0, said: "## Preview\n\nNo stack is touched by this change.\n" };

    it("says that no stack is touched where there is no folder of stacks, with a base and without", () => {
        assert.deepEqual(run("--base", "HEAD~1"), untouched);
        assert.deepEqual(run(), untouched);
    });

    it("says the same where there is the example alone", () => {
        mkdirSync(join(project, "stacks"));
        for (const name of ["README.md", "Pulumi.example.yaml", "policies.example.json"])
            cpSync(join(REPOSITORY, "stacks", name), join(project, "stacks", name));
        assert.deepEqual(run("--base", "HEAD~1"), untouched);
    });

    it("still asks which stack is meant where there are some", () => {
        mkdirSync(join(project, "stacks"));
        writeFileSync(join(project, "stacks", "Pulumi.content.yaml"), "config: {}\n");
        const { status, said } = run();
        assert.equal(status, 2);
        assert.match(said, /stacks here: content/);
    });
});
