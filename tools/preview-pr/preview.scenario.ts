import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pulumi } from "../../policies/kit/preview";
import { driveOf, ourDrive, STACK, type OurDrive } from "../../policies/scenarios/our-drive";
import { REPOSITORY } from "../setup/key";
import type { StackSummary } from "./summary";

/** The whole tool on our own drive that is there already, with a change on top. */
describe("preview:pr on our own drive", function () {
    this.timeout(600_000);
    let ours: OurDrive;
    before(async () => {
        ours = await ourDrive();
        ours.configure(driveOf({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } }));
        const made = await pulumi(["up", "--yes", "--skip-preview", "--non-interactive", "--stack", STACK], ours);
        assert.equal(made.exitCode, 0, made.output);
    });
    after(() => rmSync(ours.cwd, { recursive: true, force: true }));

    const run = (...args: readonly string[]) =>
        spawnSync(
            process.execPath,
            [
                "-r",
                path.join(REPOSITORY, "tools/transpile.js"),
                path.join(REPOSITORY, "tools/preview-pr/main.ts"),
                "--project",
                ours.cwd,
                ...args,
            ],
            { cwd: ours.cwd, env: { ...process.env, ...ours.env }, encoding: "utf8" },
        );

    it("says what grows, what it costs and that it is online", () => {
        ours.configure(driveOf({ ba: { sizeGiB: 16 }, bb: { sizeGiB: 8 }, bc: { sizeGiB: 8 } }));
        const { status, stdout, stderr } = run("--stack", STACK);
        assert.equal(status, 0, stderr + stdout);
        assert.match(stdout, /^## test: ✅ may go\n/);
        assert.match(stdout, /\| content \| 16 GiB → \*\*32 GiB\*\* \| 2 → \*\*3\*\* \| \$1\.28 → \*\*\$2\.56\*\* \|/);
        assert.match(stdout, /\*\*Online\*\*: files stay reachable\./);
        assert.match(stdout, /- slot ba \(content-ba\) changes in place: 8 GiB gp3 3000 IOPS 125 MiB\/s → 16 GiB/);
        assert.match(stdout, /- slot bc \(content-bc\) joins: 8 GiB gp3/);
        assert.doesNotMatch(stdout, /CAUTION/);
    });

    it("is loud about a slot that vanishes, with the levels and prices that are given, as JSON too", () => {
        ours.configure(driveOf({ ba: { sizeGiB: 8 } }));
        writeFileSync(
            path.join(ours.cwd, "stacks", `policies.${STACK}.json`),
            JSON.stringify({
                "backup-declared": { enforcementLevel: "disabled", reason: "backed up by another stack" },
            }),
        );
        const prices = path.join(ours.cwd, "prices.json");
        writeFileSync(prices, JSON.stringify({ source: "a contract", gp3: { perGiB: 1 } }));
        const { status, stdout, stderr } = run("--stack", STACK, "--json", "--prices", prices);
        assert.equal(status, 1, stderr + stdout);
        const { stacks } = JSON.parse(stdout) as { stacks: StackSummary[] };
        const [summary] = stacks;
        assert.equal(summary?.verdict, "failed");
        assert.match(summary.errors.join("\n"), /'content-bb' \(\S+\) cannot be deleted\s+because it is protected\.$/m);
        assert.doesNotMatch(stdout, /state unprotect/);
        const { before, after } = summary.drives[0]!;
        assert.deepEqual([before.capacityGiB, after.capacityGiB, before.slots, after.slots], [16, 8, 2, 1]);
        assert.ok(
            summary.losses.some((loss) => /content-bb/.test(loss)),
            JSON.stringify(summary.losses),
        );
        assert.deepEqual(summary.prices.source, "a contract");
    });

    it("says that a slot leaves, what holds its data, and what is left in the end", () => {
        const bc = { sizeGiB: 16, takes: ["bb"] };
        ours.configure(driveOf({ ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, state: "leaving" }, bc }));
        const { status, stdout, stderr } = run("--stack", STACK);
        assert.equal(status, 0, stderr + stdout);
        assert.match(
            stdout,
            /\| 16 GiB → \*\*24 GiB\*\* \| 2 → \*\*3\*\*, 1 going \| \$1\.28 → \*\*\$2\.56\*\*, then \$1\.92 \|/,
        );
        assert.match(stdout, /- slot bb \(content-bb\) starts to leave: its 8 GiB move to other slots/);
    });

    it("refuses a volume that shrinks, which the preview itself lets through", () => {
        ours.configure(driveOf({ ba: { sizeGiB: 4 }, bb: { sizeGiB: 8 } }));
        const { status, stdout, stderr } = run("--stack", STACK);
        assert.equal(status, 1, stderr + stdout);
        assert.match(stdout, /^## test: ❌ cannot be done\n/);
        assert.match(stdout, /slot ba \(content-ba\) cannot shrink from 8 to 4 GiB/);
    });

    it("is refused by a policy that the stack made stricter, by its name", () => {
        ours.configure(driveOf({ ba: { sizeGiB: 16 }, bb: { sizeGiB: 8 } }));
        writeFileSync(
            path.join(ours.cwd, "stacks", `policies.${STACK}.json`),
            JSON.stringify({ "volumes-per-drive": { max: 1 } }),
        );
        const { status, stdout, stderr } = run("--stack", STACK);
        assert.equal(status, 1, stderr + stdout);
        assert.match(stdout, /^## test: ❌ refused by a policy\n/);
        assert.match(stdout, /\| ❌ \| volumes-per-drive \| content-b[ab] \| drive 'content' has 2 volumes/);
    });

    it("refuses a faulty file of levels and settings, and says what is wrong with it", () => {
        writeFileSync(
            path.join(ours.cwd, "stacks", `policies.${STACK}.json`),
            JSON.stringify({
                "volume-limits": { limits: { gp3: { maxSizeGib: 1 } } },
                "volume-encryption": "disabled",
            }),
        );
        const { status, stdout, stderr } = run("--stack", STACK);
        assert.equal(status, 1, stderr + stdout);
        assert.match(stdout, /^## test: ❌ the preview failed\n\n\*\*Why:\*\* stacks\/policies\.test\.json: /);
        assert.match(stdout, /gp3\.maxSizeGib: unknown key 'maxSizeGib'; did you mean 'maxSizeGiB'\?/);
        assert.match(stdout, /there is no policy 'volume-encryption'; did you mean 'volume-encrypted'\?/);
        assert.doesNotMatch(stdout, /Nothing changes/);
    });

    it("answers a wrong call with what is right", () => {
        const none = run();
        assert.equal(none.status, 2);
        assert.match(
            none.stderr,
            /InvalidInput: preview:pr: --stack: missing; name a stack, or a base with --base\n {2}stacks here: test/,
        );
        const flag = run("--stak", "x");
        assert.equal(flag.status, 2);
    });
});
