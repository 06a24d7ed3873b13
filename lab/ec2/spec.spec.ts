import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const numbers = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? "");

describe("spec.md", () => {
    const rules = numbers(readFileSync(join(__dirname, "spec.md"), "utf8"), /^- \*\*(R\d+)\*\* /gm);
    const specs = readdirSync(__dirname).filter((name) => name.endsWith(".spec.ts"));
    const tests = specs.flatMap((name) => numbers(readFileSync(join(__dirname, name), "utf8"), /^ +it\("(R\d+): /gm));

    it("has each number once, and no test has a number twice", () => {
        assert.deepEqual(rules, [...new Set(rules)]);
        assert.deepEqual([...tests].sort(), [...new Set(tests)].sort());
    });

    it("has a test for every rule and a rule for every test", () => {
        assert.ok(rules.length > 80, `only ${rules.length} rules found`);
        assert.deepEqual([...rules].sort(), [...tests].sort());
    });

    it("names a source for every rule", () => {
        const lines = readFileSync(join(__dirname, "spec.md"), "utf8")
            .split("\n")
            .filter((line) => line.startsWith("- **R"));
        const without = lines.filter((line) => !/\(.*(API|errors|guide|lab|#\d+|cloud\.go).*\)/.test(line));
        assert.deepEqual(without, []);
    });
});
