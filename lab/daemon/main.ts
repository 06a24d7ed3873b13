/** The daemon's process: `main.ts '<DaemonOptions as JSON>'`. Speaks to who started it by Node's message channel, once. */
import { DriveError } from "../../infra/model/errors";
import { openDaemon } from "./daemon";
import type { Daemon, DaemonOptions } from "./daemon";
import { log } from "./log";

/** The first and only message: the lab answers, or why it does not. */
export type FirstWord =
    { ready: Daemon["facts"] } | { failed: { code: string; message: string; hint?: string | undefined } };

async function main(): Promise<void> {
    const options = JSON.parse(process.argv[2] ?? "{}") as Omit<DaemonOptions, "log">;
    process.on("unhandledRejection", (error) =>
        log(`unhandled: ${error instanceof Error ? error.stack : String(error)}`),
    );
    process.on("uncaughtException", (error) => {
        // The state on disk is whole; what is in memory may not be.
        log(`ends because of ${error.stack ?? error.message}`);
        process.exit(70);
    });
    let daemon: Daemon;
    try {
        daemon = await openDaemon({ ...options, log });
    } catch (error) {
        const { message } = error as Error;
        const known =
            error instanceof DriveError ? { code: error.code, hint: error.details.hint } : { code: "LabNotStarted" };
        log(`not started: ${(error as Error).stack ?? message}`);
        await say({ failed: { ...known, message } });
        process.exit(1);
    }
    let ending = false;
    const end = (how: "graceful" | "plug"): void => {
        if (!ending) {
            ending = true;
            daemon.close(how).then(
                () => process.exit(0),
                (error: Error) => {
                    log(`ended badly: ${error.stack ?? error.message}`);
                    process.exit(1);
                },
            );
        }
    };
    process.on("SIGTERM", () => end("graceful"));
    process.on("SIGINT", () => end("plug"));
    await say({ ready: daemon.facts });
}

function say(word: FirstWord): Promise<void> {
    return new Promise((resolve) => {
        if (process.send === undefined) {
            resolve();
            return;
        }
        process.send(word, undefined, undefined, () => {
            if (process.connected) {
                process.disconnect();
            }
            resolve();
        });
    });
}

void main();
