import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../setup/key";
import { filesUnder } from "../test/tree";

/**
 * Makes `dist`, which is for the package alone (npm pack): the library, the program, the pack and the command line as
 * JavaScript with their types, and beside them what is read at run time. The clone never runs it.
 */
const DIST = join(REPOSITORY, "dist");
const READ_AT_RUN_TIME =
    /^(automation|infra)\/.*\.(sh|py)$|^automation\/engine\/late-modules\.js$|^policies\/(PulumiPolicy\.yaml|package\.json)$/;
const UNCOMPILED = 'require("../tools/transpile.js");\n';

function build(): void {
    rmSync(DIST, { recursive: true, force: true });
    execFileSync(join(REPOSITORY, "node_modules/.bin/tsc"), ["-p", join(REPOSITORY, "tools/package")], {
        stdio: ["ignore", "inherit", "inherit"],
    });
    for (const path of filesUnder(REPOSITORY).filter((file) => READ_AT_RUN_TIME.test(file)))
        copyFileSync(join(REPOSITORY, path), join(DIST, path));
    writeFileSync(
        join(DIST, "policies/start.js"),
        compiled(readFileSync(join(REPOSITORY, "policies/start.js"), "utf8")),
    );
    copyFileSync(join(REPOSITORY, "tools/package/bin.js"), join(DIST, "bin.js"));
    chmodSync(join(DIST, "bin.js"), 0o755);
}

/** The pack's first file without its compiler. */
function compiled(start: string): string {
    if (!start.includes(UNCOMPILED)) throw new Error(`policies/start.js no longer begins with ${UNCOMPILED}`);
    return start
        .replace(UNCOMPILED, "")
        .replace(/^\/\/.*\n/gm, "")
        .replaceAll('.ts")', '.js")');
}

build();
