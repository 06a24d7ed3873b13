import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeaseOrder } from "../lease";
import { leaseCall } from "./index";

describe("the verb lease", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "drive-lease-"))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const order = (id: string, more: Partial<LeaseOrder> = {}): LeaseOrder => ({
        ...{ wish: "hold", seconds: 60, over: "" },
        lease: {
            id,
            holder: `o'brien "${id}"@here`,
            pid: 7,
            operation: "replace bb by bc",
            since: "2026-01-02T12:04:00Z",
        },
        ...more,
    });
    /** The script as it is, with its folder elsewhere. */
    const call = (wanted: LeaseOrder): boolean => {
        const program = leaseCall(wanted).stdin.replaceAll("/run/elastic-drive", join(folder, "drive"));
        const answer = execFileSync("bash", ["-c", 'eval "$(cat)"'], { input: program, encoding: "utf8" });
        return (JSON.parse(answer) as { held: boolean }).held;
    };
    const file = (): string => join(folder, "drive", "lease.json");
    const kept = (): { id: string; holder: string; expires: number } =>
        JSON.parse(readFileSync(file(), "utf8")) as ReturnType<typeof kept>;
    const uptime = (): number => Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);

    it("is taken when it is free, renewed by its holder, and nobody else's meanwhile", () => {
        assert.equal(call(order("a")), true);
        assert.equal(kept().holder, `o'brien "a"@here`);
        assert.ok(kept().expires > uptime() + 50 && kept().expires < uptime() + 70);
        assert.equal(call(order("b")), false);
        assert.equal(call(order("a", { seconds: 600 })), true);
        assert.ok(kept().expires > uptime() + 500);
        assert.equal(kept().id, "a");
    });
    it("ends by itself", () => {
        call(order("a", { seconds: 0 }));
        assert.equal(call(order("b")), true);
        assert.equal(kept().id, "b");
    });
    it("is taken over from that one alone that is named", () => {
        call(order("a"));
        assert.equal(call(order("b", { over: "c" })), false);
        assert.equal(call(order("b", { over: "a" })), true);
        assert.equal(call(order("a")), false, "who lost it does not get it back by renewing");
    });
    it("is given back by its holder alone", () => {
        call(order("a"));
        call(order("b", { wish: "release" }));
        assert.equal(call(order("b")), false);
        call(order("a", { wish: "release" }));
        assert.equal(call(order("b")), true);
    });
    it("that cannot be read is nobody's", () => {
        call(order("a"));
        writeFileSync(file(), "{\n");
        assert.equal(call(order("b")), true);
    });
    it("is one's, whoever asks at the same time", () => {
        const script = leaseCall(order("x")).stdin.replaceAll("/run/elastic-drive", join(folder, "drive"));
        writeFileSync(join(folder, "program"), script);
        const all = `for i in 1 2 3 4 5 6; do sed "s/IN_ID='x'/IN_ID='$i'/; s/\\"id\\":\\"x\\"/\\"id\\":\\"$i\\"/" ${folder}/program | bash & done; wait`;
        const answers = execFileSync("bash", ["-c", all], { encoding: "utf8" }).trim().split("\n");
        assert.equal(answers.filter((line) => line === '{"held":true}').length, 1, answers.join());
        assert.equal(answers.length, 6);
    });
});
