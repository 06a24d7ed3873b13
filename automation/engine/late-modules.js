// Put before everything in the command line, and by NODE_OPTIONS in what the engine starts: the program and the policy pack. Two thirds of
// the time in which @pulumi/pulumi loads go into npm's arborist and the TypeScript compiler, which serve functions that are sent
// to the cloud. There are none here, so the two are loaded when they are first used. `npm run bench -- start` measures it.
"use strict";
const Module = require("node:module");
const path = require("node:path");

const CLOSURE = path.join("@pulumi", "pulumi", "runtime", "closure") + path.sep;
const LATE = ["@npmcli/arborist", "../../typescript-shim"];

const load = Module._load;
Module._load = function (request, parent, isMain) {
    if (!LATE.includes(request) || !parent?.filename?.includes(CLOSURE))
        return load.call(this, request, parent, isMain);
    const loaded = () => load.call(this, request, parent, isMain);
    // `__esModule`: who imports it must not copy its members, which would load it.
    return new Proxy({}, { get: (_, name) => name === "__esModule" || loaded()[name] });
};
