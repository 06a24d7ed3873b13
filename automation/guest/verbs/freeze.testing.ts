import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GuestCall } from "../../../infra/guest/call";
import { GUEST } from "../../../infra/model/names";
import type { FreezeOrder } from "../port";
import { freezeCall, thawCall } from "./index";

/** Starts a unit's command, returns when it is ready or has ended, and runs what stands behind it, as systemd does. It restarts nothing. */
const SYSTEMD_RUN = `#!/usr/bin/python3 -IS
import os, select, socket, subprocess, sys
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
args, settings, unit = sys.argv[1:], {}, ""
while args and args[0].startswith("-"):
    one = args.pop(0)
    if one.startswith("--unit="): unit = one[7:]
    if one == "-p":
        name, _, value = args.pop(0).partition("=")
        settings[name] = value
said, says = os.pipe()
if os.fork() > 0:
    os.close(says)
    sys.exit(0 if os.read(said, 1) == b"r" else 1)
os.setsid()
null = os.open(os.devnull, os.O_RDWR)
for fd in (0, 1, 2): os.dup2(null, fd)
where = f"{root}/notify-{unit}"
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(where)
def output(name):
    return open(settings[name][7:] if name in settings else f"{root}/{unit}.log", "ab")
main = subprocess.Popen(args, env={**os.environ, "NOTIFY_SOCKET": where}, stdout=output("StandardOutput"), stderr=output("StandardError"))
open(f"{root}/units/{unit}", "w").write(str(main.pid))
ready = False
while main.poll() is None:
    if select.select([notify], [], [], 0.02)[0] and notify.recv(99) == b"READY=1" and not ready:
        ready = True
        os.write(says, b"r")
if "ExecStopPost" in settings:
    subprocess.run(settings["ExecStopPost"].split(" "), stderr=open(f"{root}/{unit}.log", "ab"))
os.unlink(where)
os.unlink(f"{root}/units/{unit}")
`;
const SYSTEMCTL = `#!/bin/bash
for unit in "\${@:4}"; do [[ -e ROOT/units/$unit ]] && echo active || echo inactive; echo; done
`;
/** One file system for all processes; the kernel's errors are these. */
const KERNEL = `
def ioctl(fd, request, argument):
    try:
        if request == FIFREEZE:
            os.close(os.open("ROOT/frozen", os.O_CREAT | os.O_EXCL))
        else:
            os.unlink("ROOT/frozen")
    except FileExistsError:
        raise OSError(errno.EBUSY, "busy")
    except FileNotFoundError:
        raise OSError(errno.EINVAL, "not frozen")
fcntl.ioctl = ioctl
os.setxattr = lambda fd, name, value: open("ROOT/mark", "w").write(f"{name}={value.decode()}")
`;
const MAIN = 'if __name__ == "__main__":';

export interface Answer {
    readonly code: number | null;
    readonly said: Record<string, unknown>;
    readonly stderr: string;
}

/** What `pvs` says of a physical volume: on which disk (its minor number), in which group, with which tags, for which logical volume. */
export interface PhysicalVolume {
    readonly minor?: number;
    readonly tags?: string;
    readonly volume?: string;
    readonly missing?: boolean;
}

/** The verbs with their processes, locks and files, on a server whose kernel, LVM and systemd are files. */
export class FreezingServer {
    readonly root = mkdtempSync(join(tmpdir(), "freeze-"));

    constructor() {
        for (const folder of ["bin", "run", "units", "content", "sys/block", "nfsd/clients/1"])
            mkdirSync(this.at(folder), { recursive: true });
        this.program("systemd-run", SYSTEMD_RUN);
        this.program("systemctl", SYSTEMCTL.replaceAll("ROOT", this.root));
        this.mounted(`/dev/mapper/${GUEST.GROUP}-content`);
        this.disk("vdb", 16, "vol0b");
        this.disk("vdc", 32, "vol0c");
        this.holds({ minor: 16 }, { minor: 32 });
        writeFileSync(this.at("nfsd/clients/1/info"), 'clientid: 1\naddress: "10.0.1.21:880"\nstatus: confirmed\n');
    }

    at(...path: readonly string[]): string {
        return join(this.root, ...path);
    }

    get isFrozen(): boolean {
        return existsSync(this.at("frozen"));
    }
    get isLocked(): boolean {
        return spawnSync("flock", ["-n", this.at("run/elastic-drive.lock"), "true"]).status !== 0;
    }
    text(...path: readonly string[]): string {
        return existsSync(this.at(...path)) ? readFileSync(this.at(...path), "utf8").trim() : "";
    }

    mounted(source: string): void {
        const point = this.at("content");
        writeFileSync(
            this.at("mounts"),
            source === "" ? "" : `30 29 253:1 / ${point} rw shared:2 - xfs ${source} rw\n`,
        );
    }
    disk(name: string, minor: number, serial: string): void {
        for (const folder of ["block/" + name, `dev/block/254:${minor}`])
            mkdirSync(this.at("sys", folder), { recursive: true });
        writeFileSync(this.at("sys/block", name, "serial"), serial);
        writeFileSync(this.at("sys/block", name, "size"), "16777216\n");
        writeFileSync(this.at(`sys/dev/block/254:${minor}/uevent`), `DEVNAME=${name}\n`);
    }
    holds(...volumes: readonly PhysicalVolume[]): void {
        const lines = volumes.map(
            ({ minor = 0, tags = "elastic-drive:drive=content", volume = "content", missing = false }) =>
                `254|${minor}|PV-${minor}|${GUEST.GROUP}|VG-1|${tags}||8589934592|1048576|${missing ? "missing" : ""}|4194304|0|0|2047|${volume}|`,
        );
        this.program("pvs", `#!/bin/bash\ncat <<'END'\n${lines.join("\n")}\nEND\n`);
    }

    freeze(order: Partial<FreezeOrder> = {}): Promise<Answer> {
        return this.call(freezeCall({ id: "set-1", freeze: true, limitSeconds: 8, ...order }));
    }
    thaw(id = "set-1"): Promise<Answer> {
        return this.call(thawCall(id));
    }

    /** Of the unit's main process; empty: it does not run. */
    pid(unit: "freeze" | "thaw"): number {
        return Number(this.text("units", `elastic-drive-${unit}.service`));
    }

    /** Waits until every unit has ended. */
    async ended(): Promise<void> {
        while (this.pid("freeze") + this.pid("thaw") > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }

    async close(): Promise<void> {
        for (const unit of ["freeze", "thaw"] as const)
            if (this.pid(unit) > 0) spawnSync("kill", ["-9", String(this.pid(unit))]);
        await this.ended();
        rmSync(this.root, { recursive: true });
    }

    private program(name: string, text: string): void {
        writeFileSync(this.at("bin", name), text);
        chmodSync(this.at("bin", name), 0o755);
    }

    private call({ stdin }: GuestCall): Promise<Answer> {
        const input = stdin
            .replaceAll("PATH=/usr/local/sbin", `PATH=${this.at("bin")}:/usr/local/sbin`)
            .replaceAll(
                "SYS=/sys MOUNTS=/proc/self/mountinfo NFSD=/proc/fs/nfsd",
                `SYS=${this.at("sys")} MOUNTS=${this.at("mounts")} NFSD=${this.at("nfsd")}`,
            )
            .replaceAll("/run/elastic-drive", this.at("run/elastic-drive"))
            .replaceAll(GUEST.MOUNT_POINT, this.at("content"))
            .replaceAll("LOCK_WAIT=600", "LOCK_WAIT=1")
            .replace(MAIN, `${KERNEL.replaceAll("ROOT", this.root)}\n\n${MAIN}`);
        return new Promise((resolve) => {
            const bash = spawn("bash", ["-c", 'eval "$(cat)"']);
            let [stdout, stderr] = ["", ""];
            bash.stdout.on("data", (text) => (stdout += String(text)));
            bash.stderr.on("data", (text) => (stderr += String(text)));
            bash.once("close", (code) =>
                resolve({ code, said: stdout === "" ? {} : (JSON.parse(stdout) as Answer["said"]), stderr }),
            );
            bash.stdin.end(input);
        });
    }
}
