import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { DriveError } from "../../infra/model/errors";

const run = promisify(execFile);

/** `stacks/Pulumi.example.yaml` is there to be read and copied: no stack of that name is anywhere. */
const EXAMPLE = "example";

/** Stacks that have settings in the repository; a fresh clone has none. */
export function stacksOf(project: string): string[] {
    const names = filesIn(path.join(project, "stacks")).map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1]);
    return names.filter((name) => name !== undefined && name !== EXAMPLE).sort() as string[];
}

function filesIn(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
    }
}

/** Files that this checkout changes against the base of a request. */
export async function changedFiles(project: string, base: string): Promise<string[]> {
    try {
        const { stdout } = await run("git", ["diff", "--name-only", "-z", `${base}...HEAD`, "--"], { cwd: project });
        return stdout.split("\0").filter(Boolean);
    } catch (error) {
        throw new DriveError("UnknownBase", `git cannot compare with '${base}': ${lastLine(error)}`, {
            hint: "fetch the base with its history (fetch-depth: 0), or name the stacks with --stack",
        });
    }
}

const lastLine = (error: unknown): string =>
    (error as { stderr?: string; message: string }).stderr?.trim().split("\n").at(-1) ?? (error as Error).message;
