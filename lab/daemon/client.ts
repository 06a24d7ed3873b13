import { readFile } from "node:fs/promises";
import { DriveError } from "../../infra/model/errors";
import type { DaemonFacts } from "./daemon";
import { filesOf } from "./folders";

/** The daemon of a folder, or undefined: it must answer, not only have left a file. */
export async function runningDaemon(dir: string): Promise<DaemonFacts | undefined> {
    let facts: DaemonFacts;
    try {
        facts = JSON.parse(await readFile(filesOf(dir).daemon, "utf8")) as DaemonFacts;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
    try {
        const status = (await control(facts.url, "GET", "/status")) as DaemonFacts;
        return status.pid === facts.pid && status.dir === facts.dir ? facts : undefined;
    } catch {
        return undefined;
    }
}

export async function requireDaemon(dir: string): Promise<DaemonFacts> {
    const facts = await runningDaemon(dir);
    if (facts === undefined) {
        throw new DriveError("LabNotRunning", `no lab runs in ${dir}`, { hint: "elastic-drive lab start" });
    }
    return facts;
}

/** One question to `/_lab/…`. */
export async function control(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${url}/_lab${path}`, {
        method,
        signal: AbortSignal.timeout(10_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = (await answer.json()) as { code?: string; message?: string };
    if (!answer.ok) {
        throw new DriveError(value.code ?? "LabRefused", value.message ?? `the lab answered ${answer.status}`);
    }
    return value;
}
