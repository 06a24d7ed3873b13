import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GUEST_SCRIPTS, guestProgram } from "../../../infra/guest/call";
import { GUEST } from "../../../infra/model/names";
import { VERBS } from "./index";

const { MOVE_UNIT, MOUNT_UNIT, MOUNT_POINT } = GUEST;
/** A job says when it is asked whether it may, and may unless it is the one that has no room. */
const job = (name: string): string =>
    `#!/bin/bash\n[[ $1 != check ]] || echo "check ${name}" >>"$CALLS"\n[[ ${name} != big ]]\n`;
/** Before each command that changes something; what only looks leaves the server as the command before it did. */
const DIES =
    "case $BASH_COMMAND in bash* | systemctl* | printf* | mkdir* | chmod* | sync* | mv* | rm* | ln* | due* | settled*) ((++STEP != AT)) || kill -9 $$ ;; esac";
/** As a version before this one wrote it. */
const OLD_UNIT = "[Unit]\nDescription=elastic-drive: data moves off a volume\n\n[Service]\nExecStart=/bin/bash job\n";

describe("the unit of a move", function () {
    this.timeout(300_000);
    let root: string;
    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "move-"));
        empty("run", "lib", "units");
        writeFileSync(join(root, "mounts"), `30 29 253:1 / ${MOUNT_POINT} rw shared:2 - xfs /dev/x rw\n`);
    });
    afterEach(() => [root, `${root}.before`].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

    const at = (...path: readonly string[]): string => join(root, ...path);
    const unit = () => at("units", MOVE_UNIT);
    const wanted = () => at("units", `${MOUNT_UNIT}.wants`, MOVE_UNIT);
    const home = (name: string) => at("lib/move", name);
    const text = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

    /** Runs commands behind the verbs' scripts on this server. `kill`: before which of the commands that change something it is killed. What it called. */
    function run(last: string, asked = "", kill = 0): { calls: string[]; code: number | null } {
        rmSync(at("calls"), { force: true });
        const fakes = [
            `export CALLS='${at("calls")}'; MOUNTS='${at("mounts")}'; lock() { :; }; sync() { :; }`,
            // Active is what was started since the boot and not stopped; a start without a job is none, by its condition.
            `systemctl() { [[ $* == *is-active* ]] || echo "$*" >>"$CALLS"
                case $* in restart*) cp '${home("job")}' '${at("run/active")}' ;; stop*) rm -f '${at("run/active")}' ;;
                *is-active*) [[ -e '${at("run/active")}' ]] ;; esac; }`,
            ...(kill === 0 ? [] : [`STEP=0; set -T; trap '${DIES.replace("AT", String(kill))}' DEBUG`]),
            last,
        ];
        const scripts = [join(GUEST_SCRIPTS, "move-unit.sh"), join(VERBS, "move.sh")];
        const input = guestProgram(scripts, { job: asked }, fakes.join("\n"))
            .replaceAll("/etc/systemd/system", at("units"))
            .replaceAll("/run/elastic-drive", at("run/elastic-drive"))
            .replaceAll("/var/lib/elastic-drive", at("lib"));
        const { status, signal } = spawnSync("bash", ["-c", 'eval "$(cat)"'], { input, encoding: "utf8" });
        return { calls: text(at("calls")).split("\n").filter(Boolean), code: signal === "SIGKILL" ? null : status };
    }
    const move = (name: string, kill?: number) => run("verb_move", job(name), kill);
    const end = (kill?: number) => run("end_job", "", kill);

    /** What a boot would run: the mount wants the unit, and the unit wants a job. */
    function atBoot(): string {
        if (!existsSync(wanted()) || text(unit()) === "") return "";
        if (!text(unit()).includes("ConditionPathExists=")) return text(home("job")) || "fails: there is no job";
        return text(home("job"));
    }
    function reboot(): void {
        empty("run");
        if (existsSync(home("job")) && atBoot() === text(home("job"))) writeFileSync(at("run/active"), atBoot());
    }
    function asBefore(): void {
        rmSync(root, { recursive: true });
        cpSync(`${root}.before`, root, { recursive: true, verbatimSymlinks: true });
    }
    function empty(...folders: readonly string[]): void {
        for (const folder of folders) {
            rmSync(at(folder), { recursive: true, force: true });
            mkdirSync(at(folder));
        }
    }
    /** A server of the version before, with what is left on it. */
    function older(left: { unit?: boolean; link?: boolean; job?: string }): void {
        mkdirSync(at("lib/move"));
        if (left.job !== undefined) writeFileSync(home("job"), job(left.job));
        if (left.unit) writeFileSync(unit(), OLD_UNIT);
        mkdirSync(at("units", `${MOUNT_UNIT}.wants`), { recursive: true });
        if (left.link) symlinkSync(unit(), wanted());
    }

    it("is loaded once: no further move, and no end of one, loads units anew", () => {
        const started = [`-q reset-failed ${MOVE_UNIT}`, `restart ${MOVE_UNIT}`];
        assert.deepEqual(move("a").calls, ["check a", "daemon-reload", ...started]);
        assert.deepEqual(end().calls, [`stop ${MOVE_UNIT}`]);
        assert.deepEqual(move("b").calls, ["check b", ...started]);
        assert.deepEqual(move("b").calls, [], "it runs as asked");
        assert.deepEqual(move("c").calls, ["check c", ...started], "another job replaces the one that runs");
    });

    it("has no job that may not run: what is refused is not there at the next boot, and what ran before is", () => {
        assert.equal(move("big").code, 1);
        assert.equal(atBoot(), "");
        move("a");
        assert.equal(move("big").code, 1);
        assert.deepEqual([text(at("run/active")), atBoot()], [job("a"), job("a")]);
    });

    for (const [server, before] of [
        ["of this version", () => (move("x"), end())],
        ["on which another job runs", () => move("x")],
        ["that never had a move", () => older({})],
        ["of an older version, with its unit and no job", () => older({ unit: true, link: true })],
        ["of an older version, with a job that was refused", () => older({ job: "big" })],
    ] as const)
        it(`begins, killed anywhere, on a server ${server}: a boot runs the job or what it ran before, and the next call starts it`, () => {
            before();
            cpSync(root, `${root}.before`, { recursive: true, verbatimSymlinks: true });
            for (let kill = 1, killed = true; killed; kill++) {
                asBefore();
                const there = atBoot();
                killed = move("a", kill).code === null;
                const runs = atBoot();
                assert.ok(["", there, job("a")].includes(runs), `killed before change ${kill}, a boot runs ${runs}`);
                if (kill % 2 === 0) reboot();
                assert.equal(move("a").code, 0);
                const after = [text(at("run/active")), atBoot()];
                assert.deepEqual(after, [job("a"), job("a")], `killed before change ${kill}`);
                assert.ok(killed || kill > 4, "it was killed nowhere");
            }
        });

    for (const [server, before] of [
        ["of this version", () => move("a")],
        ["of an older version", () => older({ unit: true, link: true, job: "a" })],
    ] as const)
        it(`ends, killed anywhere, on a server ${server}: after the next call neither a boot nor a mount runs anything`, () => {
            before();
            cpSync(root, `${root}.before`, { recursive: true, verbatimSymlinks: true });
            for (let kill = 1, killed = true; killed; kill++) {
                asBefore();
                killed = end(kill).code === null;
                if (kill % 2 === 0) reboot();
                assert.equal(end().code, 0);
                assert.deepEqual([text(at("run/active")), atBoot()], ["", ""], `killed before change ${kill}`);
                assert.equal(existsSync(at("lib/move")), false);
                assert.ok(killed || kill > 2, "it was killed nowhere");
            }
        });

    it("is put by mount on an older server: its job goes on, one that was never let loose or had ended does not begin", () => {
        const put = () => run("move_unit; reload_units").calls;
        older({ unit: true, link: true, job: "a" });
        assert.deepEqual(put(), ["daemon-reload"]);
        assert.equal(atBoot(), job("a"));
        for (const left of [{ job: "big" }, { unit: true, job: "a" }]) {
            empty("lib", "units");
            older(left);
            assert.deepEqual(put(), ["daemon-reload"]);
            assert.equal(atBoot(), "");
        }
        assert.deepEqual(put(), []);
    });
});
