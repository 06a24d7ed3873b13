import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "./setup/key";

describe("with a CDPATH that is exported and leads elsewhere", function () {
    this.timeout(60_000);
    let elsewhere: string;
    before(() => {
        elsewhere = mkdtempSync(join(tmpdir(), "cdpath-"));
        for (const name of ["bin", "tools", ".ci"]) mkdirSync(join(elsewhere, name));
    });
    after(() => rmSync(elsewhere, { recursive: true, force: true }));

    const run = (program: string, ...args: readonly string[]) =>
        spawnSync(program, args, { cwd: REPOSITORY, env: { ...process.env, CDPATH: elsewhere }, encoding: "utf8" });

    it("the command line is found by a relative path", () => {
        const { status, stdout, stderr } = run("bin/elastic-drive", "--help");
        assert.equal(status, 0, stderr);
        assert.match(stdout, /^Usage: elastic-drive /);
    });

    it("so are the tools", () => {
        const { status, stderr } = run("bash", "tools/bootstrap.sh", "tools/test.ts", "--only", "nothing");
        assert.equal(status, 2, stderr);
        assert.match(stderr, /^InvalidInput: --only: 'nothing' is none of /);
    });
});
