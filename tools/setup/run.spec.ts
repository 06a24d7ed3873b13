import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { run, runToTheEnd } from "./run";

const failureOf = (work: Promise<unknown>): Promise<DriveError> =>
    work.then(
        () => assert.fail("it succeeded"),
        (error: unknown) => (error instanceof DriveError ? error : assert.fail(`not a DriveError: ${String(error)}`)),
    );

describe("a command of the set-up", () => {
    it("gives its standard output alone", async () => {
        assert.equal(await run("sh", ["-c", "echo out; echo noise >&2"]), "out\n");
    });

    it("fails with its command line, its end, its last lines and what to do", async () => {
        const error = await failureOf(run("sh", ["-c", "seq 1 50 >&2; exit 3"], { hint: "look there" }));
        assert.equal(error.code, "CommandFailed");
        assert.match(error.message, /^sh -c .*: ended with 3; its last lines:\n {4}39\n(.*\n)*.* 50$/);
        assert.equal(error.details.hint, "look there");
    });

    it("fails with a code when there is no such program", async () => {
        assert.equal((await failureOf(run("no-such-program-here", []))).code, "CommandFailed");
    });

    it("that may not be cut off keeps its output in a log and fails with that log's last lines", async () => {
        const folder = mkdtempSync(join(tmpdir(), "elastic-drive-run-"));
        try {
            const log = join(folder, "logs/apt.log");
            const error = await failureOf(runToTheEnd(log, "sh", ["-c", "echo no such package; exit 100"]));
            assert.match(error.message, /ended with 100; its last lines:\n {4}no such package$/);
            assert.equal(readFileSync(log, "utf8"), "no such package\n");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
