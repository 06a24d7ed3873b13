import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { join } from "node:path";
import { thisMachine } from "../io/this-machine";

/**
 * The engine's lock names user, host and process number, and all three repeat: in two containers, on two laptops of one name. So each
 * engine that a driver starts is noted on this machine, with its boot and its numbering of processes, before it takes any lock
 * (tether.sh); the note goes when the engine has ended in order. Only a lock that fits a note can be called dead.
 */
export class EngineNotes {
    constructor(
        private readonly folder: string,
        /** Empty: it cannot be told. */
        private readonly machine: string = thisMachine() ?? "",
    ) {}

    static of(env: NodeJS.ProcessEnv): EngineNotes {
        const state = env["XDG_STATE_HOME"] ?? join(env["HOME"] ?? homedir(), ".local", "state");
        return new EngineNotes(join(state, "elastic-drive", "engines"));
    }

    /** For the tether: what the file's name begins with, and what goes into it. Empty where no note can be kept: then its lock cannot be judged. */
    forTether(now: Date = new Date()): Record<string, string> {
        if (this.machine === "") return {};
        try {
            mkdirSync(this.folder, { recursive: true });
        } catch {
            return {};
        }
        return { ELASTIC_DRIVE_NOTE: join(this.folder, `${this.machine}-`), ELASTIC_DRIVE_NOTED: now.toISOString() };
    }

    /** When the engine of that number was started here, in milliseconds; undefined: none was, or it ended in order. */
    startOf(pid: number): number | undefined {
        if (this.machine === "") return undefined;
        try {
            return Date.parse(readFileSync(this.file(pid), "utf8"));
        } catch {
            return undefined;
        }
    }

    forget(pid: number): void {
        rmSync(this.file(pid), { force: true });
    }

    private file(pid: number): string {
        return join(this.folder, `${this.machine}-${pid}`);
    }
}

/** As the engine writes itself into its lock. */
export function hereAs(): { readonly host: string; readonly user: string | undefined } {
    try {
        return { host: hostname(), user: userInfo().username };
    } catch {
        return { host: hostname(), user: undefined }; // a user without a name: no lock can be told to be his
    }
}
