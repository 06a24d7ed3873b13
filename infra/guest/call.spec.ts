import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { GUEST } from "../model/names";
import { guestCall, script, type GuestInput } from "./call";

describe("guest call", () => {
    let folder = "";
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "guest-call-"));
        fs.writeFileSync(
            path.join(folder, "echo.sh"),
            'verb_echo() { json_list "$IN_ONE" "${IN_MANY_WORDS[@]}"; REPORT=$REPLY; }\n',
        );
        fs.writeFileSync(
            path.join(folder, "no.sh"),
            'verb_no() { refuse NotNow "saw \\"it\\"" "the other" "wait"; }\n',
        );
        fs.writeFileSync(path.join(folder, "fail.sh"), "verb_fail() { false; echo not reached >&2; }\n");
    });
    after(() => fs.rmSync(folder, { recursive: true }));

    /** What sudo would run, as this user. */
    const bash = (stdin: string) =>
        spawnSync("bash", ["-c", 'eval "$(cat)"', "elastic-drive"], { input: stdin, encoding: "utf8" });
    const call = (verbs: string[], input: GuestInput = { one: "", manyWords: [] }) =>
        bash(guestCall(verbs, input, folder).stdin);

    it("brings any text to the server and back unchanged", () => {
        // JSON strings drop what a terminal would act on; the way in keeps all but NUL.
        const text = fc
            .string({ unit: "grapheme" })
            .filter((value) => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value.normalize()));
        fc.assert(
            fc.property(text, fc.array(text, { maxLength: 3 }), (one, manyWords) => {
                const { stdout } = call(["echo"], { one, manyWords });
                assert.deepEqual(JSON.parse(stdout), [one, ...manyWords]);
            }),
            { numRuns: 25 },
        );
    });

    it("does not run what a value holds", () => {
        const marker = path.join(folder, "ran");
        const one = `'; touch ${marker}; $(touch ${marker}) \`touch ${marker}\` "`;
        assert.deepEqual(JSON.parse(call(["echo"], { one, manyWords: ["line\nbreak"] }).stdout), [one, "line\nbreak"]);
        assert.equal(fs.existsSync(marker), false);
    });

    it("answers one verb plainly and several by name, with the time that each took", () => {
        assert.equal(call(["echo"]).stdout, '[""]\n');
        const { milliseconds, ...answers } = JSON.parse(call(["echo", "echo"]).stdout) as Record<string, unknown>;
        assert.deepEqual(answers, { echo: [""] });
        const { echo } = milliseconds as { echo: number };
        assert.ok(Number.isInteger(echo) && echo >= 0 && echo < 1_000, String(echo));
    });

    it("ends with 3 and a coded answer when a verb refuses, and does nothing after it", () => {
        const { status, stdout, stderr } = call(["no", "echo"]);
        assert.equal(status, 3);
        assert.deepEqual(JSON.parse(stdout), { code: "NotNow", seen: 'saw "it"', expected: "the other", hint: "wait" });
        assert.match(stderr, /refused: saw "it"; expected: the other; wait \(NotNow\)/);
    });

    it("fails at the first command that fails, says which, and answers nothing", () => {
        const { status, stdout, stderr } = call(["fail", "echo"]);
        assert.equal(status, 1);
        assert.equal(stdout, "");
        assert.match(stderr, /failed \(1\) at: false/);
        assert.doesNotMatch(stderr, /not reached/);
    });

    it("does nothing at all when the connection dies on the way, wherever it was cut", () => {
        const marker = path.join(folder, "half");
        fs.writeFileSync(path.join(folder, "mark.sh"), `verb_mark() { : >${marker}; }\n`);
        const { stdin } = guestCall(["mark"], {}, folder);
        const last = stdin.length - "elastic_drive\n".length;
        for (const length of [10, 500, 3_000, last - 30, last - 3, last, last + 5]) {
            bash(stdin.slice(0, length));
            assert.equal(fs.existsSync(marker), false, `cut at ${length} of ${stdin.length}`);
        }
        assert.equal(bash(stdin).status, 0);
        assert.equal(fs.existsSync(marker), true);
    });

    it("sends what a heredoc holds whole, comments and blank lines too, and no comment of the script's own", () => {
        const text = ["# a setting", "", "  # indented", "key=value <<word"];
        const lines = [...["verb_write() {", "    # why", "    cat <<'END' >&2"], ...text, ...["END", "", "}"]];
        for (const end of ["\n", "\r\n"]) {
            fs.writeFileSync(path.join(folder, "write.sh"), lines.join(end));
            const { stdin } = guestCall(["write"], {}, folder);
            assert.doesNotMatch(stdin, /# why|\r/);
            assert.equal(bash(stdin).stderr, `${text.join("\n")}\n`);
        }
    });

    it("sends every script of the drive as bash understands the file: only comments are left out", function () {
        this.timeout(90_000); // two starts of bash for each script, on a machine that is busy
        const scripts = [__dirname, path.join(__dirname, "../../automation/guest/verbs")].flatMap((from) =>
            fs
                .readdirSync(from)
                .filter((name) => name.endsWith(".sh"))
                .map((name) => path.join(from, name)),
        );
        assert.ok(scripts.length > 12, scripts.join(" "));
        const read = (text: string): string => bash(`f() {\n${text}\n}\ndeclare -f f`).stdout;
        for (const file of scripts) {
            const whole = read(fs.readFileSync(file, "utf8"));
            assert.ok(/verb_|job \(\)|read_pvs|record_disks/.test(whole), file);
            assert.equal(read(script(file)), whole, file);
        }
    });

    it("gives the scripts the names that TypeScript knows, and no script has one of its own", () => {
        const names = Object.entries(GUEST);
        fs.writeFileSync(
            path.join(folder, "names.sh"),
            `verb_names() { json_list ${names.map(([name]) => `"$${name}"`).join(" ")}; REPORT=$REPLY; }`,
        );
        assert.deepEqual(
            JSON.parse(call(["names"]).stdout),
            names.map(([, value]) => value),
        );
        const own = new RegExp(`^\\s*(local )?(${names.map(([name]) => name).join("|")})=`, "m");
        for (const from of [__dirname, path.join(__dirname, "../../automation/guest/verbs")])
            for (const name of fs.readdirSync(from).filter((file) => file.endsWith(".sh")))
                assert.doesNotMatch(fs.readFileSync(path.join(from, name), "utf8"), own, name);
        for (const [unit, point] of [
            [GUEST.MOUNT_UNIT, GUEST.MOUNT_POINT],
            [GUEST.STATE_UNIT, GUEST.STATE_POINT],
        ] as const)
            assert.equal(
                unit,
                `${point.slice(1).replaceAll("-", "\\x2d").replaceAll("/", "-")}.mount`,
                "systemd's own rule",
            );
    });

    it("refuses a NUL, which bash cannot hold", () => {
        assert.throws(() => guestCall(["echo"], { one: "a\0b" }, folder), /NUL/);
    });
});
