import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { REPOSITORY } from "./setup/key";

describe("the first lines of every set-up", () => {
    const on = (machine: string): { status: number | null; text: string; seconds: number } => {
        const folder = mkdtempSync(join(tmpdir(), "drive-uname-"));
        try {
            writeFileSync(join(folder, "uname"), `#!/bin/sh\necho ${machine}\n`);
            chmodSync(join(folder, "uname"), 0o755);
            const env = { ...process.env, PATH: [folder, process.env["PATH"]].join(delimiter) };
            const started = Date.now();
            const { status, stdout, stderr } = spawnSync("bash", [join(REPOSITORY, "tools/bootstrap.sh"), "-p", "1"], {
                env,
            });
            return { status, text: String(stdout) + String(stderr), seconds: (Date.now() - started) / 1000 };
        } finally {
            rmSync(folder, { recursive: true });
        }
    };

    it("refuse a host that is not x86-64 before anything is installed, in one line", () => {
        for (const machine of ["aarch64", "arm64", "riscv64"]) {
            const { status, text, seconds } = on(machine);
            assert.equal(status, 1);
            assert.match(text, new RegExp(`^NotX86: this host is ${machine}, .*: run .* on an x86-64 host .*\\n$`));
            assert.ok(seconds < 5, `${seconds} s on a busy machine`);
        }
    });

    it("let an x86-64 host through", () => {
        assert.doesNotMatch(on("x86_64").text, /NotX86/);
    });
});
