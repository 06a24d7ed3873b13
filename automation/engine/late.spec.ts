import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lateModules } from "./late";

const node = (script: string, env: NodeJS.ProcessEnv = {}): string =>
    execFileSync(process.execPath, ["-e", script], {
        cwd: __dirname,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "ignore"],
    }).toString();
const LOADED = `Object.keys(require.cache).some((file) => /node_modules.(typescript|@npmcli.arborist).lib/.test(file))`;

describe("modules that load late", () => {
    it("are not loaded by Pulumi's SDK with it, and are without it", () => {
        const script = `require("@pulumi/pulumi"); console.log(${LOADED})`;
        assert.equal(node(script, lateModules({})).trim(), "false");
        assert.equal(
            node(script).trim(),
            "true",
            "@pulumi/pulumi has become light by itself: this is no longer needed",
        );
    });
    it("serve as ever: a function is serialized, with its compiler", () => {
        const script = `const pulumi = require("@pulumi/pulumi"); const by = 2;
            pulumi.runtime.serializeFunction((x) => x * by).then(({ text }) => console.log(text.includes("x * by"), ${LOADED}));`;
        assert.equal(node(script, lateModules({})).trim(), "true true");
    });
    it("stand beside what the caller gives to node, in folders of any name", () => {
        assert.match(lateModules({ NODE_OPTIONS: "--no-warnings" }).NODE_OPTIONS, /^--no-warnings --require "/);
        const folder = join(mkdtempSync(join(tmpdir(), "drive-late-")), `a "b' \\ c`);
        symlinkSync(__dirname, folder);
        try {
            const { NODE_OPTIONS } = lateModules({});
            const moved = NODE_OPTIONS.replace(__dirname, folder.replace(/["\\]/g, "\\$&"));
            assert.equal(
                node(`require("@pulumi/pulumi"); console.log(${LOADED})`, { NODE_OPTIONS: moved }).trim(),
                "false",
            );
        } finally {
            rmSync(join(folder, ".."), { recursive: true });
        }
    });
});
