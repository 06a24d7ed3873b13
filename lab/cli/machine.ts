import { spawn } from "node:child_process";
import { DriveError } from "../../infra/model/errors";
import { control, requireDaemon } from "../daemon/client";
import type { Status } from "./status-text";

type Machine = Status["instances"][number];

async function find(dir: string, wanted: string): Promise<{ url: string; machine: Machine }> {
    const { url } = await requireDaemon(dir);
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
    return { url, machine };
}

/** Hands the terminal to ssh. The lab makes machines anew all day, so their host keys are not remembered. */
export async function ssh(wanted: string, command: readonly string[], options: { dir: string }): Promise<void> {
    const { machine } = await find(options.dir, wanted);
    const address = machine.publicIps[0];
    if (address === undefined) {
        throw new DriveError("NoPublicAddress", `${machine.id} has no public address to reach it by`, {
            hint: "associate an elastic IP with it, or launch it with AssociatePublicIpAddress",
        });
    }
    const forgetful = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
    const child = spawn("ssh", [...forgetful, `admin@${address}`, ...command], { stdio: "inherit" });
    process.exitCode = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? 255));
    });
}

export async function showConsole(wanted: string, options: { dir: string }): Promise<void> {
    const { url, machine } = await find(options.dir, wanted);
    const { text } = (await control(url, "GET", `/console/${machine.id}`)) as { text: string };
    process.stdout.write(text);
}
