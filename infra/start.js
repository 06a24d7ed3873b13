// The program's first file, plain JavaScript: `up` starts it anew each time, so nothing is compiled twice.
"use strict";
require("../tools/transpile.js");
module.exports = require("./index.ts"); // its exports are the stack's outputs
