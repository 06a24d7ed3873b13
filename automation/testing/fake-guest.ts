import type { Connection, ServerChannel } from "ssh2";
import { Server } from "ssh2";

/** What the fake server's disks and exports look like; tests may spoil it. */
export interface GuestState {
    members: { serial: string; bytes: string }[];
    mounted: boolean;
    clients: string[];
    /** Verbs in the order in which they were called. */
    readonly calls: string[];
    /** How long a verb takes, in ms; 0 where it is not named. */
    readonly takes: Record<string, number>;
}

/**
 * An sshd that answers the guest's verbs as a healthy server would, without one: for scenarios at API level, where no
 * machine is booted. It believes what it is told; only the acceptance stories prove anything about disks.
 */
export class FakeGuest {
    readonly state: GuestState = { members: [], mounted: false, clients: [], calls: [], takes: {} };
    private readonly servers = new Map<string, Server>();
    private readonly connections = new Set<Connection>();

    constructor(private readonly hostKey: string) {}

    /** Listens on a loopback address; again on the same one is nothing. */
    async listen(address: string, port = 22): Promise<void> {
        if (this.servers.has(address)) return;
        const server = new Server({ hostKeys: [this.hostKey] }, (connection) => this.serve(connection));
        this.servers.set(address, server);
        await new Promise<void>((resolve, reject) => {
            server.once("error", (error: Error) => {
                this.servers.delete(address);
                reject(error);
            });
            server.listen(port, address, resolve);
        });
    }

    async close(): Promise<void> {
        for (const connection of this.connections) connection.end();
        await Promise.all(
            [...this.servers.values()].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
        );
        this.servers.clear();
    }

    private serve(connection: Connection): void {
        this.connections.add(connection);
        connection.on("error", () => undefined); // a killed client
        connection.on("close", () => this.connections.delete(connection));
        connection.on("authentication", (context) =>
            context.method === "none" ? context.reject(["publickey"]) : context.accept(),
        );
        connection.on("session", (accept) => {
            accept().on("exec", (acceptExec) => {
                const stream = acceptExec();
                let input = "";
                stream.on("data", (chunk: Buffer) => (input += chunk.toString()));
                stream.on("end", () => void this.reply(input, stream));
            });
        });
    }

    private async reply(script: string, stream: ServerChannel): Promise<void> {
        const verbs = /^run (.+)$/m.exec(script)?.[1]?.split(" ") ?? [];
        const answer = this.answer(script, verbs);
        const ms = verbs.reduce((sum, verb) => sum + (this.state.takes[verb] ?? 0), 0);
        if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
        if (stream.destroyed) return; // the caller was killed meanwhile
        stream.write(`${JSON.stringify(answer)}\n`);
        stream.exit(0);
        stream.end();
    }

    private answer(script: string, verbs: readonly string[]): unknown {
        this.state.calls.push(...verbs);
        const answers = Object.fromEntries(verbs.map((verb) => [verb, this.verb(verb, script)]));
        return verbs.length === 1 ? answers[verbs[0]!] : answers;
    }

    private verb(verb: string, script: string): unknown {
        switch (verb) {
            case "ready":
                return { bootSeconds: 1, cloudInitErrors: "", installed: [] };
            case "join":
                return this.join(words(script, "IN_SERIALS"), words(script, "IN_BYTES"));
            case "extend":
                return { held: false, resized: [], formatted: [], extended: true };
            case "mount":
                this.state.mounted = true;
                return { mountPoint: "/var/content", source: "content", ...this.space(), started: [] };
            case "share":
                this.state.clients = words(script, "IN_CLIENTS");
                return { clients: this.state.clients, serving: 8, restarted: false };
            case "uploads":
                return { users: [], added: [], removed: [], open: true };
            case "quiesce":
                Object.assign(this.state, { mounted: false, clients: [] });
                return {};
            default:
                return this.report();
        }
    }

    private join(serials: readonly string[], bytes: readonly string[]): unknown {
        this.state.members = serials.map((serial, at) => ({ serial, bytes: bytes[at] ?? "0" }));
        return { joined: serials, members: serials };
    }

    private space(): { sizeBytes: string; freeBytes: string } {
        const bytes = String(this.state.members.reduce((sum, member) => sum + BigInt(member.bytes), 0n));
        return { sizeBytes: bytes, freeBytes: bytes };
    }

    private report(): unknown {
        const { members, mounted, clients } = this.state;
        const disks = members.map(({ serial, bytes }, at) => ({ path: `/dev/vd${"bcdefgh"[at]}`, serial, bytes }));
        const size = this.space().sizeBytes;
        const group = {
            vg: [
                {
                    ...{ vg_name: "elastic_drive", vg_uuid: "fake", vg_tags: "", vg_size: size, vg_free: "0" },
                    ...{ vg_extent_size: "4194304", vg_missing_pv_count: "0" },
                },
            ],
            pv: disks.map(({ path, bytes }) => ({
                ...{ pv_name: path, pv_uuid: path, pv_size: bytes, pv_used: bytes, dev_size: bytes, pv_tags: "" },
                ...{ pv_missing: "", pv_pe_count: "1", pv_pe_alloc_count: "1" },
            })),
            lv: [{ lv_name: "content", lv_size: size, lv_active: "active", move_pv: "", copy_percent: "" }],
            pvseg: [],
        };
        return {
            bootId: "fake",
            uptimeSeconds: 60,
            disks,
            lvm: { report: members.length === 0 ? [] : [group] },
            units: "",
            mount: mounted ? { point: "/var/content", source: "content", ...this.space() } : null,
            exports: clients.map((client) => `/var/content ${client}(rw,mountpoint)`),
            nfsdThreads: clients.length > 0 ? 8 : 0,
            clients: [],
            lease: "",
        };
    }
}

/** The words of a bash array that call.ts wrote: IN_NAME=('a' 'b') */
function words(script: string, name: string): string[] {
    const list = new RegExp(`^${name}=\\((.*)\\)$`, "m").exec(script)?.[1] ?? "";
    return [...list.matchAll(/'([^']*)'/g)].map((match) => match[1]!);
}
