import { join } from "node:path";
import { keyOf, REPOSITORY } from "./key";

/** The combination that was built and run (design §6): CLI, SDK of the launchers, and the two modules' own pins. */
export const ENGINE_VERSION = "3.170.0";
export const MODULES = {
    cli: join(REPOSITORY, "tools/engine/cli"),
    language: join(REPOSITORY, "tools/engine/language"),
};

/** Set higher when the way of building changes. */
const RECIPE = "1";

/** Where the engine that is built from tools/engine lies, or would lie; put its `bin` first on PATH. */
export function engineFolder(cacheDir: string): string {
    const files = Object.values(MODULES).flatMap((folder) => [join(folder, "go.mod"), join(folder, "go.sum")]);
    return join(cacheDir, "engine", keyOf([RECIPE, ENGINE_VERSION, process.arch], files));
}
