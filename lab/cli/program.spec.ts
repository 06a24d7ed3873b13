import * as assert from "node:assert/strict";
import type { Command } from "commander";
import { labProgram } from "./program";

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

describe("help of the lab", () => {
    for (const command of all(labProgram())) {
        it(`of ${command.name()} fits 100 columns, with examples`, () => {
            let text = "";
            command.configureOutput({ writeOut: (part) => (text += part) });
            command.outputHelp();
            for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
            if (command.commands.length === 0 || command.parent === null) assert.match(text, /\nExamples?:\n/);
        });
    }
});
