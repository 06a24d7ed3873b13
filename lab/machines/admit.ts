import { chmod, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import type { Admission } from "../hardware";
import { GuestAgent } from "./guest-agent";
import { run } from "./run";

/** An emulated machine on a busy host takes seconds for a shell. */
const GUEST_LIMIT_MS = 60_000;
const MARK = "elastic-drive-lab";
const NO_USER = 4;

/**
 * Run in the guest: the key $2 opens $1's account for two minutes, long enough to log in, as with EC2 Instance Connect; then
 * sshd itself takes it for expired. Prints the host's public keys: read by the agent's own line, so there is nothing to trust.
 */
const SCRIPT = `
set -eu
home=$(getent passwd "$1" | cut -d: -f6)
[ -n "$home" ] || exit ${NO_USER}
group=$(id -gn "$1")
install -d -m 700 -o "$1" -g "$group" "$home/.ssh"
file=$home/.ssh/authorized_keys
{
    if [ -f "$file" ]; then grep -v ' ${MARK}$' "$file" || :; fi
    printf 'expiry-time="%s" %s ${MARK}\\n' "$(date -u -d '+2 minutes' +%Y%m%d%H%M%SZ)" "$2"
} > "$file.${MARK}"
chown "$1:$group" "$file.${MARK}"
chmod 600 "$file.${MARK}"
mv "$file.${MARK}" "$file"
cat /etc/ssh/ssh_host_*_key.pub`;

/** Lets the lab's own key into the machine for a login that follows at once. `folder`: where key and known hosts are kept. */
export async function admit(
    agentSocket: string,
    folder: string,
    instanceId: string,
    user: string,
    publicKey: string,
): Promise<Pick<Admission, "knownHosts">> {
    const key = publicKey.split(" ").slice(0, 2).join(" ");
    const result = await GuestAgent.with(agentSocket, GUEST_LIMIT_MS, (agent) =>
        agent.run("/bin/sh", ["-c", SCRIPT, "sh", user, key]),
    );
    if (result.code === NO_USER)
        throw new DriveError("NoSuchUser", `${instanceId} has no user '${user}'`, {
            hint: "its user data makes its users; elastic-drive lab console shows whether it has booted",
        });
    if (result.code !== 0 || result.stdout.trim() === "")
        throw new DriveError("NotAdmitted", `${instanceId} did not take the lab's key (exit code ${result.code})`, {
            hint: "elastic-drive lab console shows whether it has booted",
        });
    const knownHosts = join(folder, "known_hosts");
    const lines = result.stdout.trim().split("\n");
    await writeFile(`${knownHosts}.new`, lines.map((line) => `${instanceId} ${line}\n`).join(""));
    await rename(`${knownHosts}.new`, knownHosts);
    return { knownHosts };
}

/** The lab's own key, made when it is first needed. */
export async function labKey(file: string): Promise<void> {
    await run("sh", [
        "-euc",
        // Made beside and renamed: a half-made one is made again.
        'if [ ! -f "$1" ]; then rm -f "$1.new" "$1.new.pub"; ssh-keygen -q -t ed25519 -N "" -C lab -f "$1.new"; mv "$1.new.pub" "$1.pub"; mv "$1.new" "$1"; fi',
        "sh",
        file,
    ]);
    await chmod(file, 0o600);
}
