import * as assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEngine, engineOnPath } from "./engine";
import { engineFolder } from "./engine-key";

describe("the engine on PATH", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "elastic-drive-engine-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const program = (name: string, script: string): void => {
        writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, name), 0o755);
    };
    /** Only what `run` itself needs besides. */
    const look = (): ReturnType<typeof engineOnPath> => engineOnPath({ PATH: `${folder}:/usr/bin:/bin` });

    it("is missing", async () => {
        assert.deepEqual(await engineOnPath({ PATH: folder }), { good: false, seen: "no pulumi on PATH" });
    });

    it("is used when it is new enough and has its language host beside it", async () => {
        program("pulumi", "echo v3.206.0");
        program("pulumi-language-nodejs", "");
        assert.deepEqual(await look(), { good: true, seen: "pulumi 3.206.0 on PATH is used" });
    });

    it("is not used when it is too old, compared by number and not by text", async () => {
        program("pulumi", "echo v3.99.1");
        program("pulumi-language-nodejs", "");
        assert.deepEqual(await look(), { good: false, seen: "pulumi 3.99.1 on PATH is older than 3.170.0" });
    });

    it("is not used without a language host", async () => {
        program("pulumi", "echo v3.206.0");
        assert.deepEqual(await look(), { good: false, seen: "pulumi 3.206.0 on PATH has no pulumi-language-nodejs" });
    });

    it("is not used when it does not tell its version", async () => {
        program("pulumi", "exit 1");
        assert.equal((await look()).good, false);
    });
});

describe("the engine's folder", () => {
    it("is named by the pins alone, so that the same checkout finds it again", () => {
        assert.equal(engineFolder("/cache"), engineFolder("/cache"));
        assert.match(engineFolder("/cache"), /^\/cache\/engine\/[0-9a-f]{16}$/);
    });

    it("is not built again when it is there", async () => {
        const cache = mkdtempSync(join(tmpdir(), "elastic-drive-engine-"));
        const path = process.env["PATH"];
        try {
            mkdirSync(engineFolder(cache), { recursive: true });
            process.env["PATH"] = cache; // neither pulumi nor go
            const said: string[] = [];
            assert.deepEqual(await ensureEngine(cache, (text) => said.push(text)), [join(engineFolder(cache), "bin")]);
            assert.deepEqual(said, []);
        } finally {
            process.env["PATH"] = path;
            rmSync(cache, { recursive: true });
        }
    });
});
