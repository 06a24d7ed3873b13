import * as assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { REPOSITORY } from "./setup/key";
import { filesUnder } from "./test/tree";

const MOST_LINES = 300;
// Put together here, so that this file does not find itself.
const LEFT_OVER = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`);
const SWITCHED_OFF = new RegExp(
    `\\b(describe|it|context)\\.(${["on" + "ly", "sk" + "ip"].join("|")})\\b|\\bthis\\.${"sk" + "ip"}\\(`,
);

const all = filesUnder(REPOSITORY);
const code = all.filter((path) => /\.(ts|mjs|sh|py)$/.test(path));
const documents = all.filter((path) => path.endsWith(".md"));
const text = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");

describe("the tree", () => {
    it(`has no file of code over ${MOST_LINES} lines`, () => {
        const long = code.map((path) => [path, text(path).trimEnd().split("\n").length] as const);
        assert.deepEqual(
            long.filter(([, lines]) => lines > MOST_LINES),
            [],
        );
    });

    it("has no reminder left over and no test switched off", () => {
        const found = code.flatMap((path) =>
            text(path)
                .split("\n")
                .flatMap((line, i) =>
                    LEFT_OVER.test(line) || SWITCHED_OFF.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [],
                ),
        );
        assert.deepEqual(found, []);
    });

    it("has the program that Pulumi.yaml names", () => {
        const main = /^main: (.+)$/m.exec(text("Pulumi.yaml"))?.[1];
        assert.ok(main !== undefined && existsSync(join(REPOSITORY, main)), `main: ${main}`);
    });

    it("has every file that package.json's scripts start", () => {
        const { scripts } = JSON.parse(text("package.json")) as { scripts: Record<string, string> };
        const named = Object.values(scripts).flatMap((script) => script.match(/tools\/[\w./-]+/g) ?? []);
        assert.ok(named.length > 0);
        assert.deepEqual(
            named.filter((path) => !existsSync(join(REPOSITORY, path))),
            [],
        );
    });

    it("has what every link of its documents points to", () => {
        const broken = documents.flatMap((path) =>
            linksOf(text(path))
                .filter((link) => !resolves(path, link))
                .map((link) => `${path}: ${link}`),
        );
        assert.deepEqual(broken, []);
    });
});

/** Targets of the document's links into the tree; code blocks aside. */
function linksOf(markdown: string): string[] {
    const prose = markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((link) => !/^[a-z]+:/.test(link));
}

function resolves(from: string, link: string): boolean {
    const [path, anchor] = link.split("#") as [string, string?];
    const target = path === "" ? from : normalize(join(dirname(from), path));
    if (!existsSync(join(REPOSITORY, target))) return false;
    return anchor === undefined || !target.endsWith(".md") || anchorsOf(text(target)).has(anchor);
}

/** As GitHub makes them of the headings. */
function anchorsOf(markdown: string): Set<string> {
    const headings = [...markdown.matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1]!);
    return new Set(
        headings.map((heading) =>
            heading
                .toLowerCase()
                .replace(/[^\p{L}\p{N}\s_-]/gu, "")
                .replace(/\s/g, "-"),
        ),
    );
}
