#!/bin/bash
# Runs one of the tools on a fresh clone: makes sure that the node modules are those of package-lock.json, then
# starts the tool. Plain bash, because nothing else is there yet.   usage: tools/bootstrap.sh tools/test.ts [arguments]
set -euo pipefail
# An exported CDPATH would lead elsewhere.
CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# Before half an hour of set-up: the lab's machines, their image and its kernel are x86-64's.
machine=$(uname -m)
if [ "$machine" != x86_64 ] && [ "$machine" != amd64 ]; then
    echo "NotX86: this host is $machine, and the lab's machines are x86-64: run the same command on an x86-64 host (docs/limitations.md)" >&2
    exit 1
fi

node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);
' || {
    echo "NodeTooOld: node $(node --version) is on PATH, 20.19 or later is needed: install it, then run the same command again" >&2
    exit 1
}

# What npm wrote at the end of the last complete installation, against what package-lock.json asks for. An
# interrupted installation leaves no such file, so it is seen as missing.
modules_are_there() {
    node -e '
        const { readFileSync } = require("node:fs");
        const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
        const there = packages("node_modules/.package-lock.json");
        const missing = Object.entries(packages("package-lock.json")).some(
            ([folder, wanted]) => folder !== "" && !wanted.optional && there[folder]?.version !== wanted.version,
        );
        process.exit(missing ? 1 : 0);
    ' 2>/dev/null
}

if ! modules_are_there; then
    # The lock is on the file itself and ends with this process, however it ends.
    exec 9<package-lock.json
    flock --nonblock 9 || { echo "modules   another set-up is installing the node modules: waiting for it" && flock 9; }
    if ! modules_are_there; then
        SECONDS=0
        echo "modules   npm ci: the node modules of package-lock.json (about half a minute)"
        # No install scripts: nothing here needs one (ssh2 does without its native add-on).
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || {
            echo "ModulesFailed: npm ci ended with $?: see its lines above; is the npm registry within reach? Then run the same command again" >&2
            exit 1
        }
        echo "modules   done in $SECONDS s"
    fi
    exec 9<&-
fi

exec node --enable-source-maps -r ./tools/transpile.js "$@"
