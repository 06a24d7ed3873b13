import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DriveError } from "../../infra/model/errors";
import { Accounts } from "../ec2/accounts";
import { realClock } from "../ec2/clock";
import { controlOf } from "../ec2/control";
import { DELAY_PROFILES, type DelayProfile } from "../ec2/delays";
import { Faults } from "../ec2/faults";
import { Lab } from "../ec2/lab";
import { DEFAULT_LIMITS } from "../ec2/limits";
import { Moto } from "../ec2/moto";
import { MotoTypes } from "../ec2/moto-types";
import { NoHardware } from "../ec2/no-hardware";
import { ec2Server } from "../ec2/server";
import { Calls } from "../ec2/calls";
import { FileStore, MemoryStore, type Store } from "../ec2/store";
import type { Hardware } from "../hardware";
import { chooseSshPort, type SshPort } from "../machines/ssh-port";
import { filesOf } from "./folders";
import { lockFolder } from "./lock";

export interface DaemonOptions {
    readonly dir: string;
    readonly cacheDir: string;
    /** 0: any that is free. */
    readonly port: number;
    readonly delays: DelayProfile;
    readonly machines: boolean;
    readonly log: (line: string) => void;
}

/** What `daemon.json` says. */
export interface DaemonFacts {
    readonly pid: number;
    readonly startedAt: string;
    readonly port: number;
    readonly url: string;
    readonly dir: string;
    readonly machines: boolean;
    /** Where the machines' ssh answers, and why it is not 22. */
    readonly ssh: SshPort;
}

export interface Daemon {
    readonly facts: DaemonFacts;
    /** `graceful`: machines shut down first; else as if the power was cut. State and disks stay either way. */
    close(how: "graceful" | "plug"): Promise<void>;
}

/** Milliseconds for work in hand when the plug is pulled. */
const PATIENCE = 3_000;

/** The lab: state, hardware, endpoint. One a folder. */
export async function openDaemon(options: DaemonOptions): Promise<Daemon> {
    const { dir, cacheDir, log } = options;
    await mkdir(dir, { recursive: true });
    const unlock = await lockFolder(dir);
    const ssh = await chooseSshPort(filesOf(dir).sshPort).catch((error: unknown) => {
        unlock();
        throw error;
    });
    const hardware = await openHardware(options, ssh.port);
    const moto = new Moto(cacheDir, log);
    const types = new MotoTypes(moto, join(cacheDir, "moto", "instance-types"));
    const faults = new Faults();
    const calls = new Calls();
    const delays = DELAY_PROFILES[options.delays];
    const labOf = (store: Store, machines: Hardware): Promise<Lab> =>
        Lab.open({ store, hardware: machines, types, clock: realClock, delays, limits: DEFAULT_LIMITS, log });
    const lab = await labOf(FileStore.in(dir), hardware);
    const accounts = new Accounts(lab, () => labOf(new MemoryStore(), new NoHardware()));
    const about: { facts?: DaemonFacts } = {};
    const control = controlOf({
        lab,
        hardware,
        faults,
        calls,
        about: () => ({ ...about.facts, memoryMiB: memoryMiB() }),
    });
    const server = ec2Server({ accounts, faults, calls, control, moto: { server: moto, types }, log });
    const port = await listen(server, options.port).catch(async (error: unknown) => {
        await lab.close();
        await hardware.close();
        unlock();
        throw error;
    });
    const facts: DaemonFacts = {
        pid: process.pid,
        startedAt: new Date().toISOString(),
        port,
        url: `http://127.0.0.1:${port}`,
        dir,
        machines: options.machines,
        ssh,
    };
    about.facts = facts;
    await writeFile(`${filesOf(dir).daemon}.new`, `${JSON.stringify(facts, undefined, 2)}\n`);
    await rename(`${filesOf(dir).daemon}.new`, filesOf(dir).daemon);
    log(`lab answers on ${facts.url}`);
    const close: Daemon["close"] = async (how) => {
        server.close();
        server.closeAllConnections();
        // Work that waits for a guest is not waited for when the plug is pulled anyway.
        await Promise.race([
            Promise.all([lab.close(), accounts.close()]),
            ...(how === "plug" ? [delay(PATIENCE, undefined, { ref: false })] : []),
        ]);
        if (how === "graceful") {
            const running = Object.values(lab.state.instances).filter(({ id }) => hardware.power(id) === "on");
            await Promise.allSettled(running.map(({ id }) => hardware.powerOff(id, "graceful")));
        }
        await hardware.close();
        moto.close();
        await rm(filesOf(dir).daemon, { force: true });
        unlock();
        log("lab ended");
    };
    return { facts, close };
}

async function openHardware(options: DaemonOptions, sshPort: number): Promise<Hardware> {
    if (!options.machines) {
        return new NoHardware();
    }
    // Loaded only now: a lab without machines needs no QEMU.
    const { openMachines } = await import("../machines");
    return openMachines({ dir: options.dir, cacheDir: options.cacheDir, sshPort, log: options.log });
}

function listen(server: Server, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
        server.once("error", (cause: NodeJS.ErrnoException) => {
            const hint = "choose another one: elastic-drive lab start --port <port> (0: any that is free)";
            reject(
                cause.code === "EADDRINUSE"
                    ? new DriveError("PortTaken", `port ${port} of 127.0.0.1 is taken`, { hint, cause })
                    : cause,
            );
        });
        server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    });
}

const memoryMiB = (): number => Math.round(process.memoryUsage().rss / 2 ** 20);
