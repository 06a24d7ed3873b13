import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Server } from "ssh2";

/**
 * An ssh server on a loopback address that takes any key and answers every command with an empty JSON document and
 * exit 0. Only for measuring what the engine costs: nothing inside a server is tried by it.
 */
export class YesServer {
    /** Commands answered so far. */
    commands = 0;
    private readonly server: Server;

    constructor(hostKey: string) {
        this.server = new Server({ hostKeys: [hostKey] }, (client) => {
            client.on("error", () => undefined); // a client that hangs up is no fault here
            client.on("authentication", (attempt) => attempt.accept());
            client.on("session", (accept) => {
                accept().on("exec", (take) => {
                    this.commands++;
                    const channel = take();
                    channel.resume().on("end", () => {
                        channel.write("{}\n");
                        channel.exit(0);
                        channel.end();
                    });
                });
            });
        });
    }

    async listen(host: string, port: number): Promise<number> {
        this.server.listen(port, host);
        await once(this.server, "listening");
        return (this.server.address() as AddressInfo).port;
    }

    async close(): Promise<void> {
        await new Promise<void>((resolve) => this.server.close(() => resolve()));
    }
}
