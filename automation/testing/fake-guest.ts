import type { Connection, ServerChannel } from "ssh2";
import { Server } from "ssh2";

interface FakeMember {
    readonly serial: string;
    bytes: number;
    used: number;
    leaving: boolean;
}

/** What the fake server's disks and exports look like; tests may spoil it. */
export interface GuestState {
    members: FakeMember[];
    mounted: boolean;
    clients: string[];
    /** Verbs in the order in which they were called. */
    readonly calls: string[];
    /** How long a verb takes, in ms; 0 where it is not named. */
    readonly takes: Record<string, number>;
    /** MiB/s, as told last. */
    pace?: string;
    /** What it was when it was told to rest. */
    rested?: string;
    /** What was last asked for, as the server keeps it; empty: nobody's. */
    lease: string;
    /** Whether data moves at all; a move that does not goes on for ever. */
    moves: boolean;
    /** Bytes of files on the drive. */
    content: number;
}

/**
 * An sshd that answers the guest's verbs as a healthy server would, without one: for scenarios at API level, where no
 * machine is booted. It believes what it is told; only the acceptance stories prove anything about disks.
 */
export class FakeGuest {
    readonly state: GuestState = {
        members: [],
        mounted: false,
        clients: [],
        calls: [],
        takes: {},
        lease: "",
        moves: true,
        content: 0,
    };
    /** Whose disk the group is put aside for. */
    private aside = "";
    private asideSince = 0;
    private shared: string[] = [];
    private moving: { readonly from: string; readonly to: readonly string[]; readonly whole: number } | undefined;
    private readonly servers = new Map<string, Server>();
    private readonly connections = new Set<Connection>();

    constructor(private readonly hostKey: string) {}

    /** Listens on a loopback address; again on the same one is nothing. */
    async listen(address: string, port: number): Promise<void> {
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
        // A program within the program (the move's job) is quoted once more.
        const answer = this.answer(script.replaceAll(`'\\''`, "'"), verbs);
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
                return this.join(words(script, "IN_SERIALS"), words(script, "IN_BYTES"), script);
            case "extend":
                if (!this.state.members.some(({ leaving }) => leaving))
                    for (const member of this.state.members) member.used = member.bytes;
                return { held: false, resized: [], formatted: [], extended: true };
            case "move":
                return this.move(words(script, "IN_TO"), word(script, "IN_SOURCE"));
            case "let-go":
                this.state.members = this.state.members.filter(({ serial }) => serial !== word(script, "IN_SOURCE"));
                this.moving = undefined;
                return {};
            case "stay":
                this.member(word(script, "IN_SOURCE")).leaving = false;
                this.moving = undefined;
                return {};
            case "lease":
                return this.lease(word(script, "IN_WISH"), word(script, "IN_LEASE"), word(script, "IN_OVER"));
            case "pace":
                this.pace(word(script, "IN_PACE"));
                return {};
            case "mount":
                this.aside = "";
                Object.assign(this.state, { mounted: true, clients: this.shared });
                return { mountPoint: "/var/content", source: "content", ...this.space(), started: [] };
            case "share":
                this.shared = words(script, "IN_CLIENTS");
                this.state.clients = this.shared;
                return { clients: this.state.clients, serving: 8, restarted: false };
            case "uploads":
                return { users: [], added: [], removed: [], open: true };
            case "quiesce":
                Object.assign(this.state, { mounted: false, clients: [] });
                this.aside = word(script, "IN_ASIDE");
                this.asideSince = Math.floor(Date.now() / 1000);
                return {};
            default:
                return this.report();
        }
    }

    private join(serials: readonly string[], bytes: readonly string[], script: string): unknown {
        const [states, copyOf] = [words(script, "IN_STATES"), words(script, "IN_COPY_OF")];
        serials.forEach((serial, at) => {
            this.state.members = this.state.members.map((member) =>
                member.serial === copyOf[at] ? { ...member, serial } : member,
            );
            const known = this.state.members.find((member) => member.serial === serial);
            if (known === undefined && states[at] === "member")
                this.state.members.push({ serial, bytes: Number(bytes[at]), used: 0, leaving: false });
            if (known !== undefined) known.bytes = Number(bytes[at]);
            if (known !== undefined && states[at] === "leaving") known.leaving = true;
        });
        return { joined: serials, members: serials };
    }

    /** For as long as nobody releases it or takes it over: a scenario's time is short. */
    private lease(wish: string, text: string, over: string): unknown {
        const id = (lease: string): string => /"id":"([^"]*)"/.exec(lease)?.[1] ?? "";
        const free = ["", id(text), over].includes(id(this.state.lease));
        if (free) this.state.lease = wish === "release" ? "" : `${text.slice(0, -1)},"expires":1000000}`;
        return { held: free && wish === "hold" };
    }

    /** All at once, or half of it and no further. */
    private move(to: readonly string[], from: string): unknown {
        const source = this.member(from);
        this.moving ??= { from, to, whole: source.used };
        const goes = this.state.moves ? source.used : Math.floor(this.moving.whole / 2);
        const target = to.map((serial) => this.member(serial)).find(({ bytes, used }) => bytes - used >= goes);
        if (target === undefined) throw new Error(`no room for ${goes} bytes`);
        target.used += goes;
        source.used -= goes;
        return { started: true };
    }

    private member(serial: string): FakeMember {
        const found = this.state.members.find((member) => member.serial === serial);
        if (found === undefined) throw new Error(`${serial} is no member`);
        return found;
    }

    private tags(): string {
        return this.aside === "" ? "" : `elastic-drive:aside=${this.aside}/${this.asideSince}`;
    }

    private pace(told: string): void {
        const { pace = "", rested = "" } = this.state;
        if (told === "0" && pace !== "0") this.state.rested = pace;
        this.state.pace = told !== "back" ? told : pace === "0" ? rested : pace;
    }
    private space(): { sizeBytes: string; freeBytes: string } {
        const bytes = this.state.members.reduce((sum, { used }) => sum + used, 0);
        return { sizeBytes: String(bytes), freeBytes: String(bytes - this.state.content) };
    }

    private moveReport(): object {
        if (this.moving === undefined) return {};
        const { from, to, whole } = this.moving;
        const state = this.state.pace === "0" ? "paused" : "moving";
        const progress = { from, to, wholeBytes: String(whole), bytesPerSecond: 1024 ** 2, state };
        return { move: { progress, pace: this.state.pace ?? "" } };
    }

    private report(): unknown {
        const { members, mounted, clients } = this.state;
        const disks = members.map(({ serial, bytes }, at) => ({
            path: `/dev/vd${"bcdefgh"[at]}`,
            serial,
            bytes: String(bytes),
        }));
        const size = this.space().sizeBytes;
        const group = {
            vg: [
                {
                    ...{ vg_name: "elastic_drive", vg_uuid: "fake", vg_tags: this.tags(), vg_size: size, vg_free: "0" },
                    ...{ vg_extent_size: "4194304", vg_missing_pv_count: "0" },
                },
            ],
            pv: disks.map(({ path, bytes }, at) => ({
                ...{
                    // By the link of the name that the volume was attached under, as on EC2.
                    pv_name: `/dev/xvdb${"abcdefg"[at]}`,
                    pv_major: "254",
                    pv_minor: String(16 * (at + 1)),
                    pv_uuid: path,
                    pv_size: bytes,
                    pv_used: String(members[at]!.used),
                    dev_size: bytes,
                },
                pv_tags: members[at]!.leaving ? "elastic-drive:leaving" : "",
                ...{ pv_missing: "", pv_pe_count: "1", pv_pe_alloc_count: "1" },
            })),
            lv: [
                {
                    lv_name: "content",
                    lv_size: size,
                    lv_active: mounted ? "active" : "",
                    move_pv_uuid: "",
                    copy_percent: "",
                },
            ],
            pvseg: [],
        };
        return {
            bootId: "fake",
            uptimeSeconds: 60,
            disks,
            devices: Object.fromEntries(disks.map(({ path }, at) => [`254:${16 * (at + 1)}`, path])),
            lvm: { report: members.length === 0 ? [] : [group] },
            units: this.moving === undefined ? "" : "Id=elastic-drive-move.service\nActiveState=active",
            mount: mounted ? { point: "/var/content", source: "content", ...this.space() } : null,
            exports: clients.map((client) => `/var/content ${client}(rw,mountpoint)`),
            nfsdThreads: clients.length > 0 ? 8 : 0,
            clients: [],
            lease: this.state.lease,
            ...this.moveReport(),
        };
    }
}

/** A bash word that call.ts wrote: IN_NAME='a' */
function word(script: string, name: string): string {
    return [...script.matchAll(new RegExp(`^${name}='([^']*)'$`, "gm"))].at(-1)?.[1] ?? "";
}

/** The words of a bash array that call.ts wrote: IN_NAME=('a' 'b') */
function words(script: string, name: string): string[] {
    const list = new RegExp(`^${name}=\\((.*)\\)$`, "m").exec(script)?.[1] ?? "";
    return [...list.matchAll(/'([^']*)'/g)].map((match) => match[1]!);
}
