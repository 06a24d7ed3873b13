/**
 * For developers: one machine of the lab without the lab, to try things on a real kernel.
 *     node -r ts-node/register/transpile-only lab/machines/boot.ts --disks 2 --size 4
 * Ends with Ctrl-C and leaves nothing.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { chooseAccelerator } from "./accelerator";
import { cacheFolder, ensureImage } from "../image";
import { QemuHardware } from "./qemu-hardware";
import { makeKey, sshCommand, waitForSsh } from "./ssh";
import { chooseSshPort } from "./ssh-port";

interface Options {
    readonly disks: number;
    readonly size: number;
    readonly address: string;
    readonly userData?: string;
}

const note = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(options: Options): Promise<void> {
    const image = await ensureImage(cacheFolder(), note);
    const folder = await mkdtemp(join(tmpdir(), "boot-"));
    const key = await makeKey(folder);
    const { port } = await chooseSshPort();
    const door = { address: options.address, port };
    const accelerator = await chooseAccelerator(image, cacheFolder());
    const hardware = await QemuHardware.open({ folder, image, accelerator, sshPort: port });
    const volumeIds = Array.from({ length: options.disks }, (_, n) => `vol-${String(n + 1).padStart(17, "0")}`);
    for (const id of volumeIds) await hardware.createDisk(id, options.size);
    const instanceId = "i-00000000000000001";
    const stop = async (): Promise<void> => {
        await hardware.close();
        await rm(folder, { recursive: true, force: true });
        process.exit(0);
    };
    process.once("SIGINT", () => void stop());
    process.once("SIGTERM", () => void stop());
    const started = Date.now();
    await hardware.setPublicAddresses(instanceId, [options.address]);
    await hardware.powerOn({
        instanceId,
        privateIp: "10.0.1.10",
        prefixLength: 24,
        mac: "02:00:00:00:00:01",
        userData: options.userData === undefined ? "" : await readFile(options.userData, "utf8"),
        publicKey: key.publicKey,
        hostName: "ip-10-0-1-10",
        rootVolumeId: "vol-00000000000000fff",
        rootSizeGiB: 8,
        volumes: Object.fromEntries(volumeIds.map((id, n) => [id, `/dev/xvdb${"abcdefghijklmnopqrstuvwxyz"[n]}`])),
    });
    hardware.onOff(() => void stop());
    await writeFile(join(folder, "README"), "made by lab/machines/boot.ts, removed at its end\n");
    note(`console: ${join(folder, "machines", instanceId, "console.log")}`);
    process.stdout.write(`${sshCommand(key, door).join(" ")}\n`);
    await waitForSsh(key, door, 300_000);
    note(`ssh answers after ${((Date.now() - started) / 1000).toFixed(1)} s; Ctrl-C ends the machine`);
}

const program = new Command("boot")
    .description("boots one machine of the lab with blank disks")
    .addOption(new Option("--disks <n>", "blank disks, vol-…1 to vol-…n").default(1).argParser(Number))
    .addOption(new Option("--size <GiB>", "size of each").default(4).argParser(Number))
    .addOption(new Option("--address <address>", "where its ssh answers").default("127.77.255.1"))
    .addOption(new Option("--user-data <file>", "cloud-init user data"))
    .action(main);
void program.parseAsync();
