import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import type { Connection as SshConnection, ServerChannel } from "ssh2";
import { Server, utils } from "ssh2";

/** What the "machine" does with a command: writes, reads, and gives an exit status. */
export type Behaviour = (run: {
    readonly command: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly channel: ServerChannel;
    readonly stdin: Promise<string>;
}) => Promise<number>;

/** ssh2 1.x drops the first byte of a key when it is zero: one pair in 256 is of no use. */
function keys(): { private: string; public: string } {
    for (;;) {
        const pair = utils.generateKeyPairSync("ed25519");
        if (![pair.private, pair.public].some((key) => utils.parseKey(key) instanceof Error)) return pair;
    }
}

/** An ssh server inside the test: one user `admin`, by key or by the password `sesame`. */
export class SshServer {
    readonly commands: string[] = [];
    dials = 0;
    private readonly open = new Set<SshConnection>();

    private constructor(
        private readonly server: Server,
        readonly port: number,
        readonly hostKey: string,
        readonly userKey: string,
    ) {}

    /** `refuse` connections are hung up on before any is let in; variables outside `accept` are refused. */
    static async listen(
        behaviour: Behaviour,
        options: { refuse?: number; accept?: RegExp; port?: number } = {},
    ): Promise<SshServer> {
        const host = keys();
        const user = keys();
        const self: { server?: SshServer } = {};
        const server = new Server({ hostKeys: [host.private] }, (client) => {
            const me = self.server as SshServer;
            me.dials++;
            client.on("error", () => undefined);
            if (me.dials <= (options.refuse ?? 0)) {
                client.end();
                return;
            }
            me.open.add(client);
            client.on("close", () => me.open.delete(client));
            client.on("authentication", (attempt) => {
                const allowed =
                    (attempt.method === "publickey" && attempt.key.data.equals(parsed(user.public))) ||
                    (attempt.method === "password" && attempt.password === "sesame");
                return allowed ? attempt.accept() : attempt.reject(["publickey", "password"]);
            });
            client.on("tcpip", (accept, _reject, info) => {
                const upstream = connect(info.destPort, info.destIP);
                const channel = accept();
                channel.pipe(upstream).pipe(channel);
                upstream.on("error", () => channel.end());
            });
            client.on("session", (acceptSession) => {
                const session = acceptSession();
                const environment: Record<string, string> = {};
                session.on("env", (accept, reject, { key, val }: { key: string; val: string }) => {
                    const taken = (options.accept ?? /./).test(key);
                    if (taken) {
                        environment[key] = val;
                    }
                    (taken ? accept : reject)?.();
                });
                session.on("exec", (accept, _reject, { command }) => {
                    const channel = accept();
                    me.commands.push(command);
                    const stdin = new Promise<string>((resolve) => {
                        let text = "";
                        channel
                            .on("data", (bytes: Buffer) => (text += bytes.toString()))
                            .on("end", () => resolve(text));
                    });
                    const printenv = /^printenv (.*)$/.exec(command)?.[1]?.split(" ");
                    const status =
                        printenv === undefined
                            ? behaviour({ command, environment, channel, stdin })
                            : Promise.resolve(printenv.every((name) => environment[name] !== undefined) ? 0 : 1);
                    void status.then((code) => {
                        channel.exit(code);
                        channel.end();
                    });
                });
            });
        });
        await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", () => resolve()));
        self.server = new SshServer(server, (server.address() as AddressInfo).port, host.public, user.private);
        return self.server;
    }

    async close(): Promise<void> {
        this.open.forEach((client) => client.end());
        await new Promise((resolve) => {
            this.server.close(resolve);
            // A client that does not hang up (a test that failed half-way) must not hold up the next test.
            setTimeout(resolve, 500).unref();
        });
    }
}

function parsed(publicKey: string): Buffer {
    const key = utils.parseKey(publicKey);
    if (key instanceof Error) {
        throw key;
    }
    return key.getPublicSSH();
}

/** Another host's key, of the same type. */
export const strangersKey = (): string => keys().public;

/** A port that nothing listens on, most likely. */
export async function freePort(): Promise<number> {
    const { createServer } = await import("node:net");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}
