import { join } from "node:path";
import { keyOf, REPOSITORY } from "./key";

/** The combination that was built and run (design §6): CLI, SDK of the launchers, and the two modules' own pins. */
export const ENGINE_VERSION = "3.170.0";
/** Runs our program for `pulumi`, which finds it on PATH. */
export const LANGUAGE_HOST = "pulumi-language-nodejs";
export const MODULES = {
    cli: join(REPOSITORY, "tools/engine/cli"),
    language: join(REPOSITORY, "tools/engine/language"),
};

/** Whether what `pulumi version` printed names an engine that will do. */
export function isGoodEngine(printed: string): boolean {
    const version = /^v?(\d+)\.(\d+)\.(\d+)/.exec(printed.trim())?.slice(1).map(Number);
    const wanted = ENGINE_VERSION.split(".").map(Number);
    const at = wanted.findIndex((part, i) => part !== version?.[i]);
    return version !== undefined && (at < 0 || (version[at] ?? 0) > (wanted[at] ?? 0));
}

/** Set higher when the way of building changes. */
const RECIPE = "1";

/** Where the engine that is built from tools/engine lies, or would lie; put its `bin` first on PATH. */
export function engineFolder(cacheDir: string): string {
    const files = Object.values(MODULES).flatMap((folder) => [join(folder, "go.mod"), join(folder, "go.sum")]);
    return join(cacheDir, "engine", keyOf([RECIPE, ENGINE_VERSION, process.arch], files));
}
