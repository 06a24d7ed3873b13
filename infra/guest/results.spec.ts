import * as assert from "node:assert/strict";
import { DriveError } from "../model/errors";
import { parseAnswer, ShareResult, VolumeGroupResult, type GuestOutcome } from "./results";

const outcome = (change: Partial<GuestOutcome>): GuestOutcome => ({ code: 0, stdout: "", stderr: "", ...change });

function errorOf(change: Partial<GuestOutcome>): DriveError {
    try {
        parseAnswer(ShareResult, "share", outcome(change));
    } catch (error) {
        assert.ok(error instanceof DriveError, String(error));
        return error;
    }
    return assert.fail("the answer was taken");
}

describe("answers of the server", () => {
    it("reads what a real server answered to the volume group's call", () => {
        const stdout =
            '{"ready":{"bootSeconds":0,"cloudInitErrors":"","installed":[]},"join":{"joined":["ba","bb"],"members":["ba","bb"]},' +
            '"extend":{"held":false,"resized":[],"formatted":["state","content"],"extended":false},"mount":{"mountPoint":"/var/content",' +
            '"source":"/dev/elastic_drive/content","sizeBytes":"8380219392","freeBytes":"8185851904",' +
            '"started":["var-lib-elastic\\\\x2ddrive-state.mount","var-content.mount"]}}\n';
        const answer = parseAnswer(VolumeGroupResult, "volume group", outcome({ stdout }));
        assert.deepEqual(answer.join, { joined: ["ba", "bb"], members: ["ba", "bb"] });
        assert.equal(answer.mount.sizeBytes, 8_380_219_392n);
        assert.deepEqual(answer.mount.started, ["var-lib-elastic\\x2ddrive-state.mount", "var-content.mount"]);
    });

    it("turns a refusal into its code, with what was seen, expected and to be done", () => {
        const stdout =
            '{"code":"NotMounted","seen":"nothing is mounted at /var/content","expected":"the drive","hint":"elastic-drive up mounts it first"}\n';
        const error = errorOf({ code: 3, stdout });
        assert.equal(error.code, "NotMounted");
        assert.equal(
            error.message,
            "share was refused on the server: nothing is mounted at /var/content; expected the drive",
        );
        assert.deepEqual(error.details, { hint: "elastic-drive up mounts it first", retryable: false });
    });

    it("says that a busy server may be asked again", () => {
        const error = errorOf({ code: 3, stdout: '{"code":"ServerBusy","seen":"a","expected":"b","hint":"c"}' });
        assert.equal(error.details.retryable, true);
    });

    it("shows the last lines of a failure", () => {
        const error = errorOf({ code: 5, stderr: "1\n2\n3\n4\n5\n6\n" });
        assert.equal(error.code, "GuestFailed");
        assert.equal(error.message, "share on the server ended with 5: 2 | 3 | 4 | 5 | 6");
    });

    for (const stdout of ["", "Welcome to Debian\n", "{}", '{"clients":[],"serving":"many","restarted":false}']) {
        it(`takes '${stdout.trim()}' for no answer`, () => assert.equal(errorOf({ stdout }).code, "GuestUnreadable"));
    }
});
