import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../setup/key";
import { choose } from "./choose";

const groups = (...args: string[]): string[] => [...new Set(choose(args).suites.map(({ group }) => group))];

describe("which suites run", () => {
    it("npm test runs everything but the long stories", () => {
        assert.deepEqual(groups(), ["lint", "unit", "stories", "scenarios"]);
    });

    it("a filter by title leaves out what has no titles, and reaches no long story either", () => {
        assert.deepEqual(groups("--grep", "killed"), ["unit", "stories", "scenarios"]);
        assert.equal(choose(["--grep", "killed"]).grep, "killed");
    });

    it("npm run stories:long runs the long stories alone, and takes a filter", () => {
        const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as {
            scripts: Record<string, string>;
        };
        const args = scripts["stories:long"]!.split("tools/test.ts ")[1]!.split(" ");
        assert.deepEqual(groups(...args, "--grep", "killed"), ["long"]);
    });

    it("names a suite that it does not know", () => {
        assert.throws(() => choose(["--only", "unit,slow"]), /--only: 'slow' is none of lint, unit, /);
    });
});
