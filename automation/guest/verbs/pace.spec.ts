import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paceCall } from "./index";

describe("the verb pace", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "drive-pace-"));
        mkdirSync(join(folder, "move"));
        writeFileSync(join(folder, "move", "job"), "");
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** The script as it is, with its folders elsewhere. What the job reads then. */
    const told = (pace: Parameters<typeof paceCall>[0]): string => {
        const program = paceCall(pace)
            .stdin.replaceAll("/var/lib/elastic-drive", folder)
            .replaceAll("/run/elastic-drive", join(folder, "run"));
        const answer = execFileSync("bash", ["-c", 'eval "$(cat)"'], { input: program, encoding: "utf8" });
        const read = readFileSync(join(folder, "move", "pace"), "utf8").trim();
        assert.equal((JSON.parse(answer) as { pace: string }).pace, read);
        return read;
    };

    it("goes on as before it rested, however often it was told to rest", () => {
        assert.deepEqual([50, 0, 0, "back" as const].map(told), ["50", "0", "0", "50"]);
        assert.equal(told("back"), "50", "it does not rest: nothing is other than it was");
    });
    it("goes on as fast as it can where it went so before", () => {
        assert.deepEqual([0, "back" as const].map(told), ["0", ""]);
        assert.deepEqual([50, undefined, 0, "back" as const].map(told), ["50", "", "0", ""]);
        assert.equal(told("back"), "");
    });
    it("takes a pace that is told while it rests, and forgets the one before", () => {
        assert.deepEqual([50, 0, 20, 0, "back" as const].map(told), ["50", "0", "20", "0", "20"]);
    });
});
