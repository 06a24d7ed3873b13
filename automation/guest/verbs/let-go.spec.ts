import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { GUEST_SCRIPTS, guestProgram } from "../../../infra/guest/call";
import { VERBS } from "./index";

/** What is left in the job's folder of a disk that was let go, by a server that answers as LVM does. */
function leftAfter(more: boolean, pace: string): string {
    const input = { drive: "content", source: "vol0a", pvUuid: "PV-a", more };
    const script = [
        `MOVE_HOME=$(mktemp -d); touch "$MOVE_HOME/job"; echo '${pace}' >"$MOVE_HOME/pace"`,
        "lock() { :; }; group_whole() { :; }; unfinished_move() { REPLY=; }; still_serial() { :; }; due() { :; }",
        "read_disks() { COUNT_OF[vol0a]=1 DISK_OF[vol0a]=/dev/none; }",
        'read_pvs() { PV_GROUP[/dev/none]=$GROUP PV_UUID[/dev/none]=PV-a PV_TAGS[/dev/none]="$LEAVING"; }',
        "pvs() { echo 0; }; systemctl() { :; }; drop() { :; }; reload_units() { :; }; vgreduce() { :; }; pvremove() { :; }",
        'verb_let-go; [[ ! -d $MOVE_HOME ]] || { cd "$MOVE_HOME"; grep . *; rm -r "$MOVE_HOME"; }',
    ];
    const { stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
        input: guestProgram([join(GUEST_SCRIPTS, "move-unit.sh"), join(VERBS, "let-go.sh")], input, script.join("\n")),
        encoding: "utf8",
    });
    assert.equal(stderr, "");
    return stdout.trim();
}

describe("the verb let-go", () => {
    it("ends the job, and with it its pace", () => {
        assert.equal(leftAfter(false, "20"), "");
    });
    it("leaves the pace alone where another slot follows: a consolidation is paced to its end", () => {
        assert.equal(leftAfter(true, "20"), "20");
        assert.equal(leftAfter(true, "0"), "0", "paused");
        assert.equal(leftAfter(true, ""), "");
    });
});
