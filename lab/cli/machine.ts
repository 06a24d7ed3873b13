import { spawn } from "node:child_process";
import { DriveError } from "../../infra/model/errors";
import { control, requireDaemon } from "../daemon/client";
import type { Admission } from "../hardware";
import type { Status } from "./status-text";

type Machine = Status["instances"][number];

async function find(dir: string, wanted: string): Promise<{ url: string; machine: Machine; port: number }> {
    const { url, ssh: door } = await requireDaemon(dir);
    const { instances } = (await control(url, "GET", "/status")) as Status;
    const found = instances.filter(({ id, name }) => id === wanted || name === wanted);
    if (found.length > 1) {
        const ids = found.map(({ id }) => id).join(", ");
        throw new DriveError("InstanceAmbiguous", `${found.length} instances are named '${wanted}': ${ids}`, {
            hint: "name one by its id",
        });
    }
    const machine = found[0];
    if (machine === undefined) {
        const there = instances.map(({ id, name }) => name ?? id).join(", ") || "none";
        throw new DriveError("InstanceNotFound", `no instance has the id or Name tag '${wanted}' (there: ${there})`);
    }
    return { url, machine, port: door.port };
}

/** Debian's own account on EC2, and the drive's operator. */
const USER = "admin";
/** The machine may be busy, and is asked from within. */
const ADMISSION_LIMIT_MS = 90_000;

/**
 * Hands the terminal to ssh. The lab lets its own key in for this login, as EC2 Instance Connect does, whoever made the
 * machine; the host key is the one that the lab reads inside it, not the first that answers.
 */
export async function ssh(wanted: string, command: readonly string[], options: { dir: string }): Promise<void> {
    const { url, machine, port } = await find(options.dir, wanted);
    const address = machine.publicIps[0];
    if (address === undefined) {
        throw new DriveError("NoPublicAddress", `${machine.id} has no public address to reach it by`, {
            hint: "associate an elastic IP with it, or launch it with AssociatePublicIpAddress",
        });
    }
    const admission = (await control(
        url,
        "POST",
        `/access/${machine.id}`,
        { user: USER },
        ADMISSION_LIMIT_MS,
    )) as Admission;
    const args = [...sshOptions(machine.id, admission), "-p", String(port), `${USER}@${address}`, ...command];
    const child = spawn("ssh", args, { stdio: "inherit" });
    process.exitCode = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? 255));
    });
}

/** Nothing of the user's own settings, keys or known hosts. */
const sshOptions = (instanceId: string, { identity, knownHosts }: Admission): string[] => [
    ...["-F", "none", "-i", identity],
    ...[
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "StrictHostKeyChecking=yes",
        `HostKeyAlias=${instanceId}`,
        `UserKnownHostsFile=${knownHosts}`,
        "GlobalKnownHostsFile=/dev/null",
        "LogLevel=ERROR",
    ].flatMap((option) => ["-o", option]),
];

export async function showConsole(wanted: string, options: { dir: string }): Promise<void> {
    const { url, machine } = await find(options.dir, wanted);
    const { text } = (await control(url, "GET", `/console/${machine.id}`)) as { text: string };
    process.stdout.write(text);
}
