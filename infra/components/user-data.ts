import { publicHalf } from "./openssh-key";

export interface UserDataKeys {
    /** Private key the server answers with: the drive's, so that a new server is the same to everyone. */
    readonly hostKey: string;
    /** The operator's public line. */
    readonly operatorPublicKey: string;
}

/**
 * The first boot only: identity and doors. What changes later comes by remote commands. It asks for no package, so that a
 * server without a way out boots as well; `ready` installs what the image lacks.
 */
export function userData(keys: UserDataKeys): string {
    const config = {
        disable_root: true,
        ssh_pwauth: false,
        ssh_deletekeys: true,
        ssh_genkeytypes: [],
        ssh_keys: {
            ed25519_private: keys.hostKey.trimEnd() + "\n",
            ed25519_public: publicHalf(keys.hostKey, "elastic-drive:hostKey"),
        },
        users: [
            {
                name: "admin",
                gecos: "operator of the drive",
                shell: "/bin/bash",
                lock_passwd: true,
                sudo: "ALL=(ALL) NOPASSWD:ALL",
                ssh_authorized_keys: [keys.operatorPublicKey],
            },
        ],
        // sudo looks its own host up: without an entry, and without a name server, that is 13 s a call.
        manage_etc_hosts: "localhost",
        // nfsd's records belong on the drive: it stays masked until `share` has put them there.
        bootcmd: [
            [
                "cloud-init-per",
                "once",
                "elastic-drive-mask",
                "systemctl",
                "mask",
                "nfs-server.service",
                "nfsdcld.service",
            ],
        ],
        write_files: [
            {
                path: "/etc/ssh/sshd_config.d/10-elastic-drive.conf",
                permissions: "0644",
                content: "PermitRootLogin no\nPasswordAuthentication no\nHostKey /etc/ssh/ssh_host_ed25519_key\n",
            },
        ],
    };
    // JSON is YAML, and its quoting has no surprises.
    return `#cloud-config\n${JSON.stringify(config)}\n`;
}
