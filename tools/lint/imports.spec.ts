import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { REPOSITORY } from "../setup/key";
import { CODE } from "../test/suites";

type Imports = readonly (readonly [importer: string, imported: string])[];

interface Broken {
    readonly from: string;
    readonly to: string;
    readonly rule: { readonly name: string };
}

/** What the rules say of a tree with these imports, each `[importer, imported file or package]`; files are made as they are named. */
function judge(imports: Imports): Broken[] {
    return (JSON.parse(report(imports, "json")) as { summary: { violations: Broken[] } }).summary.violations;
}

function report(imports: Imports, type: string): string {
    const folder = mkdtempSync(join(tmpdir(), "imports-"));
    try {
        const texts = new Map<string, string>([
            ["tsconfig.json", '{ "compilerOptions": { "module": "commonjs" } }'],
            ["package.json", '{ "dependencies": { "zod": "1", "ssh2": "1" }, "devDependencies": { "mocha": "1" } }'],
        ]);
        for (const name of ["zod", "ssh2", "mocha"]) {
            texts.set(`node_modules/${name}/package.json`, `{ "name": "${name}", "version": "1.0.0" }`);
            texts.set(`node_modules/${name}/index.js`, "");
        }
        for (const name of CODE) texts.set(`${name}/empty.ts`, "export {};\n");
        for (const [importer, imported] of imports) {
            const isFile = imported.endsWith(".ts");
            if (isFile && !texts.has(imported)) texts.set(imported, "export interface It { a: 1 }\n");
            const way = isFile ? relative(importer, imported) : imported;
            texts.set(
                importer,
                `${texts.get(importer) ?? ""}${isFile ? "export type { It } from" : "import"} "${way}";\n`,
            );
        }
        for (const [path, text] of texts) {
            mkdirSync(join(folder, dirname(path)), { recursive: true });
            writeFileSync(join(folder, path), text);
        }
        const { stdout, stderr } = spawnSync(
            join(REPOSITORY, "node_modules/.bin/depcruise"),
            ["--config", join(REPOSITORY, "tools/lint/imports.mjs"), "--output-type", type, ...CODE],
            { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 ** 2 },
        );
        assert.equal(stderr, "");
        return stdout;
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function relative(importer: string, imported: string): string {
    const up = "../".repeat(importer.split("/").length - 1);
    return `${up === "" ? "./" : up}${imported.replace(/\.ts$/, "")}`;
}

const said = (broken: readonly Broken[]): string[] =>
    [...new Set(broken.map(({ from, to, rule }) => `${rule.name}: ${from} > ${to}`))].sort();

describe("the import rules", function () {
    this.timeout(120_000);

    it("allow what design §2 allows", () => {
        const broken = judge([
            ["infra/model/config.ts", "infra/model/errors.ts"],
            ["infra/model/config.ts", "zod"],
            ["infra/model/config.spec.ts", "node:assert/strict"],
            ["infra/guest/call.ts", "infra/model/errors.ts"],
            ["infra/components/drive.ts", "infra/guest/call.ts"],
            ["infra/index.ts", "infra/components/drive.ts"],
            ["automation/guest/port.ts", "infra/guest/call.ts"],
            ["automation/engine/policies.ts", "policies/kit/configuration-file.ts"],
            ["automation/workflows/move/watch.ts", "automation/guest/port.ts"],
            ["automation/reconcile/loop.ts", "automation/workflows/move/plan.ts"],
            ["automation/guest/verbs/job.spec.ts", "automation/reconcile/testing.ts"],
            ["policies/limits.ts", "infra/model/limits.ts"],
            ["lab/daemon/main.ts", "lab/machines/hardware.ts"],
            ["lab/acceptance/10-create.story.ts", "automation/index.ts"],
            ["docs/examples/tooling.ts", "automation/index.ts"],
        ]);
        assert.deepEqual(said(broken), []);
    });

    it("refuse the others, types too", () => {
        const broken = judge([
            ["infra/model/config.ts", "node:fs"],
            ["infra/model/limits.ts", "ssh2"],
            ["infra/model/names.ts", "infra/guest/call.ts"],
            ["infra/guest/calls.ts", "infra/components/drive.ts"],
            ["infra/components/server.ts", "automation/reconcile/next-steps.ts"],
            ["policies/limits.ts", "infra/components/drive.ts"],
            ["policies/limits.spec.ts", "lab/index.ts"],
            ["automation/engine/policies.ts", "policies/all.ts"],
            ["automation/cli/main.ts", "lab/index.ts"],
            ["automation/guest/verbs/index.ts", "automation/workflows/move/plan.ts"],
            ["automation/reconcile/refusals.ts", "automation/ec2/port.ts"],
            ["automation/world/session.ts", "automation/commands/up.ts"],
            ["automation/model/steps.spec.ts", "automation/model/same.spec.ts"],
            ["lab/daemon/main.ts", "automation/index.ts"],
            ["lab/ec2/volumes.ts", "lab/machines/machine.ts"],
            ["docs/examples/tooling.ts", "automation/world/session.ts"],
            ["tools/demo.ts", "tools/nothing"],
            ["infra/index.ts", "mocha"],
            ["bench/one.ts", "bench/two.ts"],
            ["bench/two.ts", "bench/one.ts"],
        ]);
        assert.deepEqual(said(broken), [
            "automation/guest: automation/guest/verbs/index.ts > automation/workflows/move/plan.ts",
            "automation/reconcile: automation/reconcile/refusals.ts > automation/ec2/port.ts",
            "automation/world: automation/world/session.ts > automation/commands/up.ts",
            "automation: automation/cli/main.ts > lab/index.ts",
            "automation: automation/engine/policies.ts > policies/all.ts",
            "circle: bench/one.ts > bench/two.ts",
            "docs/examples: docs/examples/tooling.ts > automation/world/session.ts",
            "infra/components: infra/components/server.ts > automation/reconcile/next-steps.ts",
            "infra/guest: infra/guest/calls.ts > infra/components/drive.ts",
            "infra/model, packages: infra/model/config.ts > fs",
            "infra/model, packages: infra/model/limits.ts > node_modules/ssh2/index.js",
            "infra/model: infra/model/names.ts > infra/guest/call.ts",
            "lab/ec2: lab/ec2/volumes.ts > lab/machines/machine.ts",
            "lab: lab/daemon/main.ts > automation/index.ts",
            "nowhere: tools/demo.ts > tools/nothing",
            "package of tests: infra/index.ts > node_modules/mocha/index.js",
            "policies: policies/limits.spec.ts > lab/index.ts",
            "policies: policies/limits.ts > infra/components/drive.ts",
            "test: automation/model/steps.spec.ts > automation/model/same.spec.ts",
        ]);
    });

    it("say the reason", () => {
        const text = report([["automation/cli/main.ts", "lab/index.ts"]], "err-long").replace(/\s+/g, " ");
        assert.match(text, /automation\/cli\/main\.ts.*never knows that a lab exists: start it as a child process/);
    });
});
