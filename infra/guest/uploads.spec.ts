import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { GUEST_SCRIPTS, guestProgram } from "./call";

/** The unit that the door is, as it is written for these users. */
function doorOf(users: readonly string[], ownerUid: number): string {
    const script = [
        "put() { cat; }; mkdir() { :; }; no_rights() { :; }; mounted() { return 0; }; link() { :; }; reload_units() { :; }",
        "door",
    ];
    const { stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
        input: guestProgram([join(GUEST_SCRIPTS, "uploads.sh")], { users, ownerUid }, script.join("\n")),
        encoding: "utf8",
    });
    assert.equal(stderr, "");
    return stdout;
}

describe("the upload door", () => {
    const title = (users: readonly string[]): RegExp => {
        const [, pattern] =
            /pkill -KILL -f "(.*)"$/m.exec(doorOf(users, 1000)) ?? assert.fail("nothing ends the sessions");
        return new RegExp(pattern!);
    };
    it("ends its users' sessions and nobody else's, whoever has their uid", () => {
        const ends = title(["anna", "film-1"]);
        for (const theirs of ["anna [priv]", "anna@internal-sftp", "film-1@notty"])
            assert.ok(ends.test(`sshd-session: ${theirs}`), theirs);
        for (const other of ["admin@notty", "admin [priv]", "annabel@notty", "film-12 [priv]", "joanna@notty"])
            assert.ok(!ends.test(`sshd-session: ${other}`), other);
        assert.ok(!ends.test("vi sshd-session: anna@notty"));
    });
    it("knows no session by a number", () => assert.doesNotMatch(doorOf(["anna"], 1000), /1000/));
});
