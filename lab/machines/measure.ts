/**
 * For developers: the hardware story on a real machine, and how fast the lab's machines are.
 *     node -r ts-node/register/transpile-only lab/machines/measure.ts story
 *     node -r ts-node/register/transpile-only lab/machines/measure.ts boots --machines 3
 *     node -r ts-node/register/transpile-only lab/machines/measure.ts sftp --size 128
 */
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { cacheFolder, ensureImage } from "../image";
import { chooseAccelerator } from "./accelerator";
import type { ProcessMark } from "./child";
import { hardwareStory, storyMachine, type StorySetting } from "./hardware-story";
import { Layout } from "./layout";
import { QemuHardware } from "./qemu-hardware";
import { run } from "./run";
import { makeKey, sshCommand, waitForSsh } from "./ssh";
import { chooseSshPort } from "./ssh-port";

const ADDRESS = (n: number): string => `127.77.252.${n}`;

async function withHardware(work: (setting: StorySetting, folder: string) => Promise<void>): Promise<void> {
    const log = (line: string): void => void process.stdout.write(`${line}   (load ${loadavg()[0]?.toFixed(1)})\n`);
    const folder = await mkdtemp(join(tmpdir(), "measure-"));
    const image = await ensureImage(cacheFolder(), log);
    const { port } = await chooseSshPort();
    const hardware = await QemuHardware.open({
        sshPort: port,
        folder,
        image,
        accelerator: await chooseAccelerator(image, cacheFolder()),
    });
    try {
        await work({ hardware, key: await makeKey(folder), door: { address: ADDRESS(1), port }, log }, folder);
    } finally {
        await hardware.close();
        await rm(folder, { recursive: true, force: true });
    }
}

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Processor time a machine has used: unlike the clock on the wall it hardly depends on what else the host does. */
async function processorSeconds(folder: string, instanceId: string): Promise<string> {
    const { pid } = JSON.parse(await readFile(new Layout(folder).pid(instanceId), "utf8")) as ProcessMark;
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // utime and stime, in hundredths of a second on every Linux.
    return `${((Number(fields[11]) + Number(fields[12])) / 100).toFixed(0)} s of processor time`;
}

/** Boots machines side by side; `again` measures whole boots too, since a first start goes on from the saved one. */
async function boots(options: { readonly machines: number; readonly again: boolean }): Promise<void> {
    await withHardware(async ({ hardware, key, door, log }, folder) => {
        const numbers = Array.from({ length: options.machines }, (_, n) => n + 1);
        const start = async (n: number, what: string): Promise<void> => {
            const since = Date.now();
            const spec = storyMachine({ key }, n);
            await hardware.setPublicAddresses(spec.instanceId, [ADDRESS(n)]);
            await hardware.powerOn(spec);
            await waitForSsh(key, { ...door, address: ADDRESS(n) }, 900_000);
            const used = await processorSeconds(folder, spec.instanceId);
            log(`machine ${n} of ${options.machines}: ${what} to ssh ${seconds(since)}, ${used}`);
        };
        await Promise.all(numbers.map((n) => start(n, "first start")));
        if (!options.again) return;
        await Promise.all(numbers.map((n) => hardware.powerOff(storyMachine({ key }, n).instanceId, "plug")));
        await Promise.all(numbers.map((n) => start(n, "whole boot")));
    });
}

async function sftp(options: { readonly size: number }): Promise<void> {
    await withHardware(async ({ hardware, key, door, log }, folder) => {
        const spec = storyMachine({ key }, 1);
        await hardware.setPublicAddresses(spec.instanceId, [door.address]);
        await hardware.powerOn(spec);
        await waitForSsh(key, door, 900_000);
        const file = join(folder, "upload");
        await writeFile(file, "");
        await truncate(file, options.size * 2 ** 20);
        const since = Date.now();
        const [, ...args] = sshCommand(key, door);
        const batch = join(folder, "batch");
        await writeFile(batch, `put ${file} upload\n`);
        await run("sftp", ["-q", "-b", batch, ...args]);
        const rate = options.size / ((Date.now() - since) / 1000);
        log(`sftp of ${options.size} MiB: ${seconds(since)}, ${rate.toFixed(1)} MiB/s`);
    });
}

const program = new Command("measure").description("times of the lab's machines");
program.command("story").action(() => withHardware(hardwareStory));
program
    .command("boots")
    .addOption(new Option("--machines <n>", "side by side").default(1).argParser(Number))
    .option("--again", "then cut the power and boot them whole", false)
    .action(boots);
program.command("sftp").addOption(new Option("--size <MiB>").default(64).argParser(Number)).action(sftp);
void program.parseAsync();
