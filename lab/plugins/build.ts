/** Compiles the plugins to JavaScript without checking types: `build.ts FOLDER`. The folder appears whole or not at all. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";

const FOLDERS = ["protocol", "aws", "command"];

function build(target: string): void {
    const aside = `${target}.${process.pid}`;
    for (const folder of FOLDERS) {
        mkdirSync(join(aside, folder), { recursive: true });
        const from = join(__dirname, folder);
        const sources = readdirSync(from).filter(
            (file) => file.endsWith(".ts") && !/\.(spec|scenario|long|testing)\.ts$/.test(file),
        );
        for (const file of sources) {
            const { outputText } = transpileModule(readFileSync(join(from, file), "utf8"), {
                compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
                fileName: file,
            });
            writeFileSync(join(aside, folder, file.replace(/\.ts$/, ".js")), outputText);
        }
    }
    mkdirSync(dirname(target), { recursive: true });
    try {
        renameSync(aside, target);
    } catch (error) {
        // Another plugin that started at the same moment was first.
        rmSync(aside, { recursive: true, force: true });
        if (
            (error as NodeJS.ErrnoException).code !== "ENOTEMPTY" &&
            (error as NodeJS.ErrnoException).code !== "EEXIST"
        ) {
            throw error;
        }
    }
}

const [target] = process.argv.slice(2);
if (target === undefined) {
    throw new Error("usage: build.ts FOLDER");
}
build(target);
