// The pack starts at every preview, so it does not type-check (`npm test` does): a plain compiler takes the place of the
// one that the engine's runner has just put up. Measured on a stack of 8 resources: see docs/policies.md.
"use strict";
const fs = require("node:fs");
const ts = require("typescript");

const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, inlineSourceMap: true };

require.extensions[".ts"] = (module, fileName) =>
    module._compile(
        ts.transpileModule(fs.readFileSync(fileName, "utf8"), { compilerOptions, fileName }).outputText,
        fileName,
    );

require("./index.ts");
