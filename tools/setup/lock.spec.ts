import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock";

describe("the set-up's lock", () => {
    let folder: string;
    let file: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "elastic-drive-lock-"));
        file = join(folder, "engine.lock");
    });
    after(() => rmSync(folder, { recursive: true }));

    it("lets one at a time do its work, and tells the other that it waits", async () => {
        const seen: string[] = [];
        let entered = (): void => undefined;
        const inside = new Promise<void>((resolve) => (entered = resolve));
        let leave = (): void => undefined;
        const first = withLock(
            file,
            () => seen.push("first waits"),
            () => (seen.push("first in"), entered(), new Promise<void>((resolve) => (leave = resolve))),
        );
        await inside;
        const second = withLock(
            file,
            () => (seen.push("second waits"), leave()),
            () => Promise.resolve(seen.push("second in")),
        );
        await Promise.all([first, second]);
        assert.deepEqual(seen, ["first in", "second waits", "second in"]);
    });

    it("is free again after a failure", async () => {
        await assert.rejects(
            withLock(file, assert.fail, () => Promise.reject(new Error("no disk"))),
            /no disk/,
        );
        assert.equal(await withLock(file, assert.fail, () => Promise.resolve(7)), 7);
    });

    it("dies with an owner that is killed", async () => {
        const program = `require(${JSON.stringify(join(__dirname, "lock"))})
            .withLock(${JSON.stringify(file)}, () => {}, () => { console.log("in"); return new Promise((r) => setTimeout(r, 60000)); })`;
        const owner = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", program], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        await new Promise((resolve) => owner.stdout.once("data", resolve));
        owner.kill("SIGKILL");
        assert.equal(
            await withLock(
                file,
                () => undefined,
                () => Promise.resolve("taken over"),
            ),
            "taken over",
        );
    });
});
