import { readFile } from "node:fs/promises";
import { DriveError } from "../../infra/model/errors";
import { startChild, type Child } from "./child";
import {
    blockNode,
    deviceId,
    diskDevice,
    DOOR,
    DOOR_NETDEV,
    ownDevices,
    qemuArguments,
    type CommandLine,
    type DiskFile,
} from "./command-line";
import { GuestAgent } from "./guest-agent";
import type { Layout } from "./layout";
import { QmpClient } from "./qmp";
import { until, within } from "./wait";

const LAUNCH_LIMIT_MS = 20_000;
const RESUME_LIMIT_MS = 60_000;
/** A guest on a busy host has been seen to need half a minute. */
const UNPLUG_LIMIT_MS = 120_000;
/** EC2 turns an instance off hard some minutes after the button; an emulated one goes down in ten to thirty seconds. */
const POWER_OFF_LIMIT_MS = 120_000;
const REBOOT_LIMIT_MS = 90_000;
/** A QEMU that does not end by itself is killed. */
const QUIT_LIMIT_MS = 20_000;
/** A machine that still boots hears neither: ask again. */
const ASK_EVERY_MS = 5_000;

/** One machine that is on: a QEMU process and its control socket. When it is off the object is thrown away. */
export class Machine {
    /** QEMU's nodes of each plugged-in disk, the writable one first. */
    private readonly nodes = new Map<string, string[]>();
    private addresses: readonly string[] = [];
    private isOff = false;

    private constructor(
        readonly line: CommandLine,
        private readonly child: Child,
        private readonly qmp: QmpClient,
    ) {
        for (const disk of [line.root, ...line.disks]) this.nodes.set(disk.volumeId, [disk.layer]);
        void this.ended.then(() => (this.isOff = true));
    }

    static async start(line: CommandLine, layout: Layout): Promise<Machine> {
        const program = "qemu-system-x86_64";
        const args = qemuArguments(line);
        const child = await startChild(program, args, layout.errors(line.instanceId), layout.pid(line.instanceId));
        let end: string | undefined;
        void child.ended.then((how) => (end = how));
        try {
            const qmp = await until(
                {
                    what: `machine '${line.instanceId}' to start`,
                    hint: "is the host out of memory?",
                    deadlineMs: LAUNCH_LIMIT_MS,
                    everyMs: 30,
                },
                async () => {
                    if (end !== undefined)
                        throw await launchFailure(`${program} ended with ${end}`, program, args, layout, line);
                    try {
                        return { ready: await QmpClient.connect(line.qmp) };
                    } catch (error) {
                        return { seen: (error as Error).message };
                    }
                },
            );
            if (line.beginning.kind === "resume") await goOn(qmp, line);
            return new Machine(line, child, qmp);
        } catch (error) {
            child.process.kill("SIGKILL");
            await child.ended;
            throw error;
        }
    }

    /** Resolves when the machine is off, for whatever reason. */
    get ended(): Promise<string> {
        return this.child.ended;
    }

    has(volumeId: string): boolean {
        return this.nodes.has(volumeId);
    }

    async plug(disk: DiskFile): Promise<void> {
        if (this.has(disk.volumeId)) return;
        await this.qmp.execute("blockdev-add", blockNode(disk));
        try {
            await this.qmp.execute("device_add", diskDevice(disk));
        } catch (error) {
            await this.qmp.execute("blockdev-del", { "node-name": disk.layer });
            throw error;
        }
        this.nodes.set(disk.volumeId, [disk.layer]);
    }

    /** Takes a disk out; the guest is told and lets go of it, or loses it if it does not. */
    async unplug(volumeId: string): Promise<void> {
        const nodes = this.nodes.get(volumeId);
        if (!nodes) return;
        const device = deviceId(volumeId);
        const gone = new Promise<true>((resolve) => {
            const onDeleted = (data: { device?: string }): void => {
                if (data.device !== device) return;
                this.qmp.events.off("DEVICE_DELETED", onDeleted);
                resolve(true);
            };
            this.qmp.events.on("DEVICE_DELETED", onDeleted);
        });
        await this.qmp.execute("device_del", { id: device });
        if (!(await within(UNPLUG_LIMIT_MS, gone)) && !this.isOff) {
            throw new DriveError(
                "UnplugStuck",
                `machine '${this.line.instanceId}' did not let go of '${volumeId}' in ${UNPLUG_LIMIT_MS / 1000} s`,
                {
                    hint: "see the machine's console, or stop the machine",
                    retryable: true,
                },
            );
        }
        for (const node of nodes) await this.qmp.execute("blockdev-del", { "node-name": node });
        this.nodes.delete(volumeId);
    }

    async resize(volumeId: string, sizeGiB: number): Promise<void> {
        await this.qmp.execute("block_resize", { "node-name": this.writableNode(volumeId), size: sizeGiB * 2 ** 30 });
    }

    /** QEMU takes 0 as no limit, so that one request a second is the slowest a disk can be. */
    async slow(volumeId: string, requestsPerSecond: number): Promise<void> {
        this.writableNode(volumeId);
        const others = { bps: 0, bps_rd: 0, bps_wr: 0, iops_rd: 0, iops_wr: 0 };
        // The PCI device is a shell: what has the disk is the virtio device in it.
        const id = `/machine/peripheral/${deviceId(volumeId)}/virtio-backend`;
        await this.qmp.execute("block_set_io_throttle", { id, iops: requestsPerSecond, ...others });
    }

    /** Lets all given disks write to their new layers from one instant on; what lies below is frozen then. */
    async switchLayers(tops: readonly DiskFile[]): Promise<void> {
        const added: string[] = [];
        try {
            for (const top of tops) {
                await this.qmp.execute("blockdev-add", { ...blockNode(top), backing: null });
                added.push(top.layer);
            }
            const actions = tops.map((top) => ({
                type: "blockdev-snapshot",
                data: { node: this.writableNode(top.volumeId), overlay: top.layer },
            }));
            await this.qmp.execute("transaction", { actions });
        } catch (error) {
            for (const node of added)
                await this.qmp.execute("blockdev-del", { "node-name": node }).catch(() => undefined);
            throw error;
        }
        for (const top of tops) this.nodes.get(top.volumeId)?.unshift(top.layer);
    }

    /** The host's addresses on which the machine's ssh answers, on the lab's port for it. Replaces earlier ones. */
    async setAddresses(addresses: readonly string[], port: number): Promise<void> {
        for (const address of this.addresses.filter((a) => !addresses.includes(a))) {
            await this.qmp.human(`hostfwd_remove ${DOOR_NETDEV} tcp:${address}:${port}`);
        }
        const kept = this.addresses.filter((a) => addresses.includes(a));
        this.addresses = kept;
        for (const address of addresses.filter((a) => !kept.includes(a))) {
            const answer = await this.qmp.human(`hostfwd_add ${DOOR_NETDEV} tcp:${address}:${port}-${DOOR.guest}:22`);
            if (answer !== "") {
                throw new DriveError(
                    "AddressTaken",
                    `port ${port} of ${address} cannot be opened for '${this.line.instanceId}': ${answer}`,
                    {
                        hint: `'ss -ltnp sport = :${port}' shows who has it; the lab chooses another port when it is stopped and started again`,
                    },
                );
            }
            this.addresses = [...this.addresses, address];
        }
    }

    /** Asks the guest to go down, by its agent and by the power button, until it is off; pulls the plug after a limit. */
    async shutDown(): Promise<void> {
        const end = Date.now() + POWER_OFF_LIMIT_MS;
        while (Date.now() < end) {
            await this.qmp.execute("system_powerdown").catch(() => undefined);
            await GuestAgent.with(this.line.agent, ASK_EVERY_MS, (agent) => agent.powerOff()).catch(() => undefined);
            if ((await within(ASK_EVERY_MS, this.ended)) !== undefined) return;
        }
        await this.pullPlug();
    }

    /**
     * A power cut: what the guest's memory still held is lost. What a disk has taken is kept, as EBS keeps it: QEMU writes the
     * images' tables while it quits, and a killed one would lose writes that were acknowledged.
     */
    async pullPlug(): Promise<void> {
        this.qmp.execute("quit").catch(() => undefined);
        if ((await within(QUIT_LIMIT_MS, this.ended)) === undefined) {
            this.child.process.kill("SIGKILL");
            await this.ended;
        }
        this.qmp.end();
    }

    /** A clean restart, or the reset button when the guest does not hear or does not get there. */
    async reboot(): Promise<void> {
        const reset = new Promise<true>((resolve) => this.qmp.events.once("RESET", () => resolve(true)));
        try {
            await GuestAgent.with(this.line.agent, 10_000, (agent) => agent.reboot());
        } catch {
            await this.qmp.execute("system_reset");
            return;
        }
        if ((await within(REBOOT_LIMIT_MS, Promise.race([reset, this.ended]))) === undefined)
            await this.qmp.execute("system_reset");
    }

    /** Writes all of the machine's state but its disks to a file; it does not go on afterwards. */
    async save(memory: string): Promise<void> {
        await this.qmp.execute("stop");
        await this.qmp.execute("migrate", { uri: `exec:cat > '${memory}'` });
        await until(
            {
                what: "the machine's memory to be saved",
                hint: "is the cache's disk full?",
                deadlineMs: 120_000,
                everyMs: 200,
            },
            async () => {
                const { status } = (await this.qmp.execute("query-migrate")) as { status: string };
                if (status === "failed")
                    throw new DriveError("SaveFailed", `QEMU could not save the machine's memory to '${memory}'`);
                return status === "completed" ? { ready: true } : { seen: status };
            },
        );
        await this.qmp.execute("quit").catch(() => undefined);
        await this.ended;
    }

    private writableNode(volumeId: string): string {
        const node = this.nodes.get(volumeId)?.[0];
        if (node === undefined)
            throw new DriveError("DiskNotPlugged", `'${volumeId}' is not in machine '${this.line.instanceId}'`);
        return node;
    }
}

/** Waits until the saved machine's memory is read, gives it what is its own, and lets it run. */
async function goOn(qmp: QmpClient, line: CommandLine): Promise<void> {
    await until(
        {
            what: `the saved memory of '${line.instanceId}' to be read`,
            hint: "remove the image from the cache",
            deadlineMs: RESUME_LIMIT_MS,
            everyMs: 50,
        },
        async () => {
            const { status } = (await qmp.execute("query-status")) as { status: string };
            return status === "inmigrate" ? { seen: status } : { ready: true };
        },
    );
    for (const device of ownDevices(line)) await qmp.execute("device_add", device);
    for (const disk of line.disks) {
        await qmp.execute("blockdev-add", blockNode(disk));
        await qmp.execute("device_add", diskDevice(disk));
    }
    await qmp.execute("cont");
}

async function launchFailure(
    what: string,
    program: string,
    args: readonly string[],
    layout: Layout,
    line: CommandLine,
): Promise<DriveError> {
    const tail = async (path: string): Promise<string> =>
        (await readFile(path, "utf8").catch(() => "")).trim().slice(-600);
    const said = await tail(layout.errors(line.instanceId));
    const console = await tail(layout.console(line.instanceId));
    return new DriveError(
        "LaunchFailed",
        `machine '${line.instanceId}' did not start: ${what}; it said '${said}'; its console ends with '${console}'`,
        { hint: `try by hand: ${program} ${args.map((a) => (/[^\w=,.:/@+-]/.test(a) ? `'${a}'` : a)).join(" ")}` },
    );
}
