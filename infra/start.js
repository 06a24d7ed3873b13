// The program's first file, plain JavaScript: `up` starts it anew each time, so nothing is compiled twice.
"use strict";
require("../tools/transpile.js");
require("./index.ts");
