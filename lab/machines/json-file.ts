import { readFile, rename, writeFile } from "node:fs/promises";
import type { z } from "zod";
import { DriveError } from "../../infra/model/errors";

/** Written beside and renamed, so that a reader, or a crash, sees the old one or the new one. */
export async function writeJson(path: string, value: unknown): Promise<void> {
    const beside = `${path}.new`;
    await writeFile(beside, `${JSON.stringify(value)}\n`, { flush: true });
    await rename(beside, path);
}

/** Undefined when there is no such file. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    let text: string;
    try {
        text = await readFile(path, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
    }
    try {
        return schema.parse(JSON.parse(text));
    } catch (cause) {
        throw new DriveError("LabFileDamaged", `'${path}' is not what the lab wrote: ${text.slice(0, 100)}`, {
            hint: "elastic-drive lab stop, remove the lab's folder, and start anew",
            cause,
        });
    }
}
