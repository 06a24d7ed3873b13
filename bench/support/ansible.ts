import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { serialOf } from "../../infra/model/names";
import { knownAs } from "../../lab/rig/shell";
import type { Site } from "../../lab/rig/site";
import { cacheFolder } from "../../tools/setup/key";
import { ByHand, findDisk, secondsFor } from "./by-hand";
import type { Addition } from "./plain-group";

const run = promisify(execFile);

/** Brings ansible-core 2.18 and the collections community.general and ansible.posix, which only this package has on PyPI. */
const ANSIBLE = "ansible==11.13.0";
const SIZE_GIB = 2;

/** As the modules' documentation has it: a group of these disks, one volume over all of it, XFS that fills it, mounted. */
const PLAY = `
- hosts: server
  gather_facts: false
  become: true
  tasks:
    - community.general.lvg: { vg: ansible, pvs: "{{ disks }}" }
    - community.general.lvol: { vg: ansible, lv: content, size: 100%VG }
    - community.general.filesystem: { dev: /dev/ansible/content, fstype: xfs, resizefs: true }
    - ansible.posix.mount: { src: /dev/ansible/content, path: /srv/ansible, fstype: xfs, state: mounted }
`;

/** Installed into the cache at the first bench; 0.6 GB, so it is no part of the set-up. */
async function ensureAnsible(say: (text: string) => void): Promise<string> {
    const folder = join(cacheFolder(), "ansible", ANSIBLE);
    if (!existsSync(folder)) {
        say(`installing ${ANSIBLE} into ${folder}, for the bench alone`);
        const beside = `${folder}.new`;
        await rm(beside, { recursive: true, force: true });
        await mkdir(beside, { recursive: true });
        await run("python3", ["-m", "venv", beside]);
        await run(join(beside, "bin/python"), ["-m", "pip", "install", "--quiet", ANSIBLE]);
        await rename(beside, folder);
    }
    return folder;
}

/** A volume group and file system beside the drive's on the same server, kept by a play. */
export class AnsibleGroup {
    private readonly disks: string[] = [];

    private constructor(
        private readonly hand: ByHand,
        private readonly home: string,
        private readonly folder: string,
    ) {}

    /** Makes the group with its first volume. Not timed. */
    static async make(site: Site, folder: string, say: (text: string) => void): Promise<AnsibleGroup> {
        const group = new AnsibleGroup(await ByHand.at(site), await ensureAnsible(say), folder);
        const { login } = group.hand;
        await writeFile(join(folder, "key"), `${login.privateKey.trim()}\n`, { mode: 0o600 });
        await writeFile(
            join(folder, "known_hosts"),
            `${knownAs(login.host, login.port)} ssh-ed25519 ${login.hostKey}\n`,
        );
        await writeFile(join(folder, "play.yaml"), PLAY);
        await writeFile(
            join(folder, "inventory"),
            `server ansible_host=${login.host} ansible_port=${login.port} ansible_user=${login.user} ansible_ssh_private_key_file=${join(folder, "key")} ` +
                "ansible_python_interpreter=/usr/bin/python3\n",
        );
        await group.add();
        return group;
    }

    /** Creates and attaches a volume by SDK, then the play; its ssh connection is new each time, as a person's is. */
    async add(): Promise<Addition> {
        let volumeId = "";
        const ec2Seconds = await secondsFor(async () => (volumeId = await this.hand.attachVolume(SIZE_GIB)));
        const link = `/dev/disk/by-id/virtio-${serialOf(volumeId)}`;
        // Not counted: a play that starts too early fails.
        await this.hand.root(...findDisk(volumeId), `until [ -e ${link} ]; do sleep 0.25; done`);
        this.disks.push(link);
        return { ec2Seconds, sshSeconds: await secondsFor(() => this.play()) };
    }

    private async play(): Promise<void> {
        const sockets = await mkdtemp(join(this.folder, "s"));
        const disks = JSON.stringify({ disks: this.disks });
        await run(
            join(this.home, "bin/python"),
            // By the interpreter: the scripts name the folder that they were installed in.
            [join(this.home, "bin/ansible-playbook"), "-i", join(this.folder, "inventory"), "-e", disks, "play.yaml"],
            {
                cwd: this.folder,
                env: {
                    ...process.env,
                    // The faster way: one connection for all tasks, no copies of modules.
                    ANSIBLE_PIPELINING: "True",
                    ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=5s -o UserKnownHostsFile=${join(this.folder, "known_hosts")}`,
                    ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
                    ANSIBLE_HOME: join(this.folder, "home"),
                },
            },
        );
    }
}
