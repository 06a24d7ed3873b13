// Loads TypeScript for the command line and for the Pulumi program, each file transpiled once per content and kept under
// node_modules/.cache: the compiler takes most of a second to load, at every command and at every `up`. Types are
// checked by npm test.
"use strict";
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const cache = path.join(__dirname, "..", "node_modules", ".cache", "elastic-drive", "js");
const options = { module: 1 /* CommonJS */, target: 9 /* ES2022 */, inlineSourceMap: true, inlineSources: false };

require.extensions[".ts"] = (module, file) => {
    const source = fs.readFileSync(file, "utf8");
    const key = createHash("sha256").update(JSON.stringify(options)).update(file).update(source).digest("hex");
    module._compile(
        kept(path.join(cache, `${key}.js`)) ?? transpiled(source, file, path.join(cache, `${key}.js`)),
        file,
    );
};

function kept(file) {
    try {
        return fs.readFileSync(file, "utf8");
    } catch {
        return undefined;
    }
}

function transpiled(source, file, target) {
    const { transpileModule } = require("typescript");
    const { outputText } = transpileModule(source, { compilerOptions: options, fileName: file });
    try {
        fs.mkdirSync(cache, { recursive: true });
        fs.writeFileSync(`${target}.${process.pid}`, outputText);
        fs.renameSync(`${target}.${process.pid}`, target); // never half a file, also with two starts at once
    } catch {
        // A read-only checkout works too, only slower.
    }
    return outputText;
}
