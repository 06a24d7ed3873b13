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
            throw unreadable(`${this.path} cannot be read: ${(error as Error).message}`, error);
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
    let value: Partial<Record<keyof LabState, unknown>> | null;
    try {
        value = JSON.parse(text) as typeof value;
    } catch (cause) {
        throw unreadable(`${path} is not JSON, although it is only ever replaced as a whole`, cause);
    }
    const version = value?.version;
    if (version !== 1) {
        throw unreadable(`${path} has version '${String(version)}', expected 1`);
    }
    const { version: _, ...sections } = seededState();
    const missing = (Object.keys(sections) as (keyof typeof sections)[]).filter((key) => !isMap(value?.[key]));
    if (missing.length > 0) {
        throw unreadable(`${path} lacks ${missing.join(", ")}`);
    }
    return value as LabState;
}

const isMap = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const unreadable = (message: string, cause?: unknown): DriveError =>
    new DriveError("LabStateUnreadable", message, {
        hint: "elastic-drive lab stop --wipe begins anew; what is in the lab is lost",
        cause,
    });

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
