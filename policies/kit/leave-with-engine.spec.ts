import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const LOADER = path.resolve(__dirname, "../../tools/transpile.js");
/** As the engine starts a pack: by a shell that waits for it. It says its number and then serves for ever. */
const PACK = `require(${JSON.stringify(LOADER)});
require(${JSON.stringify(path.join(__dirname, "leave-with-engine.ts"))}).leaveWithEngine(50, () => process.exit(0));
console.log(process.pid);
setInterval(() => undefined, 1000);`;
const ENGINE = `const pack = require("node:child_process").spawn("sh", ["-c", '"$0" -e "$1"; true', process.execPath, process.argv[1]], { stdio: "inherit" });`;

describe("a pack whose engine is killed", function () {
    this.timeout(30_000);

    it("ends by itself, and not before", async () => {
        const engine = spawn(process.execPath, ["-e", ENGINE, PACK], { stdio: ["ignore", "pipe", "inherit"] });
        const pid = Number(String(await new Promise((resolve) => engine.stdout.once("data", resolve))));
        await sleep(300);
        assert.ok(isThere(pid), "it serves while the engine is there");
        engine.kill("SIGKILL");
        for (let waited = 0; waited < 20_000 && isThere(pid); waited += 50) await sleep(50);
        assert.ok(!isThere(pid), "it has ended");
    });
});

function isThere(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch {
        return false;
    }
}
