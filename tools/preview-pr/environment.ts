import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { labEnvironment } from "../../lab/index";
import { engineFolder } from "../setup/engine-key";
import { cacheFolder } from "../setup/key";

/** What the engine needs beside this process's own environment, so that the same command works in a plain shell too. */
export async function environmentFor(stack: string): Promise<Record<string, string>> {
    // A stack of the lab is only known to the lab's own backend; a shell that has one already is left as it is.
    if (/^lab/.test(stack) && process.env["PULUMI_BACKEND_URL"] === undefined) return labEnvironment();
    const path = process.env["PATH"] ?? "";
    const built = join(engineFolder(cacheFolder()), "bin");
    const found = path.split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, "pulumi")));
    return found || !existsSync(built) ? {} : { PATH: [built, path].join(delimiter) };
}
