import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");
/** What takes a disk out of a group, or a drive out of the world, as a command that somebody could type. */
const ENDS = /\b(vgreduce|pvremove|wipefs -a|elastic-drive destroy)\b/;
/** Where it is the drive's own work, or what somebody is asked for who wants the drive's end. */
const MEANT = [
    "automation/guest/verbs/let-go.sh",
    "automation/simulation/cloud.ts",
    "automation/cli/program.ts",
    "automation/commands/up.ts",
    "automation/commands/destroy/destroy.ts",
];

const sources = ["automation", "infra"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((path) => /\.(ts|sh)$/.test(path) && !/\.(spec|scenario|long|testing)\.ts$/.test(path))
        .map((path) => join(folder, path)),
);
const isComment = (line: string): boolean => /^\s*(\/\*\*|\*|\/\/|#)/.test(line);

describe("what the drive tells people to do", () => {
    it("is never to take a disk away or to end the drive", () => {
        const told = sources
            .filter((path) => !MEANT.includes(path))
            .flatMap((path) =>
                readFileSync(join(ROOT, path), "utf8")
                    .split("\n")
                    .map((line) => [path, line] as const),
            )
            .filter(([, line]) => ENDS.test(line.replace(/ \/\/ .*/, "")) && !isComment(line));
        assert.deepEqual(told, []);
        assert.ok(sources.length > 100, `only ${sources.length} files were read`);
    });
    it("is not that in the guide's table of errors either", () => {
        const rows = readFileSync(join(ROOT, "docs/guide.md"), "utf8")
            .split("\n")
            .filter((line) => /^\| `[A-Z]/.test(line));
        assert.ok(rows.length > 60, `only ${rows.length} rows were read`);
        const told = rows.filter((row) => /vgreduce|pvremove/.test(row) || /destroy/.test(row.split("|").at(-2)!));
        assert.deepEqual(
            told.map((row) => /`(\w+)`/.exec(row)?.[1]),
            ["DestroyUnderWay"],
        );
    });
});
