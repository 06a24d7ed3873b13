import { EventEmitter } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { z } from "zod";
import { DriveError } from "../../infra/model/errors";

const Message = z.object({
    id: z.string().optional(),
    return: z.unknown().optional(),
    error: z.object({ class: z.string(), desc: z.string() }).optional(),
    event: z.string().optional(),
    data: z.record(z.string(), z.unknown()).optional(),
    QMP: z.unknown().optional(),
});

interface Waiter {
    readonly command: string;
    resolve(value: unknown): void;
    reject(error: Error): void;
}

/** QEMU's control protocol over any stream. Events: QEMU's own names, with their data; `closed` once at the end. */
export class QmpClient {
    readonly events = new EventEmitter();
    private nextId = 0;
    private closed: DriveError | undefined;
    private readonly pending = new Map<string, Waiter>();

    constructor(private readonly socket: Duplex) {
        // Each running unplug listens for its own DEVICE_DELETED, and twenty may run at once.
        this.events.setMaxListeners(64);
        const lines = createInterface({ input: socket });
        lines.on("error", () => undefined); // it repeats the socket's error, which is heard below
        lines.on("line", (line) => this.onLine(line));
        socket.on("error", (error) => this.shutDown(`the QMP socket failed: ${error.message}`));
        socket.once("close", () => this.shutDown("the QMP socket closed"));
    }

    /** Connects to a QMP socket and leaves its negotiation mode. */
    static async connect(path: string): Promise<QmpClient> {
        const socket = connect(path);
        await new Promise<void>((resolve, reject) => {
            socket.once("connect", resolve);
            socket.once("error", reject);
        });
        const client = new QmpClient(socket);
        await client.execute("qmp_capabilities");
        return client;
    }

    execute(command: string, args: object = {}): Promise<unknown> {
        if (this.closed) return Promise.reject(this.closed);
        const id = `lab#${this.nextId++}`;
        return new Promise((resolve, reject) => {
            this.pending.set(id, { command, resolve, reject });
            this.socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
        });
    }

    /** A command of the human monitor; it answers in prose, and empty means done. */
    async human(line: string): Promise<string> {
        const answer = await this.execute("human-monitor-command", { "command-line": line });
        return typeof answer === "string" ? answer.trim() : "";
    }

    end(): void {
        this.shutDown("the lab closed the QMP socket");
    }

    private onLine(line: string): void {
        const parsed = Message.safeParse(safeJson(line));
        if (!parsed.success) return this.shutDown(`QEMU sent a line that is not QMP: ${line.slice(0, 200)}`);
        const message = parsed.data;
        if (message.QMP !== undefined) return; // the greeting
        if (message.event !== undefined) {
            this.events.emit(message.event, message.data ?? {});
            return;
        }
        const waiter = this.pending.get(message.id ?? "");
        if (!waiter) return this.shutDown(`a reply without a known id: ${line.slice(0, 200)}`);
        this.pending.delete(message.id ?? "");
        if (message.error) {
            waiter.reject(new DriveError("QmpRefused", `${waiter.command}: ${message.error.desc}`));
        } else {
            waiter.resolve(message.return);
        }
    }

    private shutDown(reason: string): void {
        if (this.closed) return;
        this.closed = new DriveError("QmpClosed", reason);
        for (const waiter of this.pending.values()) waiter.reject(this.closed);
        this.pending.clear();
        this.socket.destroy();
        this.events.emit("closed");
    }
}

function safeJson(line: string): unknown {
    try {
        return JSON.parse(line);
    } catch {
        return undefined;
    }
}
