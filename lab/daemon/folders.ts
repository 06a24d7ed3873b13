import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Where a lab answers when nobody says otherwise. */
export const DEFAULT_PORT = 4590;

/**
 * The lab's folder: state, disks, logs. `ELASTIC_DRIVE_LAB_DIR` moves it. Empty is unset, and so is a relative XDG folder (the base
 * directory specification): it would be another lab in each folder.
 */
export function labFolder(env: NodeJS.ProcessEnv = process.env): string {
    const own = env["ELASTIC_DRIVE_LAB_DIR"] ?? "";
    if (own !== "") return resolve(own);
    const users = env["XDG_STATE_HOME"] ?? "";
    return join(isAbsolute(users) ? users : join(homedir(), ".local", "state"), "elastic-drive", "lab");
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
