import { open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { seededState } from "./seeds";
import type { LabState } from "./state";

export interface Store {
    load(): Promise<LabState>;
    /** When this returns the state survives a power cut. */
    save(text: string): Promise<void>;
}

/** One file, written beside and renamed: a reader, or a lab that starts after a kill, sees the old state or the new one. */
export class FileStore implements Store {
    constructor(private readonly path: string) {}

    static in(directory: string): FileStore {
        return new FileStore(join(directory, "state.json"));
    }

    async load(): Promise<LabState> {
        let text: string;
        try {
            text = await readFile(this.path, "utf8");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "ENOENT") {
                return seededState();
            }
            throw error;
        }
        return parseState(text, this.path);
    }

    async save(text: string): Promise<void> {
        const beside = `${this.path}.new`;
        const file = await open(beside, "w", 0o600);
        try {
            await file.writeFile(text);
            await file.sync();
        } finally {
            await file.close();
        }
        await rename(beside, this.path);
        const directory = await open(dirname(this.path));
        try {
            await directory.sync();
        } finally {
            await directory.close();
        }
    }
}

function parseState(text: string, path: string): LabState {
    const hint = "elastic-drive lab stop --wipe begins anew; what is in the lab is lost";
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (cause) {
        throw new DriveError(
            "LabStateUnreadable",
            `${path} is not JSON, although it is only ever replaced as a whole`,
            { hint, cause },
        );
    }
    const version = (value as { version?: unknown } | null)?.version;
    if (version !== 1) {
        throw new DriveError("LabStateUnreadable", `${path} has version '${String(version)}', expected 1`, { hint });
    }
    return value as LabState;
}

/** For specs of the API alone. */
export class MemoryStore implements Store {
    saved: string | undefined;

    load(): Promise<LabState> {
        return Promise.resolve(this.saved === undefined ? seededState() : (JSON.parse(this.saved) as LabState));
    }

    save(text: string): Promise<void> {
        this.saved = text;
        return Promise.resolve();
    }
}
