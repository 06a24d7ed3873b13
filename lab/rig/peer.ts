import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ClientChannel } from "ssh2";
import { DriveError } from "../../infra/model/errors";
import type { Shell } from "./shell";

export interface Written {
    /** sha256 of each record that was acknowledged, by path. */
    readonly written: Readonly<Record<string, string>>;
    readonly errors: readonly string[];
}

interface Answer {
    readonly id: number;
    readonly value?: unknown;
    readonly error?: string;
}

/** A program on a web server, run by the user web servers run as (uid 33): one round trip a request, no new process each time. */
export class Peer {
    private nextId = 0;
    private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();

    private constructor(private readonly channel: ClientChannel) {
        createInterface({ input: channel }).on("line", (line) => {
            const answer = JSON.parse(line) as Answer;
            const waiter = this.waiting.get(answer.id);
            this.waiting.delete(answer.id);
            if (answer.error === undefined) waiter?.resolve(answer.value);
            else waiter?.reject(new DriveError("PeerFailed", answer.error));
        });
        channel.once("close", () => {
            for (const waiter of this.waiting.values())
                waiter.reject(new DriveError("PeerGone", "the program on the web server ended"));
            this.waiting.clear();
        });
    }

    static async start(shell: Shell): Promise<Peer> {
        await shell.run(
            "cat > /tmp/peer.py && chmod 644 /tmp/peer.py",
            readFileSync(join(__dirname, "peer.py"), "utf8"),
        );
        return new Peer(await shell.channel("sudo -n -u www-data python3 -u /tmp/peer.py"));
    }

    /** Writes a new file and closes it; its sha256. */
    write(path: string, seed: string, size: number): Promise<string> {
        return this.call("write", path, seed, size);
    }
    /** Writes beside and renames over. */
    replace(path: string, seed: string, size: number): Promise<string> {
        return this.call("replace", path, seed, size);
    }
    read(path: string): Promise<string> {
        return this.call("read", path);
    }
    exists(path: string): Promise<boolean> {
        return this.call("exists", path);
    }
    startWriter(folder: string): Promise<void> {
        return this.call("start_writer", folder);
    }
    writtenSoFar(): Promise<{ records: number; errors: string[] }> {
        return this.call("written_so_far");
    }
    stopWriter(): Promise<Written> {
        return this.call("stop_writer");
    }
    /** Paths whose content is not what was acknowledged. */
    check(written: Readonly<Record<string, string>>): Promise<string[]> {
        return this.call("check", written);
    }

    private call<T>(call: string, ...args: unknown[]): Promise<T> {
        const id = this.nextId++;
        return new Promise<T>((resolve, reject) => {
            this.waiting.set(id, { resolve: resolve, reject });
            this.channel.write(`${JSON.stringify({ id, call, arguments: args })}\n`);
        });
    }
}
