import { serialOf } from "../../infra/model/names";
import { GuestAgent } from "./guest-agent";

/** Emulated machines take a second for a shell, ten when the host is busy; one that needs this long hangs or boots. */
const GUEST_LIMIT_MS = 60_000;

/**
 * Run in the guest: exits 0 when nothing uses the disk with the serial $1, 9 when something does. A disk or partition is in
 * use when it is mounted, is swap, or is held by another device (LVM, md, crypt).
 */
const SCRIPT = `
for disk in /sys/block/*; do
    [ "$(cat "$disk/serial" 2>/dev/null)" = "$1" ] || continue
    for part in "$disk" "$disk"/*; do
        [ -f "$part/dev" ] || continue
        [ -z "$(ls -A "$part/holders" 2>/dev/null)" ] || exit 9
        number=$(cat "$part/dev")
        while read -r _ _ device _; do [ "$device" != "$number" ] || exit 9; done < /proc/self/mountinfo
        while read -r file _; do [ "$file" != "/dev/\${part##*/}" ] || exit 9; done < /proc/swaps
    done
done
exit 0`;

/**
 * Whether the machine still uses a disk. EC2 waits for the guest to let go of a device; QEMU does not (XFS would shut down), so
 * the lab asks the guest first. A guest that cannot be asked is taken to use everything: never kinder than EC2.
 */
export async function diskInUse(agentSocket: string, volumeId: string): Promise<boolean> {
    try {
        const result = await GuestAgent.with(agentSocket, GUEST_LIMIT_MS, (agent) =>
            agent.run("/bin/sh", ["-c", SCRIPT, "sh", serialOf(volumeId)]),
        );
        return result.code !== 0;
    } catch {
        return true;
    }
}
