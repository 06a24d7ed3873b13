import { mkdir, open, readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { dirname, join } from "node:path";

export interface LogEntry {
    readonly time: string;
    readonly host: string;
    readonly operation: string;
    /** started, step, done, failed */
    readonly event: string;
    readonly text: string;
    readonly seconds?: number;
}

/** What was done, when, and how long it took, for people. No decision is ever taken from it. */
export class Log {
    constructor(readonly file: string) {}

    static of(stack: string, env: NodeJS.ProcessEnv): Log {
        const state = env["XDG_STATE_HOME"] ?? join(env["HOME"] ?? homedir(), ".local", "state");
        return new Log(join(state, "elastic-drive", "log", `${stack.replaceAll("/", "_")}.jsonl`));
    }

    async append(operation: string, event: string, text: string, seconds?: number): Promise<void> {
        const entry: LogEntry = {
            time: new Date().toISOString(),
            host: hostname(),
            operation,
            event,
            text,
            ...(seconds === undefined ? {} : { seconds: Math.round(seconds * 10) / 10 }),
        };
        await mkdir(dirname(this.file), { recursive: true });
        const file = await open(this.file, "a", 0o600);
        try {
            await file.appendFile(`${JSON.stringify(entry)}\n`);
            await file.sync();
        } finally {
            await file.close();
        }
    }

    /** The last `count` entries; a line torn by a power cut is left out. */
    async read(count: number): Promise<LogEntry[]> {
        const text = await readFile(this.file, "utf8").catch((error: NodeJS.ErrnoException) => {
            if (error.code === "ENOENT") return "";
            throw error;
        });
        return text.split("\n").flatMap(parseEntry).slice(-count);
    }
}

function parseEntry(line: string): LogEntry[] {
    if (line === "") return [];
    try {
        return [JSON.parse(line) as LogEntry];
    } catch {
        return [];
    }
}
