import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DriveError } from "../../infra/model/errors";
import { cacheFolder } from "../../tools/setup/key";
import type { DelayProfile } from "../ec2/delays";
import { runningDaemon } from "./client";
import type { DaemonFacts, DaemonOptions } from "./daemon";
import { DEFAULT_PORT, filesOf, labFolder } from "./folders";
import type { FirstWord } from "./main";

export interface StartOptions {
    readonly dir?: string;
    readonly port?: number;
    readonly delays?: DelayProfile;
    /** False: the API alone, no QEMU. Default true. */
    readonly machines?: boolean;
    /** The lab dies with this process, however it dies. For tests and the demo. */
    readonly tieToParent?: boolean;
}

export interface Started extends DaemonFacts {
    readonly alreadyRunning: boolean;
}

const ROOT = resolve(__dirname, "../..");
/** The image may have to be made first. */
const START_LIMIT = 15 * 60_000;

/** Starts the lab of a folder unless it runs, and waits until it answers. */
export async function startLab(options: StartOptions = {}): Promise<Started> {
    const dir = resolve(options.dir ?? labFolder());
    const running = await runningDaemon(dir);
    if (running !== undefined) {
        return { ...running, alreadyRunning: true };
    }
    await mkdir(dir, { recursive: true }).catch((cause: Error) => {
        throw new DriveError("LabNotStarted", `the lab's folder cannot be made: ${cause.message}`, {
            hint: "another one: ELASTIC_DRIVE_LAB_DIR, or --dir",
            cause,
        });
    });
    const settings: Omit<DaemonOptions, "log"> = {
        dir,
        cacheDir: cacheFolder(),
        port: options.port ?? DEFAULT_PORT,
        delays: options.delays ?? "lifelike",
        machines: options.machines ?? true,
    };
    const child = launch(settings, options.tieToParent ?? false);
    try {
        const facts = await firstWord(child, dir);
        child.unref();
        return { ...facts, alreadyRunning: false };
    } catch (error) {
        if (error instanceof DriveError && error.code === "LabAlreadyRunning") {
            return startedElsewhere(dir, error);
        }
        throw error;
    }
}

/** Two starts at once: the other one holds the folder, and will answer soon. */
async function startedElsewhere(dir: string, refusal: DriveError): Promise<Started> {
    for (const limit = Date.now() + START_LIMIT; Date.now() < limit; await delay(200)) {
        const running = await runningDaemon(dir);
        if (running !== undefined) {
            return { ...running, alreadyRunning: true };
        }
    }
    throw refusal;
}

function launch(settings: Omit<DaemonOptions, "log">, tied: boolean): ChildProcess {
    const { log } = filesOf(settings.dir);
    const file = openSync(log, "a");
    const node = [
        process.execPath,
        "-r",
        "ts-node/register/transpile-only",
        join(__dirname, "main.ts"),
        JSON.stringify(settings),
    ];
    // A tied daemon is killed by the kernel when its parent ends; its machines and moto are killed likewise with it.
    const [command = "", ...args] = tied ? ["setpriv", "--pdeathsig", "KILL", "--", ...node] : node;
    try {
        return spawn(command, args, { cwd: ROOT, detached: !tied, stdio: ["ignore", file, file, "ipc"] });
    } finally {
        closeSync(file);
    }
}

function firstWord(child: ChildProcess, dir: string): Promise<DaemonFacts> {
    const hint = `see ${filesOf(dir).log}`;
    return new Promise((done, failed) => {
        const timer = setTimeout(() => {
            child.kill("SIGKILL");
            failed(
                new DriveError("LabNotStarted", `the lab did not answer within ${START_LIMIT / 60_000} minutes`, {
                    hint,
                }),
            );
        }, START_LIMIT);
        const over = (): void => {
            clearTimeout(timer);
            child.removeAllListeners();
            // The channel would keep this process alive.
            if (child.connected) {
                child.disconnect();
            }
        };
        child.once("message", (word: FirstWord) => {
            over();
            if ("ready" in word) {
                done(word.ready);
                return;
            }
            const { code, message, hint: more } = word.failed;
            failed(new DriveError(code, message, { hint: more ?? hint }));
        });
        child.once("error", (cause) => {
            over();
            failed(
                new DriveError("LabNotStarted", `the lab's process could not be started: ${cause.message}`, { cause }),
            );
        });
        child.once("exit", (code, signal) => {
            over();
            failed(
                new DriveError("LabNotStarted", `the lab ended before it answered (${code ?? signal ?? "?"})`, {
                    hint,
                }),
            );
        });
    });
}
