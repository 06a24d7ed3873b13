import * as assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import type { PolicyResource } from "@pulumi/policy";
import { driveProtected } from "./drive-protected";
import { attach, fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { DRIVE_COMPONENT, STACK, TYPE } from "./kit/types";

/** Our drive as the engine sees it: one component, nested ones, tags. */
function drive(protect: boolean, state = "member"): PolicyResource[] {
    const root = fake(DRIVE_COMPONENT, "content");
    const nested = fake("elastic-drive:index:Server", "content-server", {}, { parent: root });
    const part = (type: string, name: string) => fake(type, name, { tags: NOT_KNOWN }, { parent: nested, protect });
    const server = part(TYPE.instance, "content-server");
    const volume = slot("ba", { protect, exists: true });
    return [
        fake(STACK, "stack", { desired: { name: "content", slots: { ba: { state } } } }),
        root,
        nested,
        server,
        part(TYPE.networkInterface, "content-interface"),
        part(TYPE.eip, "content-public"),
        volume,
        attach("content-ba", volume, server, { protect }),
    ];
}

describe("policy drive-protected", () => {
    it("passes a drive that is protected, and other machines that are not", () => {
        const stranger = fake(TYPE.instance, "web", {});
        const bucket = fake(TYPE.eip, "web", {});
        assert.deepEqual(judge(driveProtected, [...drive(true), stranger, bucket]), []);
    });

    it("refuses each part that is not", () => {
        const parts = drive(false);
        assert.deepEqual(
            judge(driveProtected, parts).map(({ message, urn }) => [message, urn]),
            [
                ["volume 'content-ba' of drive 'content' is not protected", parts[6]?.urn],
                ["attachment 'content-ba' of drive 'content' is not protected", parts[7]?.urn],
                ["server 'content-server' of drive 'content' is not protected", parts[3]?.urn],
                ["network interface 'content-interface' of drive 'content' is not protected", parts[4]?.urn],
                ["public address 'content-public' of drive 'content' is not protected", parts[5]?.urn],
            ],
        );
    });

    it("judges a drive's server without any volume too", () => {
        const alone = fake(TYPE.instance, "web", { tags: { "elastic-drive:drive": "content" } });
        assert.deepEqual(
            judge(driveProtected, [alone]).map(({ message }) => message),
            ["server 'web' of drive 'content' is not protected"],
        );
    });

    it("lets a released slot go, by our stack's output or by its tag", () => {
        const names = (found: ReturnType<typeof judge>) => found.map(({ message }) => message.split(" ")[0]);
        assert.deepEqual(names(judge(driveProtected, drive(false, "released"))), ["server", "network", "public"]);
        const server = fake(TYPE.instance, "web", {});
        const gone = slot("ba", { state: "released", protect: false });
        assert.deepEqual(judge(driveProtected, [server, gone, attach("content-ba", gone, server)]), []);
    });

    it("keeps a volume protected that is being copied: it is the only whole one", () => {
        const bare = slot("ba", { state: "copying", protect: false });
        assert.deepEqual(judge(driveProtected, [bare]), [
            { message: "volume 'content-ba' of drive 'content' is not protected", urn: bare.urn, level: "violation" },
        ]);
    });

    it("lets the drive go that is to be destroyed on purpose, and only that", () => {
        try {
            runtime.setAllConfig({ "elastic-drive:destroyData": "content" });
            assert.deepEqual(judge(driveProtected, drive(false)), []);
            runtime.setAllConfig({ "elastic-drive:destroyData": "contents" });
            assert.equal(judge(driveProtected, drive(false)).length, 5);
        } finally {
            runtime.setAllConfig({});
        }
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(driveProtected, strangers([])), []);
    });

    it("judges an attachment whose volume a preview does not know", () => {
        const [one, two] = [slot("ba"), slot("bb")];
        const server = fake(TYPE.instance, "web", { tags: { "elastic-drive:drive": "content" } }, { protect: true });
        const either = fake(
            TYPE.attachment,
            "x",
            { volumeId: NOT_KNOWN },
            { from: { volumeId: [one, two], instanceId: server } },
        );
        assert.deepEqual(
            judge(driveProtected, [one, two, server, either]).map(({ message }) => message),
            ["attachment 'x' of drive 'content' is not protected"],
        );
    });
});
