import * as assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { preview, pulumi } from "./kit/preview";
import { engineEnvironment, FOLDER, holdAgainst, workFolder, type Expected } from "./scenarios/support";

describe("policy scenarios through the engine", function () {
    this.timeout(600_000);
    let folder: string;
    let env: Record<string, string>;
    before(() => {
        folder = workFolder();
        env = engineEnvironment(folder);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const names = readdirSync(FOLDER).filter((name) => existsSync(path.join(FOLDER, name, "scenario.json")));
    for (const name of names) {
        it(name, async () => {
            const cwd = path.join(folder, name);
            cpSync(path.join(FOLDER, name), cwd, { recursive: true });
            const made = await pulumi(["stack", "init", "test"], { cwd, env });
            assert.equal(made.exitCode, 0, made.output);
            const packConfig = path.join(cwd, "policies.json");
            const found = await preview({
                cwd,
                stack: "test",
                env,
                packConfig: existsSync(packConfig) ? packConfig : undefined,
            });
            const expected = JSON.parse(readFileSync(path.join(cwd, "scenario.json"), "utf8")) as Expected;
            holdAgainst(found, expected);
        });
    }
});
