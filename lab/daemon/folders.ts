import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where a lab answers when nobody says otherwise. */
export const DEFAULT_PORT = 4590;

/** The lab's folder: state, disks, logs. `ELASTIC_DRIVE_LAB_DIR` moves it. */
export function labFolder(env: NodeJS.ProcessEnv = process.env): string {
    const state = env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
    return resolve(env["ELASTIC_DRIVE_LAB_DIR"] ?? join(state, "elastic-drive", "lab"));
}

/** Every file of a lab's folder that is not a machine's. */
export const filesOf = (dir: string) => ({
    daemon: join(dir, "daemon.json"),
    log: join(dir, "daemon.log"),
    state: join(dir, "state.json"),
    machines: join(dir, "machines"),
    sshPort: join(dir, "ssh-port"),
    backend: join(dir, "backend"),
});
