import { existsSync, realpathSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { IS_BUILT, PACKAGE } from "./package-root";

/** A user's program: what Pulumi starts in a folder of his own. */
const PROGRAM = "elastic-drive.cjs";
const MANIFEST = "Pulumi.yaml";

const PROGRAM_TEXT = `// The Pulumi program of this folder's drives: the installed package's. Written by elastic-drive init.
"use strict";
module.exports = require("elastic-drive/program"); // its exports are the stack's outputs
`;

const MANIFEST_TEXT = `name: elastic-drive
description: One shared drive for a team on AWS
main: ${PROGRAM}
stackConfigDir: stacks
runtime:
  name: nodejs
  options:
    typescript: false
`;

/** Whether the folder's Pulumi program is ours: a clone, or a folder that `init` has made a project. */
export const isProject = (folder: string): boolean =>
    existsSync(join(folder, MANIFEST)) &&
    (existsSync(join(folder, "infra", "model", "config.ts")) || existsSync(join(folder, PROGRAM)));

/** Throws where `init` could not make the folder a project, before anything is written. */
export function checkFolder(folder: string): void {
    if (isProject(folder)) return;
    if (!IS_BUILT || !existsSync(folder) || !statSync(folder).isDirectory()) throw noProject(folder);
    if (existsSync(join(folder, MANIFEST))) {
        throw new DriveError("NoProject", `'${folder}' holds another Pulumi project`, {
            hint: "give the drive a folder of its own",
        });
    }
    checkInstalled(folder);
}

/** The program comes first: without the manifest the folder is no project yet, and the next `init` begins again. */
export async function makeProject(folder: string): Promise<void> {
    if (isProject(folder)) return;
    checkFolder(folder);
    await writeFile(join(folder, PROGRAM), PROGRAM_TEXT);
    const draft = join(folder, `.${MANIFEST}-${process.pid}`);
    await writeFile(draft, MANIFEST_TEXT);
    await rename(draft, join(folder, MANIFEST));
}

/** Driver and program are of one version: the one that the folder's own package.json names. */
function checkInstalled(folder: string): void {
    const hint =
        "npm install ./elastic-drive-<version>.tgz there (npm pack in a clone makes it), then npx elastic-drive";
    let found: string;
    try {
        found = createRequire(join(folder, PROGRAM)).resolve("elastic-drive/package.json");
    } catch {
        throw new DriveError("PackageNotInstalled", `elastic-drive is not installed in '${folder}'`, { hint });
    }
    if (realpathSync(found) === realpathSync(join(PACKAGE, "package.json"))) return;
    throw new DriveError("PackageDiffers", `this is not the elastic-drive that is installed in '${folder}'`, { hint });
}

export const noProject = (folder: string): DriveError =>
    new DriveError("NoProject", `'${folder}' is not a project of elastic-drive`, {
        hint: "give the folder that holds its Pulumi.yaml",
    });
