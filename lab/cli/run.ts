import { resolve } from "node:path";
import { control, requireDaemon, runningDaemon } from "../daemon/client";
import { labEnvironment } from "../daemon/environment";
import { startLab } from "../daemon/start";
import { stopLab } from "../daemon/stop";
import type { DelayProfile } from "../ec2/delays";
import { sshLine } from "../machines/ssh-port";
import { statusText } from "./status-text";
import type { Status } from "./status-text";

const print = (text: string): void => void process.stdout.write(`${text}\n`);

export async function start(options: {
    dir: string;
    port: number;
    delays: DelayProfile;
    machines: boolean;
}): Promise<void> {
    const started = await startLab(options);
    print(
        `the lab ${started.alreadyRunning ? "runs already" : "runs"}: ${started.url}   process ${started.pid}   ${started.dir}`,
    );
    if (started.ssh.why !== undefined) {
        print(sshLine(started.ssh));
    }
    if (!started.alreadyRunning) {
        print(`use it from this shell:  eval "$(elastic-drive lab env)"`);
    }
}

export async function stop(options: { dir: string; now?: boolean; wipe?: boolean }): Promise<void> {
    const ran = await stopLab(options.dir, options);
    const kept =
        options.wipe === true
            ? "disks and state are gone"
            : "disks and state stay: elastic-drive lab start goes on with them";
    print(
        ran
            ? `the lab has stopped; ${kept}`
            : `no lab ran in ${resolve(options.dir)}${options.wipe === true ? "; disks and state are gone" : ""}`,
    );
}

export async function status(options: { dir: string; json?: boolean }): Promise<void> {
    const facts = await runningDaemon(resolve(options.dir));
    if (facts === undefined && options.json === true) {
        print(JSON.stringify({ running: false, dir: resolve(options.dir) }, undefined, 2));
        return;
    }
    const { url } = facts ?? (await requireDaemon(resolve(options.dir)));
    const seen = (await control(url, "GET", "/status")) as Status;
    print(options.json === true ? JSON.stringify({ running: true, ...seen }, undefined, 2) : statusText(seen));
}

export async function showEnvironment(options: { dir: string; json?: boolean }): Promise<void> {
    const variables = await labEnvironment(options.dir);
    if (options.json === true) {
        print(JSON.stringify(variables, undefined, 2));
        return;
    }
    Object.entries(variables).forEach(([name, value]) => print(`export ${name}=${quoted(value)}`));
}

/** Safe in any POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
