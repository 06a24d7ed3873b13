import { randomUUID } from "node:crypto";
import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DriveConfig } from "../../infra/model/config";
import { CONFIG } from "../../infra/model/names";

export interface StackConfig {
    readonly drive: unknown;
    readonly region?: string | undefined;
    /** Whether the provider is told which accounts it may work in. */
    readonly allowsAccounts?: boolean;
    /** What the provider puts on everything besides. */
    readonly defaultTags?: Readonly<Record<string, string>>;
    readonly operatorKey?: string | undefined;
    readonly hostKey?: string | undefined;
    readonly destroyData?: string | undefined;
}

/** Reads what `pulumi config --json --show-secrets` prints. */
export function readConfig(printed: string): StackConfig {
    const all = JSON.parse(printed) as Record<string, { value?: string; objectValue?: unknown } | undefined>;
    const drive = all[CONFIG.drive];
    return {
        drive: drive?.objectValue ?? fromJson(drive?.value),
        region: all["aws:region"]?.value,
        defaultTags: tagsOf(all[CONFIG.defaultTags]),
        allowsAccounts: all[CONFIG.allowedAccounts] !== undefined,
        operatorKey: all[CONFIG.operatorKey]?.value,
        hostKey: all[CONFIG.hostKey]?.value,
        destroyData: all[CONFIG.destroyData]?.value,
    };
}

function tagsOf(setting: { value?: string; objectValue?: unknown } | undefined): Record<string, string> {
    const given = (setting?.objectValue ?? fromJson(setting?.value)) as { tags?: Record<string, unknown> } | undefined;
    return Object.fromEntries(Object.entries(given?.tags ?? {}).map(([key, value]) => [key, String(value)]));
}

/** `pulumi config set elastic-drive:drive '{…}'` keeps a structured value as text; the program reads it all the same. */
function fromJson(value: string | undefined): unknown {
    if (value === undefined) return undefined;
    try {
        return JSON.parse(value) as unknown;
    } catch {
        return value;
    }
}

/** One `path=value` a leaf, as `pulumi config set-all --path` takes them. Empty lists and objects are the schema's defaults. */
export function leaves(value: unknown, path: string): string[] {
    if (Array.isArray(value)) return value.flatMap((item, at) => leaves(item, `${path}[${at}]`));
    if (typeof value === "object" && value !== null) {
        return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`));
    }
    return value === undefined ? [] : [`${path}=${String(value)}`];
}

export interface Secrets {
    readonly operatorKey: string;
    readonly hostKey: string;
}

export interface ConfigEdit {
    readonly drive?: DriveConfig;
    readonly region?: string;
    /** The one account that the provider may work in; null takes the setting away. */
    readonly account?: string | null;
    readonly secrets?: Secrets;
    /** null takes it away. */
    readonly destroyData?: string | null;
}

/** Runs `pulumi config …`; given by the engine. */
export type ConfigRunner = (args: readonly string[], input?: string) => Promise<unknown>;

export const settingsFile = (projectDir: string, stack: string): string =>
    join(projectDir, "stacks", `Pulumi.${stack.split("/").at(-1)!}.yaml`);

/**
 * Changes the stack's settings as one: a copy is edited by the engine itself and takes the file's place by rename,
 * so that a kill leaves the old settings or the new ones, never half of them. Each edit has a copy of its own: one program may
 * work on several stacks at once.
 */
export async function editSettings(file: string, edit: ConfigEdit, run: ConfigRunner): Promise<void> {
    const copy = join(dirname(file), `.edit-${randomUUID()}.yaml`);
    await mkdir(dirname(file), { recursive: true });
    try {
        if (existsSync(file)) await copyFile(file, copy);
        await writeTo(copy, edit, run);
        await putInPlace(copy, file);
    } finally {
        await rm(copy, { force: true });
    }
}

/**
 * The same for a change that is still to be agreed to. What it returns puts the file back byte for byte: comments, anchors, quotes and
 * order are people's, and an equal value without them is a difference that nobody made. False, and nothing done, where the file is no
 * longer as the edit left it.
 */
export async function editForNow(file: string, edit: ConfigEdit, run: ConfigRunner): Promise<() => Promise<boolean>> {
    const before = await readFile(file);
    await editSettings(file, edit, run);
    const after = await readFile(file);
    return async () => {
        if (!after.equals(await readFile(file))) return false;
        const copy = join(dirname(file), `.edit-${randomUUID()}.yaml`);
        try {
            await copyFile(file, copy); // with the file's mode
            await writeFile(copy, before);
            await putInPlace(copy, file);
        } finally {
            await rm(copy, { force: true });
        }
        return true;
    };
}

async function putInPlace(copy: string, file: string): Promise<void> {
    const handle = await open(copy, "r+");
    await handle.sync().finally(() => handle.close());
    await rename(copy, file);
}

async function writeTo(copy: string, edit: ConfigEdit, run: ConfigRunner): Promise<void> {
    const to = ["--config-file", copy];
    const plain = [
        ...(edit.region === undefined ? [] : [`aws:region=${edit.region}`]),
        ...(edit.drive === undefined ? [] : leaves(edit.drive, CONFIG.drive)),
        ...(typeof edit.destroyData === "string" ? [`${CONFIG.destroyData}=${edit.destroyData}`] : []),
    ];
    if (edit.drive !== undefined) await run(["config", "rm", CONFIG.drive, ...to]);
    if (edit.destroyData === null) await run(["config", "rm", CONFIG.destroyData, ...to]);
    if (plain.length > 0)
        await run(["config", "set-all", "--path", ...plain.flatMap((pair) => ["--plaintext", pair]), ...to]);
    // As text: by its path the engine would make a number of it, which the provider may read as 1.2e+11.
    if (typeof edit.account === "string")
        await run(["config", "set", "--plaintext", CONFIG.allowedAccounts, JSON.stringify([edit.account]), ...to]);
    if (edit.account === null) await run(["config", "rm", CONFIG.allowedAccounts, ...to]);
    if (edit.secrets !== undefined) {
        await run(["config", "set", "--secret", CONFIG.operatorKey, ...to], edit.secrets.operatorKey);
        await run(["config", "set", "--secret", CONFIG.hostKey, ...to], edit.secrets.hostKey);
    }
}
