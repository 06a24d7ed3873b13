import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { DriveError } from "../../infra/model/errors";
import { SSH_PORT } from "../../infra/model/ssh-port";
import type { DaemonFacts } from "./daemon";
import { filesOf } from "./folders";

/**
 * The daemon of a folder, or undefined: it must answer, not only have left a file. One that lives and keeps silent
 * (stopped, stuck) is neither: LabNotAnswering.
 */
export async function runningDaemon(dir: string): Promise<DaemonFacts | undefined> {
    const facts = await lastDaemon(dir);
    if (facts === undefined) {
        return undefined;
    }
    try {
        const status = (await control(facts.url, "GET", "/status")) as DaemonFacts;
        return status.pid === facts.pid && status.dir === facts.dir ? facts : undefined;
    } catch (error) {
        if ((error as Error).name !== "TimeoutError" || !lives(facts)) {
            return undefined;
        }
        throw new DriveError(
            "LabNotAnswering",
            `the lab's process ${facts.pid} lives and does not answer at ${facts.url}`,
            {
                hint: `elastic-drive lab stop ends it, after two minutes by force; state and disks stay. Log: ${filesOf(dir).log}`,
            },
        );
    }
}

/** What the last daemon of a folder said of itself; it may be dead. */
export async function lastDaemon(dir: string): Promise<DaemonFacts | undefined> {
    try {
        // A lab that was started by an older version has port 22, or none.
        const facts = JSON.parse(await readFile(filesOf(dir).daemon, "utf8")) as Partial<DaemonFacts>;
        return { ssh: { port: SSH_PORT }, ...facts } as DaemonFacts;
    } catch (error) {
        if (
            error instanceof SyntaxError ||
            ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")
        ) {
            return undefined;
        }
        throw error;
    }
}

/** Whether that very process is there still: a number may have been given to another one since. */
export function lives({ pid, dir }: DaemonFacts): boolean {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(JSON.stringify(dir));
    } catch {
        return false;
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
export async function control(
    url: string,
    method: string,
    path: string,
    body?: unknown,
    limitMs = 10_000,
): Promise<unknown> {
    const answer = await fetch(`${url}/_lab${path}`, {
        method,
        signal: AbortSignal.timeout(limitMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = (await answer.json()) as { code?: string; message?: string };
    if (!answer.ok) {
        throw new DriveError(value.code ?? "LabRefused", value.message ?? `the lab answered ${answer.status}`);
    }
    return value;
}
