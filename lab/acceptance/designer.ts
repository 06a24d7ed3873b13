import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeKeyPair } from "../../automation/guest/keys";
import { MOUNT_POINT } from "../../infra/model/names";
import { knownAs } from "../rig/shell";
import { theSite } from "./shared";

const run = promisify(execFile);
/** The one folder behind the upload door is the drive; this one on it is the people's. */
export const LANDING = "/drive/incoming";

/** One of the people who upload, with OpenSSH's own programs. */
export interface Designer {
    readonly host: string;
    readonly port: number;
    readonly privateKey: string;
    sftp(commands: string): Promise<unknown>;
    scp(file: string, target: string): Promise<unknown>;
}

let designer: Promise<Designer> | undefined;

export function theDesigner(): Promise<Designer> {
    designer ??= admitted();
    return designer;
}

async function admitted(): Promise<Designer> {
    const { drive, folder } = await theSite();
    const { privateKey, publicKey } = makeKeyPair("designer");
    const [key, known, batch] = ["designer", "known_hosts", "batch"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
    ];
    await writeFile(key, privateKey, { mode: 0o600 });
    await drive.set("uploads.users.designer.publicKeys[0]", publicKey.trim());
    await drive.up();
    const { sshHost: host, hostKey } = await drive.outputs();
    const port = drive.sshPort;
    await writeFile(known, `${knownAs(host, port)} ${hostKey}\n`);
    await (await drive.server()).run(`sudo install -d -o 33 -g 33 ${MOUNT_POINT}/incoming`);
    const options = ["-o", `UserKnownHostsFile=${known}`, "-i", key, "-o", "BatchMode=yes", "-o", `Port=${port}`];
    return {
        host,
        port,
        privateKey,
        sftp: async (commands) => {
            await writeFile(batch, `${commands}\n`);
            return run("sftp", [...options, "-b", batch, `designer@${host}`]);
        },
        scp: (file, target) => run("scp", [...options, file, `designer@${host}:${target}`]),
    };
}
