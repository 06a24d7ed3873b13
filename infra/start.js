// The program's first file, plain JavaScript: `up` starts it anew each time, so nothing is compiled twice.
"use strict";
// Pulumi takes a stack trace for each resource, and maps every frame of it, its own files' too: a tenth of an `up` that has nothing
// to do. A fault of the configuration is said in words, without a trace.
Error.prepareStackTrace = undefined;
require("../tools/transpile.js");
module.exports = require("./index.ts"); // its exports are the stack's outputs
