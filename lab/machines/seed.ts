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
        "match": { macaddress: mac.toLowerCase() },
        "set-name": name,
        "addresses": [address],
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

/** Writes the seed as a CD image with the label cloud-init looks for. */
export async function writeSeed(machine: MachineSpec, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true });
    const folder = await mkdtemp(`${target}.`);
    try {
        const names: string[] = [];
        for (const [name, text] of Object.entries(seedFiles(machine))) {
            await writeFile(join(folder, name), text as string);
            names.push(join(folder, name));
        }
        await run("genisoimage", ["-quiet", "-output", target, "-volid", "cidata", "-joliet", "-rock", ...names]);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
