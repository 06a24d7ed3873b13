import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { SSH_PORT } from "../../infra/model/ssh-port";

/** 22 as on EC2, else the first that can be had: none of them is given out by the kernel for outgoing connections. */
const CANDIDATES: readonly number[] = [SSH_PORT, 2222, 22022, 10022];
/** Of the network that public addresses come from, and never one of them (their last number ends at 254). */
const PROBE = "127.77.255.255";

export interface SshPort {
    readonly port: number;
    /** Why it is not 22, for people; absent when it is. */
    readonly why?: string;
}

/** Said where people would look for 22. */
export const sshLine = ({ port, why }: SshPort): string =>
    why === undefined
        ? `the machines' ssh answers on port ${port}`
        : `the machines' ssh answers on port ${port}, not on 22: ${why}; lab env tells programs (ELASTIC_DRIVE_SSH_PORT)`;

/**
 * The port on which all machines of a lab answer ssh, each on its public address. A program that listens on all addresses
 * keeps every single one from others, and an ordinary user may not have a port below 1024; both are asked of the kernel, not
 * guessed. `file` keeps the choice: the port is in what Pulumi knows of a server, and should not change without need.
 */
export async function chooseSshPort(file?: string, candidates = CANDIDATES): Promise<SshPort> {
    const last = file === undefined ? undefined : await remembered(file);
    const refused: string[] = [];
    for (const port of new Set(last === undefined ? candidates : [last, ...candidates])) {
        const refusal = await refusalOf(port);
        if (refusal !== undefined) {
            refused.push(`${port}: ${refusal}`);
            continue;
        }
        if (file !== undefined && port !== last) await remember(file, port);
        const first = candidates[0];
        return port === first ? { port } : { port, why: (await refusalOf(first!)) ?? "this lab began with it" };
    }
    throw new DriveError(
        "NoSshPort",
        `no port of ${PROBE} can be opened for the machines' ssh: ${refused.join("; ")}`,
        {
            hint: "ss -ltnp shows what listens on all addresses: free one of these ports, then start the lab again",
        },
    );
}

/** Why the kernel refuses the port, or undefined: what a machine does later is tried out, on an address that no machine has. */
async function refusalOf(port: number): Promise<string | undefined> {
    const server = createServer();
    server.listen(port, PROBE);
    try {
        await once(server, "listening");
        return undefined;
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === "EADDRINUSE") return "another program listens on it on all addresses";
        if (code === "EACCES") return "this user may not open it";
        return message;
    } finally {
        await new Promise<void>((resolve) => server.close(() => resolve()));
    }
}

async function remembered(file: string): Promise<number | undefined> {
    const text = await readFile(file, "utf8").catch(() => "");
    return /^\d{1,5}\n$/.test(text) ? Number(text) : undefined;
}

async function remember(file: string, port: number): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${port}\n`);
}
