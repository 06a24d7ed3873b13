// The pack starts at every preview, so it does not type-check (`npm test` does) and compiles each file once for each
// content: the loader of the program takes the place of the one that the engine's runner has just put up. Compiling the
// pack's 46 files at every start cost 4 s of a busy machine.
"use strict";
require("../tools/transpile.js");
require("./kit/leave-with-engine.ts").leaveWithEngine(2_000, () => process.exit(0));
require("./index.ts");
