import { mkdir, open, readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { DriveError } from "../../infra/model/errors";

export interface LogEntry {
    readonly time: string;
    readonly host: string;
    readonly operation: string;
    /** started, step, done, failed */
    readonly event: string;
    readonly text: string;
    readonly seconds?: number;
}

/** What was done, when, and how long it took, for people. No decision is ever taken from it, and none waits for it. */
export class Log {
    private hasFailed = false;

    /** `failed` hears once that nothing can be written. */
    constructor(
        readonly file: string,
        private readonly failed: (error: Error) => void = () => undefined,
    ) {}

    /** Empty and relative folders count as unset: XDG base directory specification. */
    static of(stack: string, env: NodeJS.ProcessEnv, failed?: (error: Error) => void): Log {
        const folder = (name: string): string | undefined => (isAbsolute(env[name] ?? "") ? env[name] : undefined);
        const state = folder("XDG_STATE_HOME") ?? join(folder("HOME") ?? usersHome(), ".local", "state");
        return new Log(join(state, "elastic-drive", "log", `${stack.replaceAll("/", "_")}.jsonl`), failed);
    }

    /** Never throws: what it tells of has happened. */
    async append(operation: string, event: string, text: string, seconds?: number): Promise<void> {
        try {
            await this.write(operation, event, text, seconds);
        } catch (error) {
            if (!this.hasFailed) this.failed(error as Error);
            this.hasFailed = true;
        }
    }

    private async write(operation: string, event: string, text: string, seconds?: number): Promise<void> {
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
            if (error.code === "ENOENT" || error.code === "ENOTDIR") return "";
            throw new DriveError("LogUnreadable", `cannot read the log ${this.file} (${error.code ?? error.message})`, {
                hint: "the drive does not need it; XDG_STATE_HOME or HOME says where it is",
                cause: error,
            });
        });
        return text.split("\n").flatMap(parseEntry).slice(-count);
    }
}

/** A container's user may have no home, and no name. */
function usersHome(): string {
    try {
        return isAbsolute(homedir()) ? homedir() : "/";
    } catch {
        return "/";
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
