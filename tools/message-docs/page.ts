import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { MSG } from "../../automation/io/messages";
import { REPOSITORY } from "../setup/key";

const SOURCE = "automation/io/messages.ts";

const INTRODUCTION = `What the library says while it works: to a host, to the loop over an operation, and as a line each with \`--json\`.
A message is \`{ code, level, text, data }\` (with \`--json\` also \`time\`). \`code\` never changes its meaning, \`text\` is for people and
may change, \`data\` is for programs. Levels: \`info\`, \`progress\` (may be left out for who reads late), \`warn\`, \`result\`, and
\`error\`, which only the last message of an operation has: its \`data.code\` is one of the error codes in [the guide](guide.md#when-something-goes-wrong).`;

/** docs/messages.md: every message with the shape of its data, as the registry has them. */
export function messagePage(): string {
    const shapes = dataShapes();
    const rows = Object.entries(MSG)
        .map(([name, { code, level, about }]) => ({ name, code, level, about, shape: shapes.get(name) ?? "" }))
        .sort((a, b) => (a.code.slice(-4) < b.code.slice(-4) ? -1 : 1))
        .map(
            ({ name, code, level, about, shape }) =>
                `| \`${code}\` | \`${name}\` | ${level} | ${about} | ${cell(shape)} |`,
        );
    return `${[
        "# The messages",
        `<!-- written by \`npm run docs:messages\` from ${SOURCE}: change that -->`,
        INTRODUCTION,
        ["| code | in `MSG` | level | it means | data |", "| --- | --- | --- | --- | --- |", ...rows].join("\n"),
    ].join("\n\n")}\n`;
}

const cell = (type: string): string => `\`${type.replace(/\s+/g, " ").replaceAll("|", "\\|").replace(/; }/g, " }")}\``;

/** The types are gone at run time, so they are read from the source: the type argument of each `define`. */
function dataShapes(): ReadonlyMap<string, string> {
    const text = readFileSync(join(REPOSITORY, SOURCE), "utf8");
    const file = ts.createSourceFile(SOURCE, text, ts.ScriptTarget.ES2022, true);
    const found = new Map<string, string>();
    const visit = (node: ts.Node): void => {
        if (ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer)) {
            const [shape] = node.initializer.typeArguments ?? [];
            if (shape !== undefined) found.set(node.name.getText(), shape.getText());
        }
        ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
}
