import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./setup/key";
import { filesUnder } from "./test/tree";

const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");

const sources = (): string[] =>
    ["automation", "infra/model", "infra/guest"]
        .flatMap((folder) => filesUnder(REPOSITORY, folder))
        .filter((path) => /\.(ts|sh)$/.test(path) && !/\.(spec|scenario|long)\.ts$/.test(path))
        .map(read);

/** Every error code that an operator can meet: the driver's, the engine's translated, the server's. */
function codesInTheSource(): Set<string> {
    const found = sources().flatMap((text) => [
        ...text.matchAll(/(?:new DriveError|super|rule|cannot)\(\s*"([A-Z][A-Za-z0-9]+)"/g),
        ...text.matchAll(/\bcode: "([A-Z][A-Za-z0-9]+)"/g),
        ...text.matchAll(/\? "([A-Z][a-z]+[A-Z][A-Za-z]+)" : "[A-Z]/g),
        ...text.matchAll(/\brefuse ([A-Z][A-Za-z]+) "/g),
    ]);
    return new Set(found.map((match) => match[1]!));
}

describe("the operator's guide", () => {
    it("explains every error code of the driver and of the server", () => {
        const guide = read("docs/guide.md");
        const codes = [...codesInTheSource()];
        assert.ok(codes.length > 50, `${codes.length} codes were found in the source`);
        assert.deepEqual(
            codes.filter((code) => !guide.includes(`\`${code}\``)),
            [],
        );
    });

    it("explains no code that nothing throws", () => {
        const source = sources().join("\n");
        const [, refused = ""] =
            /### Refused: nothing was touched([\s\S]*)### The lab and the set-up/.exec(read("docs/guide.md")) ?? [];
        const rows = refused.split("\n").filter((line) => line.startsWith("| `"));
        const explained = rows.flatMap((row) =>
            [...row.split("|")[1]!.matchAll(/`([A-Za-z0-9]+)`/g)].map((match) => match[1]!),
        );
        assert.deepEqual(
            explained.filter((code) => !source.includes(`"${code}"`) && !source.includes(`refuse ${code} `)),
            [],
        );
    });
});
