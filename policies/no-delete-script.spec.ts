import * as assert from "node:assert/strict";
import { attach, fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { DRIVE_COMPONENT, TYPE } from "./kit/types";
import { noDeleteScript } from "./no-delete-script";

const server = fake(TYPE.instance, "web", {});
const volume = fake(TYPE.volume, "data", {});
const joined = attach("a", volume, server);
const holders = [server, volume, joined];
const command = (name: string, script: unknown, dependsOn = [server]) =>
    fake(TYPE.remoteCommand, name, { create: "mkfs", delete: script }, { dependsOn });

describe("policy no-delete-script", () => {
    it("passes commands without one, and those on servers without data", () => {
        const elsewhere = fake(TYPE.instance, "other", {});
        const fine = [command("a", undefined), command("b", ""), command("c", "rm -rf /tmp", [elsewhere])];
        assert.deepEqual(judge(noDeleteScript, [...holders, elsewhere, ...fine]), []);
    });

    it("refuses one that reaches a server with data, at any distance", () => {
        const near = command("near", "umount /data");
        const far = command("far", "umount /data", [near]);
        const byVolume = command("by-volume", "umount /data", [volume]);
        assert.deepEqual(
            judge(noDeleteScript, [far, ...holders, near, byVolume]).map(({ message, urn }) => [message, urn]),
            [
                ["remote command 'far' has a delete script on a server with data volumes", far.urn],
                ["remote command 'near' has a delete script on a server with data volumes", near.urn],
                ["remote command 'by-volume' has a delete script on a server with data volumes", byVolume.urn],
            ],
        );
    });

    it("refuses one inside a drive", () => {
        const drive = fake(DRIVE_COMPONENT, "content");
        const inside = fake(TYPE.remoteCommand, "x", { delete: "true" }, { parent: drive });
        assert.deepEqual(
            judge(noDeleteScript, [drive, inside])[0]?.message,
            "remote command 'x' has a delete script on drive 'content'",
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(noDeleteScript, strangers([TYPE.remoteCommand])), []);
    });

    it("says when a preview does not know the script, and judges the others", () => {
        const found = judge(noDeleteScript, [...holders, command("a", NOT_KNOWN), command("b", "umount /data")]);
        assert.deepEqual(
            found.map(({ level }) => level),
            ["note", "violation"],
        );
    });
});
