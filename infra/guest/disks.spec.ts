import * as assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { disksProgram } from "./calls";
import { disk, uuid, type Written } from "./disks.testing";

type Answer = Verdict & { readonly exit: number };

interface Verdict {
    readonly state: string;
    readonly code: string;
    readonly seen: string;
    readonly wrong: readonly string[];
    readonly devices: readonly string[];
    readonly outdated: boolean;
    readonly bare: boolean;
}

/** The program itself, on a server whose disks are files: name → serial and what LVM has written there. */
class Server {
    readonly folder = mkdtempSync(join(tmpdir(), "disks-"));
    private readonly list = join(this.folder, "list");

    constructor() {
        for (const name of ["sys", "dev"]) mkdirSync(join(this.folder, name));
    }

    plug(name: string, serial: string, written?: Written, part = ""): this {
        const home = join(this.folder, "sys", name);
        mkdirSync(join(home, part), { recursive: true });
        if (serial !== "") writeFileSync(join(home, "serial"), `${serial}\n`);
        if (part !== "") writeFileSync(join(home, part, "partition"), "1\n");
        writeFileSync(
            join(this.folder, "dev", part || name),
            written === undefined ? Buffer.alloc(4096) : disk(written),
        );
        return this;
    }

    record(serials: Readonly<Record<string, string>>): this {
        const lines = Object.entries(serials).map(([serial, name]) => `${serial} ${uuid(name)}`);
        writeFileSync(this.list, `${lines.join("\n")}\n`);
        return this;
    }

    arguments(what: string): string[] {
        return [what, this.list, join(this.folder, "sys"), join(this.folder, "dev")];
    }

    /** As the unit and the verbs do it. */
    start(what: string): { status: number | null; stdout: string; stderr: string } {
        const program = join(this.folder, "disks.py");
        writeFileSync(program, disksProgram());
        return spawnSync("python3", ["-I", program, ...this.arguments(what)], { encoding: "utf8" });
    }

    async look(what = "look"): Promise<Answer> {
        const [exit, text] = await python.call(this.arguments(what));
        const verdict = JSON.parse(text) as Verdict;
        const devices = verdict.devices.map((path) => path.slice(path.lastIndexOf("/") + 1));
        return { ...verdict, devices, exit };
    }
}

/** One interpreter for all looks: to start one takes longer than all that it is asked. */
class Python {
    private readonly child = spawn("python3", ["-I", "-c", `${disksProgram().replace(MAIN, "")}${LOOP}`]);
    private readonly lines = createInterface(this.child.stdout)[Symbol.asyncIterator]();

    async call(args: readonly string[]): Promise<[number, string]> {
        this.child.stdin.write(`${JSON.stringify(args)}\n`);
        const { value } = (await this.lines.next()) as { value?: string };
        return JSON.parse(value ?? "") as [number, string];
    }

    end(): void {
        this.child.stdin.end();
    }
}
const MAIN = 'if __name__ == "__main__":\n    sys.exit(main(*sys.argv[1:]))';
const LOOP = `
from contextlib import redirect_stdout
from io import StringIO
for asked in sys.stdin:
    with redirect_stdout(StringIO()) as said:
        code = main(*json.loads(asked))
    print(json.dumps([code, said.getvalue()]), flush=True)
`;
let python: Python;

const [A, B, C] = ["vol0aaaaaaaaaaaaaaaa", "vol0bbbbbbbbbbbbbbbb", "vol0cccccccccccccccc"];
const two = { group: "drive", seqno: 7, members: ["a", "b"] };

describe("the right disks at boot", () => {
    let server: Server;
    before(() => (python = new Python()));
    after(() => python.end());
    beforeEach(() => (server = new Server()));
    afterEach(() => rmSync(server.folder, { recursive: true }));

    /** A healthy drive of two, beside a root disk and a loop device without a serial. */
    const healthy = (): Server =>
        server
            .record({ [A]: "a", [B]: "b" })
            .plug("vda", "root")
            .plug("loop0", "")
            .plug("vdb", A, { pv: "a", ...two })
            .plug("vdc", B, { pv: "b", ...two });

    const right = (verdict: Answer, devices: readonly string[], ...mends: ("outdated" | "bare")[]): void => {
        assert.deepEqual([verdict.state, verdict.exit, verdict.seen], ["right", 0, ""]);
        const { outdated, bare } = verdict;
        assert.deepEqual(
            [verdict.devices, { outdated, bare }],
            [devices, { outdated: mends.includes("outdated"), bare: mends.includes("bare") }],
        );
    };
    const refused = (verdict: Answer, seen: RegExp, wrong: readonly string[]): void => {
        assert.deepEqual([verdict.state, verdict.code, verdict.exit], ["refused", "DisksRefused", 3]);
        assert.match(verdict.seen, seen);
        assert.deepEqual(verdict.wrong, wrong);
    };
    const waiting = (verdict: Answer, code: string, seen: RegExp): void => {
        assert.deepEqual([verdict.state, verdict.code, verdict.exit], ["waiting", code, 4]);
        assert.match(verdict.seen, seen);
    };

    it("mounts what is recorded and whole, under whatever names", async () => {
        right(await healthy().look(), ["vdb", "vdc"]);
    });

    for (const [order, name] of [
        ["before", "vdaa"],
        ["behind", "vdz"],
    ] as const) {
        it(`refuses an old copy of a member that comes ${order} it, and says which volume it is`, async () => {
            const old = { pv: "b", ...two, seqno: 3 };
            refused(
                await healthy().plug(name, C, old).look(),
                /vol-0cccccccccccccccc\) holds .* of vol-0bbbbbbbbbbbbbbbb/,
                [C],
            );
            refused(await server.look("alone"), /vdc \(vol-0b+\) holds \S+ and .*|.* and \S+vdc/, []);
        });
    }

    const wrongs: [string, (server: Server) => Server, RegExp, string[]][] = [
        ["a copy alone, the recorded disk gone", (one) => one.plug("vdc", C, { pv: "b", ...two }), /vdc .* holds/, [C]],
        ["a newer copy", (one) => one.plug("vdd", C, { pv: "b", ...two, seqno: 9 }), /vdd .* holds/, [C]],
        ["a copy that holds a label alone", (one) => one.plug("vdd", C, { pv: "b" }), /vdd .* holds/, [C]],
        ["a copy in a partition", (one) => one.plug("vdd", C, { pv: "b", ...two }, "vdd1"), /vdd1 .* holds/, [C]],
        [
            "a copy on a loop device",
            (one) => one.plug("loop1", "", { pv: "b", ...two }),
            /loop1 \(no serial\) holds/,
            [""],
        ],
        [
            "a volume that once was part of the drive",
            (one) => one.plug("vdd", C, { pv: "c", ...two, seqno: 2, members: ["a", "b", "c"] }),
            /was part of the drive/,
            [C],
        ],
        [
            "another drive's volume",
            (one) => one.plug("vdd", C, { pv: "x", group: "other", seqno: 90, members: ["x"] }),
            /holds another drive/,
            [C],
        ],
        ["two disks of one serial", (one) => one.plug("vdd", B), /vdc .* and .*vdd .* answer to one serial/, []],
        [
            "members that were changed apart from each other",
            (one) => one.plug("vdc", B, { pv: "b", ...two, tags: ["elsewhere"] }),
            /have changed apart/,
            [],
        ],
        [
            "a member that nobody recorded and that is not there",
            (one) => one.plug("vdb", A, { pv: "a", ...two, seqno: 8, members: ["a", "b", "y"] }),
            /is on no disk that was recorded/,
            [],
        ],
    ];
    for (const [name, change, seen, wrong] of wrongs) {
        it(`refuses ${name}`, async () => refused(await change(healthy()).look(), seen, wrong));
    }

    it("refuses members that have changed places", async () => {
        const swapped = server.record({ [A]: "a", [B]: "b" }).plug("vdb", A, { pv: "b", ...two });
        refused(await swapped.plug("vdc", B, { pv: "a", ...two }).look(), /vdb .* and .*vdc/, [A, B]);
    });

    it("brings an interrupted write up to date: older metadata, or none, on a recorded disk", async () => {
        right(
            await healthy()
                .plug("vdc", B, { pv: "b", ...two, seqno: 6, members: ["a", "b"] })
                .look(),
            ["vdb", "vdc"],
            "outdated",
        );
        right(await server.plug("vdc", B, { pv: "b", unused: false }).look(), ["vdb", "vdc"], "outdated");
        right(await server.plug("vdc", B, { pv: "b", ...two, damaged: true }).look(), ["vdb", "vdc"], "outdated");
    });

    it("goes by the newest metadata, on whichever disk: also where it has gone once around its ring", async () => {
        right(
            await healthy()
                .plug("vdb", A, { pv: "a", ...two, seqno: 8, wraps: true })
                .look(),
            ["vdb", "vdc"],
            "outdated",
        );
    });

    it("lets a join be cut off anywhere: recorded and blank, an orphan, named and not yet written", async () => {
        healthy().record({ [A]: "a", [B]: "b", [C]: "c" });
        right(await server.look(), ["vdb", "vdc"]);
        right(await server.plug("vdd", C).look(), ["vdb", "vdc"]);
        right(await server.plug("vdd", C, { pv: "c" }).look(), ["vdb", "vdc", "vdd"]);
        const named = { pv: "a", ...two, seqno: 8, members: ["a", "b", "c"] };
        right(await server.plug("vdb", A, named).look(), ["vdb", "vdc", "vdd"], "outdated", "bare");
        right(await server.plug("vdd", C, { ...named, pv: "c" }).look(), ["vdb", "vdc", "vdd"], "outdated");
        right(await server.plug("vdc", B, { ...named, pv: "b" }).look(), ["vdb", "vdc", "vdd"]);
    });

    it("lets a let-go be cut off anywhere: no longer named, an orphan, blank, gone", async () => {
        const left = { group: "drive", seqno: 8, members: ["a"] };
        healthy().plug("vdb", A, { pv: "a", ...left });
        right(await server.look(), ["vdb", "vdc"], "outdated");
        right(await server.plug("vdc", B, { pv: "b" }).look(), ["vdb", "vdc"]);
        right(await server.plug("vdc", B).look(), ["vdb"]);
        rmSync(join(server.folder, "sys", "vdc"), { recursive: true });
        right(await server.look(), ["vdb"]);
    });

    it("takes a copy in its disk's place as soon as that is recorded, and not the disk that it was made of", async () => {
        healthy()
            .record({ [A]: "a", [C]: "b" })
            .plug("vdc", C, { pv: "b", ...two });
        right(await server.look(), ["vdb", "vdc"]);
        refused(await server.plug("vdd", B, { pv: "b", ...two }).look(), /vdd .* holds/, [B]);
    });

    it("waits while the drive is put aside, while a disk is missing, and where nothing is recorded or made", async () => {
        const aside = { ...two, tags: ["elastic-drive:drive=content", "elastic-drive:aside=vol0b/17"] };
        waiting(
            await healthy()
                .plug("vdb", A, { pv: "a", ...aside, seqno: 8 })
                .look(),
            "PutAside",
            /put aside/,
        );
        rmSync(join(server.folder, "sys", "vdc"), { recursive: true });
        waiting(await server.look(), "VolumeMissing", /vol-0bbbbbbbbbbbbbbbb/);
        rmSync(join(server.folder, "list"));
        waiting(await server.look(), "NoList", /no list/);
        waiting(
            await server
                .record({ [A]: "a" })
                .plug("vdb", A, { pv: "a" })
                .look(),
            "NoGroup",
            /no recorded disk holds/,
        );
    });

    it("leaves groups of others alone, and twice of theirs too", async () => {
        const theirs = { name: "theirs", group: "other", seqno: 1, members: ["t"] };
        healthy()
            .plug("vdd", C, { pv: "t", ...theirs })
            .plug("vde", "", { pv: "t", ...theirs });
        right(await server.look(), ["vdb", "vdc"]);
        assert.equal((await server.look("alone")).state, "right");
    });

    it("believes no label whose checksum is wrong", async () => {
        right(
            await healthy()
                .plug("vdd", C, { pv: "b", ...two, badLabel: true })
                .look(),
            ["vdb", "vdc"],
        );
    });

    it("says it by its exit code, too, and in the line that the driver reads, in Python's isolated mode", () => {
        assert.deepEqual([healthy().start("look").stderr, server.start("look").status], ["", 0]);
        const { status, stdout, stderr } = server.plug("vdd", B).start("look");
        assert.deepEqual([status, (JSON.parse(stdout) as Verdict).code], [3, "DisksRefused"]);
        assert.match(stderr, /^elastic-drive: refused: .*vdd.*; expected: .*; .* \(DisksRefused\)\n$/);
    });
});
