import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { guestProgram } from "../../../infra/guest/call";
import { VERBS } from "./index";

/** Puts a group aside whose autoactivation is so; LVM refuses to set what is set already, with exit code 5. */
function putAside(byEvent: "enabled" | "", tags = "elastic-drive:drive=content"): string {
    const script = [
        `group_whole() { :; }; EPOCHSECONDS=17; GROUP_TAGS='${tags}' GROUP_BY_EVENT='${byEvent}'`,
        `vgchange() { echo "$*"; [[ '${byEvent}' == enabled || $* != *--setautoactivation* ]] || return 5; }`,
        "put_aside 2>&1; echo done",
    ];
    const { stdout } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
        input: guestProgram([join(VERBS, "quiesce.sh")], { aside: "vol0b" }, script.join("\n")),
        encoding: "utf8",
    });
    return stdout.trim().replace(/\/\d+ /, "/TIME ");
}

describe("the verb quiesce", () => {
    it("puts a group aside, which no event activates from then on, whoever made it", () => {
        const tag = "-q --addtag elastic-drive:aside=vol0b/TIME";
        assert.equal(putAside("enabled"), `${tag} --setautoactivation n elastic_drive\ndone`);
        assert.equal(putAside(""), `${tag} elastic_drive\ndone`);
    });
    it("leaves it as it is where it is aside for that disk", () => {
        assert.equal(putAside("", "elastic-drive:drive=content,elastic-drive:aside=vol0b/9"), "done");
    });
});
