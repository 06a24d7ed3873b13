import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { MachineSpec } from "../hardware";
import { DOOR } from "./command-line";
import { run } from "./run";

/** The card that carries ssh has the MAC of the one in the VPC but for its first byte (EC2 gives none that begins with de). */
export const doorMac = (mac: string): string => `de${mac.slice(2)}`.toLowerCase();

export interface SeedFiles {
    readonly "user-data": string;
    readonly "meta-data": string;
    readonly "network-config": string;
}

/** What cloud-init reads at boot: identity, user data, and the network by MAC. YAML is a superset of JSON, so JSON it is. */
export function seedFiles(machine: MachineSpec): SeedFiles {
    const card = (mac: string, name: string, address: string) => ({
        match: { macaddress: mac.toLowerCase() },
        "set-name": name,
        addresses: [address],
    });
    return {
        "user-data": machine.userData === "" ? "#cloud-config\n{}\n" : machine.userData,
        "meta-data": JSON.stringify({
            "instance-id": machine.instanceId,
            "local-hostname": machine.hostName,
            ...(machine.publicKey === undefined ? {} : { "public-keys": [machine.publicKey.trim()] }),
        }),
        "network-config": JSON.stringify({
            version: 2,
            ethernets: {
                eth0: card(machine.mac, "eth0", `${machine.privateIp}/${machine.prefixLength}`),
                eth1: card(doorMac(machine.mac), "eth1", `${DOOR.guest}/${DOOR.prefixLength}`),
            },
        }),
    };
}

/**
 * Writes the seed as a tar archive, which a machine reads right off a disk: no file system to find and mount, which costs
 * cloud-init seconds on an emulated machine.
 */
export async function writeSeed(machine: MachineSpec, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true });
    const folder = await mkdtemp(`${target}.`);
    try {
        const files = Object.entries(seedFiles(machine)) as [string, string][];
        for (const [name, text] of files) await writeFile(join(folder, name), text);
        const names = files.map(([name]) => name);
        await run("tar", ["-cf", target, "--owner=0", "--group=0", "--mode=600", "-C", folder, ...names]);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
