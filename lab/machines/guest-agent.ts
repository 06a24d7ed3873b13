import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { z } from "zod";
import { DriveError } from "../../infra/model/errors";

const Answer = z.object({ return: z.unknown().optional(), error: z.object({ desc: z.string() }).optional() });
const Started = z.object({ pid: z.number() });
const Status = z.object({ exited: z.boolean(), exitcode: z.number().optional(), "out-data": z.string().optional() });

export interface GuestResult {
    readonly code: number;
    readonly stdout: string;
}

/** One conversation with the agent in the machine, over its serial port. Every answer has a limit: a guest may hang. */
export class GuestAgent {
    private readonly lines: string[] = [];
    private wake: (() => void) | undefined;

    private constructor(
        private readonly socket: Socket,
        private readonly end: number,
    ) {
        socket.setEncoding("latin1");
        const lines = createInterface({ input: socket });
        lines.on("error", () => undefined); // it repeats the socket's error, which is heard below
        lines.on("line", (line) => {
            this.lines.push(line);
            this.wake?.();
        });
        socket.on("error", () => this.wake?.());
        socket.on("close", () => this.wake?.());
    }

    /** Opens a conversation, does the work, closes it. Fails with GuestSilent when the guest does not answer in time. */
    static async with<T>(path: string, limitMs: number, work: (agent: GuestAgent) => Promise<T>): Promise<T> {
        const agent = new GuestAgent(connect(path), Date.now() + limitMs);
        try {
            await agent.sync();
            return await work(agent);
        } finally {
            agent.socket.destroy();
        }
    }

    /** Runs a program in the guest and waits for its end. */
    async run(path: string, args: readonly string[]): Promise<GuestResult> {
        const { pid } = Started.parse(await this.call("guest-exec", { path, arg: args, "capture-output": true }));
        for (;;) {
            const status = Status.parse(await this.call("guest-exec-status", { pid }));
            if (status.exited) {
                const stdout = Buffer.from(status["out-data"] ?? "", "base64").toString("utf8");
                return { code: status.exitcode ?? -1, stdout };
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }

    /** Asks for a clean shutdown. The guest goes down without an answer. */
    async powerOff(): Promise<void> {
        await this.write("guest-shutdown", { mode: "powerdown" });
    }

    /** Asks for a clean restart. The guest goes down without an answer. */
    async reboot(): Promise<void> {
        await this.write("guest-shutdown", { mode: "reboot" });
    }

    async call(command: string, args: object): Promise<unknown> {
        await this.write(command, args);
        const answer = Answer.parse(JSON.parse(await this.nextLine(command)));
        if (answer.error) throw new DriveError("GuestRefused", `${command}: ${answer.error.desc}`);
        return answer.return;
    }

    /** Answers to questions of an earlier, broken conversation may still be in the pipe: skip to the answer of ours. */
    private async sync(): Promise<void> {
        const id = Math.floor(Math.random() * 2 ** 30);
        await this.write("guest-sync", { id });
        for (;;) {
            const line = await this.nextLine("guest-sync");
            try {
                if (Answer.parse(JSON.parse(line)).return === id) return;
            } catch {
                // Half a line from before.
            }
        }
    }

    private write(command: string, args: object): Promise<void> {
        return new Promise((resolve, reject) => {
            const text = `${JSON.stringify({ execute: command, arguments: args })}\n`;
            this.socket.write(text, (error) => (error ? reject(error) : resolve()));
        });
    }

    private async nextLine(command: string): Promise<string> {
        for (;;) {
            const line = this.lines.shift();
            if (line !== undefined) return line;
            const left = this.end - Date.now();
            if (left <= 0 || this.socket.destroyed) {
                throw new DriveError("GuestSilent", `the machine's guest agent did not answer ${command}`, {
                    hint: "the machine may still be booting, or hang: elastic-drive lab status",
                    retryable: true,
                });
            }
            await new Promise<void>((resolve) => {
                const timer = setTimeout(resolve, left);
                this.wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
    }
}
