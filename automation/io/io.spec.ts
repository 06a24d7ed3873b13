import * as assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { PassThrough } from "node:stream";
import { JsonHost } from "./json";
import { Log } from "./log";
import { MSG } from "./messages";
import { outliveReaders } from "./pipes";
import { fold, TerminalHost } from "./terminal";

const terminal = (isTTY: boolean) => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const input = Object.assign(new PassThrough(), { isTTY });
    return { out, err, in: input };
};
const said = (stream: PassThrough): string => String(stream.read() ?? "");

describe("messages", () => {
    it("have codes of their own", () => {
        const codes = Object.values(MSG).map(({ code }) => code);
        assert.equal(new Set(codes).size, codes.length);
    });
});

describe("the terminal host", () => {
    it("writes results to stdout and warnings to stderr, never wider than it may", () => {
        const streams = terminal(false);
        const host = new TerminalHost(streams, { yes: false }, 40);
        host.emit(MSG.NOTE("word ".repeat(20).trim(), {}));
        host.emit(MSG.LEAKED("a volume", { kind: "volume", id: "vol-1" }));
        assert.ok(
            said(streams.out)
                .split("\n")
                .every((line) => line.length <= 40),
        );
        assert.equal(said(streams.err), "warning: a volume\n");
    });
    it("asks only where there is a terminal, and takes --yes for an answer", async () => {
        await assert.rejects(new TerminalHost(terminal(false), { yes: false }).confirm({ text: "sure?" }), {
            code: "ConfirmationNeeded",
        });
        assert.equal(await new TerminalHost(terminal(false), { yes: true }).confirm({ text: "sure?" }), true);
    });
    it("takes --yes for no answer where a word is to be typed, unless the word came with it", async () => {
        const question = { text: "all of it?", expected: "content" };
        await assert.rejects(new TerminalHost(terminal(false), { yes: true }).confirm(question), {
            code: "ConfirmationNeeded",
        });
        assert.equal(await new TerminalHost(terminal(false), { yes: true, typed: "content" }).confirm(question), true);
    });
    for (const [typed, expected, agreed] of [
        ["y", undefined, true],
        ["", undefined, false],
        ["content", "content", true],
        ["y", "content", false],
    ] as const) {
        it(`takes '${typed}' as ${agreed ? "yes" : "no"}${expected === undefined ? "" : `, where '${expected}' is to be typed`}`, async () => {
            const streams = terminal(true);
            const answer = new TerminalHost(streams, { yes: false }).confirm({
                text: "sure?",
                ...(expected === undefined ? {} : { expected }),
            });
            streams.in.write(`${typed}\n`);
            assert.equal(await answer, agreed);
        });
    }

    for (const [key, name] of [
        ["\x03", "^C"],
        ["\x04", "^D"],
    ] as const) {
        it(`takes ${name} at the question as no`, async () => {
            const streams = terminal(true);
            const out = Object.assign(streams.out, { isTTY: true });
            const answer = new TerminalHost({ ...streams, out }, { yes: false }).confirm({ text: "sure?" });
            streams.in.write(key);
            assert.equal(await answer, false);
        });
    }
});

describe("a question at the terminal", () => {
    for (const [key, press] of [
        ["Ctrl-C", (input: PassThrough) => void input.write("\x03")],
        ["Ctrl-D", (input: PassThrough) => void input.end()],
    ] as const) {
        it(`is answered with no by ${key}`, async () => {
            const streams = terminal(true);
            Object.assign(streams.out, { isTTY: true });
            const answer = new TerminalHost(streams, { yes: false }).confirm({ text: "sure?" });
            press(streams.in);
            assert.equal(await answer, false);
        });
    }
});

describe("fold", () => {
    it("breaks at spaces, indents what follows, and cuts what has none", () => {
        assert.deepEqual(fold("  aaa bbb ccc", 9), ["  aaa bbb", "    ccc"]);
        assert.deepEqual(fold("a".repeat(12), 10), ["a".repeat(10), "  aa"]);
    });
});

describe("the JSON host", () => {
    it("writes one message a line and never asks", async () => {
        const lines: string[] = [];
        const host = new JsonHost((line) => lines.push(line), { yes: false });
        host.emit(MSG.NOTE("a\nb", { n: 1 }));
        assert.equal(lines.length, 1);
        const { time, ...message } = JSON.parse(lines[0]!) as Record<string, unknown>;
        assert.deepEqual(message, { code: "DRIVE_I3005", level: "info", text: "a\nb", data: { n: 1 } });
        assert.match(String(time), /^\d{4}-/);
        await assert.rejects(host.confirm({ text: "sure?" }), { code: "ConfirmationNeeded" });
    });
});

describe("the log", () => {
    it("keeps what was done, gives the last entries, and bears a torn line", async () => {
        const folder = mkdtempSync(join(tmpdir(), "drive-log-"));
        try {
            const log = Log.of("org/project/content", { XDG_STATE_HOME: folder });
            assert.deepEqual(await log.read(5), []);
            await log.append("up", "started", "revision 1");
            await log.append("up", "done", "1 step", 1.26);
            appendFileSync(log.file, '{"time": "2026');
            const entries = await log.read(1);
            assert.deepEqual(await log.read(5).then((all) => all.length), 2);
            assert.deepEqual(
                entries.map(({ event, seconds }) => [event, seconds]),
                [["done", 1.3]],
            );
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
});

describe("the log's folder", () => {
    const fileOf = (env: NodeJS.ProcessEnv): string => Log.of("content", env).file;
    const rest = join("elastic-drive", "log", "content.jsonl");
    it("is the user's own: an empty or a relative variable is none", () => {
        assert.equal(fileOf({ XDG_STATE_HOME: "/state", HOME: "/home/a" }), join("/state", rest));
        for (const XDG_STATE_HOME of ["", "state", "./state", undefined])
            assert.equal(fileOf({ XDG_STATE_HOME, HOME: "/home/a" }), join("/home/a/.local/state", rest));
        for (const HOME of ["", "home", undefined]) assert.ok(isAbsolute(fileOf({ HOME })));
    });
    it("that cannot be written is said once, and is in nobody's way", async () => {
        const said: string[] = [];
        const log = Log.of("content", { HOME: __filename }, ({ message }) => said.push(message));
        await log.append("init", "done", "drive content");
        await log.append("up", "started", "revision 1");
        assert.equal(said.length, 1);
        assert.deepEqual(await log.read(5), []);
    });
    it("that cannot be read is an error of the drive's", async () => {
        await assert.rejects(new Log("/proc/self").read(1), { code: "LogUnreadable" });
    });
});

describe("a pipe", () => {
    it("whose reader has left ends nothing; any other failure to write does", () => {
        const stream = new PassThrough();
        outliveReaders(stream);
        stream.emit("error", Object.assign(new Error("gone"), { code: "EPIPE" }));
        assert.throws(() => stream.emit("error", Object.assign(new Error("full"), { code: "ENOSPC" })), /full/);
    });
});
