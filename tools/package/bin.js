#!/usr/bin/env node
// The command line of the installed package. The SDK's note about node's next version is for us, not for who runs the drive.
"use strict";
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
require("./automation/cli/main.js");
