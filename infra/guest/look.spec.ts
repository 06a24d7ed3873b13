import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after as afterAll } from "mocha";
import { guestProgram } from "./call";

const JOB = join(__dirname, "../../automation/guest/verbs/job.sh");
const [GROUP_UUID, A, B, C] = ["VG-uuid", "PV-a", "PV-b", "PV-c"];

/** Device numbers of disks; what is no disk here is none of the machine's. */
const NUMBERS: Readonly<Record<string, string>> = {
    "/dev/vda": "254|0",
    "/dev/vdb": "254|16",
    "/dev/nvme1n1": "259|3",
    "/dev/vdz": "254|400",
};

/** One line of pvs, as lvm2 2.03.31 prints it. */
function line(disk: string, uuid: string, at: number, size: number, volume = "", tags = "", missing = ""): string {
    const group = `elastic_drive|${GROUP_UUID}|elastic-drive:drive=content`;
    return `   ${NUMBERS[disk] ?? "-1|-1"}|${uuid}|${group}|${tags}|2143289344|1048576|${missing}|4194304|447|${at}|${size}|${volume}`;
}
const ORPHAN = "   254|400|PV-z|||||2147483648|1048576||0|0|0|0|";

/** Runs shell commands behind lib.sh and the move's job, with a pvs that prints these lines. */
function after(lines: readonly string[], ...commands: readonly string[]): string {
    const pvs = `SYS='${sys}'; pvs() { printf '%s\\n' ${lines.map((text) => `'${text}'`).join(" ")}; }`;
    const { stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
        input: guestProgram([JOB], {}, [pvs, "read_pvs", ...commands].join("\n")),
        encoding: "utf8",
    });
    assert.equal(stderr, "");
    return stdout.trim();
}

let sys = "";
before(() => {
    sys = mkdtempSync(join(tmpdir(), "sys-"));
    for (const [disk, number] of Object.entries(NUMBERS)) {
        const folder = join(sys, "dev/block", number.replace("|", ":"));
        mkdirSync(folder, { recursive: true });
        writeFileSync(
            join(folder, "uevent"),
            `MAJOR=${number.replace("|", "\nMINOR=")}\nDEVNAME=${disk.slice(5)}\nDEVTYPE=disk\n`,
        );
    }
});
afterAll(() => rmSync(sys, { recursive: true }));

describe("one look at LVM", () => {
    const LINES = [
        line("/dev/vda", A, 0, 32, "state", "elastic-drive:leaving"),
        line("/dev/vda", A, 32, 400, "content", "elastic-drive:leaving"),
        line("/dev/vda", A, 432, 79, "", "elastic-drive:leaving"),
        line("/dev/vdb", B, 0, 143, "content"),
        line("/dev/vdb", B, 143, 368),
        ORPHAN,
    ];

    it("tells disks, volumes and what is free, however often a disk is named", () => {
        assert.equal(
            after(LINES, 'echo "$GROUP_UUIDS/$GROUP_TAGS/$FREE_EXTENTS/$MISSING_PVS/$EXTENT_BYTES"'),
            `${GROUP_UUID} /elastic-drive:drive=content/447//4194304`,
        );
        assert.equal(after(LINES, "printf '%s\\n' \"${!VOLUMES[@]}\" | sort"), "content\nstate");
        assert.equal(
            after(LINES, 'echo "${PV_GROUP[/dev/vdb]}/${PV_GROUP[/dev/vdz]}/${PV_UUID[/dev/vdz]}"'),
            "elastic_drive//PV-z",
        );
    });

    it("sees a move that was cut off, which LVM puts in brackets", () => {
        const lines = [line("/dev/vda", A, 0, 320, "[pvmove0]"), line("/dev/vdb", B, 0, 320, "[pvmove0]")];
        assert.equal(after(lines, 'echo "${!VOLUMES[*]}"'), "pvmove0");
    });

    it("counts a disk that is missing once, and takes none of its segments for a disk's", () => {
        const lines = [
            line("/dev/vda", A, 0, 32, "state"),
            line("[unknown]", C, 0, 32, "content", "", "missing"),
            line("[unknown]", C, 32, 32, "", "", "missing"),
        ];
        assert.equal(after(lines, 'echo "$MISSING_PVS/${!PV_UUID[*]}"'), "PV-c//dev/vda");
    });

    it("takes a disk that went since LVM looked for missing, and one of nobody's that went for nothing", () => {
        const lines = [
            line("/dev/vda", A, 0, 32),
            line("/dev/gone", B, 0, 32, "content"),
            ORPHAN.replace("400", "416"),
        ];
        assert.equal(after(lines, 'echo "$MISSING_PVS/${!PV_UUID[*]}"'), "PV-b//dev/vda");
    });

    it("gives the job its next range, what is left, and the room there is", () => {
        const range = ["EXTENTS=64 SOURCE=/dev/vda", "next_range", 'echo "$RANGE $COUNT $LEFT"'];
        assert.equal(after(LINES, ...range), "0-31 32 432");
        assert.equal(after(LINES.slice(1), ...range), "32-95 64 400");
        assert.equal(after(LINES.slice(2), ...range), "0 0");
        assert.equal(after(LINES, "SOURCE=/dev/vda TO=(/dev/vdb) LEFT=368", "enough_room && echo enough"), "enough");
    });

    it("sizes the next range by the time since the boot: a clock that is set back meanwhile makes it no longer", () => {
        const stepped = "unset EPOCHREALTIME; EPOCHREALTIME=2000000000.000000";
        const back = "pvmove() { sleep 0.3; EPOCHREALTIME=1000000000.000000; }";
        const job = "SOURCE=/dev/vda IN_SOURCE=a TO=() RANGE=0-63 COUNT=64 MOVE_HOME=/nowhere; still_serial() { :; }";
        const extents = Number(after(LINES, stepped, back, job, "move_range", 'echo "$EXTENTS"'));
        // 64 extents in 0.3 s or, on a busy machine, more: at most so many in a range's forty seconds.
        assert.ok(extents >= 16 && extents <= (64 / 0.28) * 40, String(extents));
    });

    it("refuses a move into less room than it needs", () => {
        const refused = ["SOURCE=/dev/vda TO=(/dev/vdb) LEFT=369", "enough_room 2>/dev/null"];
        assert.match(
            after(LINES, ...refused),
            /"code":"NoRoomToMove","seen":"\/dev\/vda holds 369 extents, and \/dev\/vdb have room for 368"/,
        );
    });

    it("lets a job that is begun while it is to rest look first, so that it can say what it would move", () => {
        const states = after(
            LINES,
            'MOVE_HOME=$(mktemp -d) IN_SOURCE=vol0a IN_TO=(vol0b); echo 0 >"$MOVE_HOME/pace"',
            "lock() { :; }; unlock() { :; }; ends() { SOURCE=/dev/vda; }; finish_interrupted() { :; }",
            "move_range() { PV_SEGMENTS[$SOURCE]=; }",
            'sleep() { cat "$MOVE_HOME/progress"; echo >"$MOVE_HOME/pace"; }',
            'job; cat "$MOVE_HOME/progress"; rm -r "$MOVE_HOME"',
        );
        const said = (state: string): object => ({
            ...{ from: "vol0a", to: ["vol0b"], wholeBytes: `${432 * 4 * 1024 ** 2}`, bytesPerSecond: 0, state },
        });
        assert.deepEqual(
            states.split("\n").map((text): unknown => JSON.parse(text)),
            ["paused", "moving", "moved"].map(said),
        );
    });
});
