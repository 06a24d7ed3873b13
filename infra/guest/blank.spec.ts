import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { guestProgram } from "./call";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

describe("whether a disk is blank", function () {
    this.timeout(20_000);
    let folder = "";
    let disk = "";
    beforeEach(() => {
        const cache = join(__dirname, "../../node_modules/.cache"); // direct I/O: not every /tmp takes it
        mkdirSync(cache, { recursive: true });
        folder = mkdtempSync(join(cache, "blank-"));
        disk = join(folder, "disk");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** The verb's own look at a disk of a GiB with these bytes on it; `blank`, or where something is. */
    function look(...written: readonly (readonly [at: number, bytes: string])[]): string {
        const file = openSync(disk, "w");
        ftruncateSync(file, GIB);
        for (const [at, bytes] of written) writeSync(file, bytes, at, "latin1");
        closeSync(file);
        const ask = `if only_zeros '${disk}' ${GIB}; then echo blank; else echo "$REPLY"; fi`;
        const { stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
            input: guestProgram([join(__dirname, "join.sh")], {}, ask).replaceAll(
                "/run/elastic-drive",
                join(folder, "run"),
            ),
            encoding: "utf8",
        });
        assert.equal(stderr, "");
        return stdout.trim();
    }

    it("is told by its zeros, not by the want of a signature: one byte in the first MiB, the last or between is enough", () => {
        assert.equal(look(), "blank");
        for (const at of [0, 2 * 512 + 7, MIB - 1]) assert.match(look([at, "x"]), /zeros at 0 MiB/, String(at));
        assert.match(look([GIB - 1, "x"]), /zeros at 1023 MiB/);
        assert.match(look([Math.floor((8 * 1023) / 17) * MIB + 5, "x"]), /zeros at 481 MiB/);
    });

    it("is what pvcreate left when the power went before its label, and that alone", () => {
        const head: [number, string] = [4096, "\x12\x34\x56\x78 LVM2 x[5A%r0N*>\x01"];
        assert.equal(look(head), "blank");
        assert.match(look(head, [5000, "x"]), /zeros at 0 MiB/, "LVM's metadata itself");
        assert.match(look(head, [512, "LABELONE"]), /zeros at 0 MiB/);
        assert.match(look(head, [GIB - 1, "x"]), /zeros at 1023 MiB/);
        assert.match(look([4096, "\x12\x34\x56\x78 LVM3 x[5A%r0N*>\x01"]), /zeros at 0 MiB/);
    });

    it("is not where it cannot be read", () => {
        const gone = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
            input: guestProgram([join(__dirname, "join.sh")], {}, `only_zeros '${disk}.none' ${GIB} || echo "$REPLY"`),
            encoding: "utf8",
        });
        assert.match(gone.stdout, /or it cannot be read there/);
    });
});
