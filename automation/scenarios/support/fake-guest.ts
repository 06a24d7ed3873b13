import type { FakeMember, GuestState } from "./guest-state";
import { type Connection, type ServerChannel, Server } from "ssh2";
import { fakeReport } from "./fake-report";
import { Refusal, word, words } from "./fake-words";
import { FakeFreeze } from "./fake-freeze";

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
        asked: [],
        group: "",
        formats: 0,
        fails: new Set(),
        takes: {},
        lease: "",
        moves: true,
        content: 0,
        notFrozen: "",
    };
    private readonly freezes = new FakeFreeze();
    /** Whose disk the group is put aside for. */
    private aside = "";
    private asideSince = 0;
    private shared: string[] = [];
    /** Disks that answer, and hold nothing. */
    private blank: { readonly serial: string; readonly bytes: string }[] = [];
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
            accept().on("exec", (acceptExec, _, { command }) => {
                const stream = acceptExec();
                let input = "";
                stream.on("data", (chunk: Buffer) => (input += chunk.toString()));
                stream.on("end", () => void this.reply(input, command.split("elastic-drive ")[1] ?? "", stream));
            });
        });
    }

    private async reply(script: string, asked: string, stream: ServerChannel): Promise<void> {
        const verbs = /^run (.+)$/m.exec(script)?.[1]?.split(" ") ?? [];
        if (verbs.includes("join")) this.state.asked.push(asked);
        // A program within the program (the move's job) is quoted once more.
        let answer: unknown;
        let code = 0;
        try {
            answer = this.answer(script.replaceAll(`'\\''`, "'"), verbs);
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            answer = error.said;
            code = 3;
            const { seen, expected, hint } = error.said;
            stream.stderr.write(
                `elastic-drive: refused: ${seen}; expected: ${expected}; ${hint} (${error.said.code})\n`,
            );
        }
        const ms = verbs.reduce((sum, verb) => sum + (this.state.takes[verb] ?? 0), 0);
        if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
        if (stream.destroyed) return; // the caller was killed meanwhile
        stream.write(`${JSON.stringify(answer)}\n`);
        stream.exit(code);
        stream.end();
    }

    private answer(script: string, verbs: readonly string[]): unknown {
        this.state.calls.push(...verbs);
        const failing = verbs.find((verb) => this.state.fails.has(verb));
        if (failing !== undefined) throw new Refusal("Told", `${failing} is told to fail`);
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
                return { held: false, resized: [], formatted: [], extended: true, group: this.state.group };
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
            case "freeze":
                return this.freezes.freeze(script, this.state);
            case "thaw":
                return this.freezes.thaw(script);
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
        });
        this.madeOnce(serials, bytes);
        serials.forEach((serial, at) => {
            const known = this.state.members.find((member) => member.serial === serial);
            if (known === undefined && states[at] === "member")
                this.state.members.push({ serial, bytes: Number(bytes[at]), used: 0, leaving: false });
            if (known !== undefined) known.bytes = Number(bytes[at]);
            if (known !== undefined && states[at] === "leaving") known.leaving = true;
        });
        return { joined: serials, members: serials };
    }

    /** A disk that is not there any more takes what was on it along; a group begins only where the call may make one. */
    private madeOnce(serials: readonly string[], bytes: readonly string[]): void {
        const { state } = this;
        this.blank = [];
        const asked = state.asked.at(-1) ?? "";
        const here = state.members.filter(({ serial }) => serials.includes(serial));
        if (here.length === 0) {
            if (asked !== "make") {
                state.members = [];
                this.blank = serials.map((serial, at) => ({ serial, bytes: bytes[at]! }));
                throw new Refusal("DriveGone", `no group on ${serials.join(", ")}`);
            }
            state.formats++;
            Object.assign(state, {
                members: [],
                group: `Fake00-0000-0000-0000-0000-0000-${String(state.formats).padStart(6, "0")}`,
            });
        } else if (here.length < state.members.length) {
            throw new Refusal("VolumeMissing", "a member is not attached");
        } else if (asked.startsWith("made ") && asked !== `made ${state.group}`) {
            throw new Refusal("GroupNotOurs", `the group is ${state.group}`);
        }
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
        const { sizeBytes } = this.space();
        return fakeReport(this.state, { sizeBytes, tags: this.tags(), blank: this.blank, more: this.moveReport() });
    }
}
