import * as assert from "node:assert/strict";
import { MOUNT_POINT } from "../../infra/model/names";
import { STACK } from "../rig/site";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

const GROUP = "sudo pvs --noheadings -o pv_name,pv_used,pv_tags && sudo lvs -a --noheadings -o lv_name,lv_size,devices";

const replace = (slot: string, size: string): string[] => ["replace", slot, "--with", size, "--stack", STACK, "--yes"];

describe("a full drive", function () {
    this.timeout(STORY_TIMEOUT_MS);

    before(async () => {
        const site = await theSite();
        await site.init("ba=1");
        await site.drive.up();
    });

    it("moves to a larger volume, which is written on at once; one that is too small is refused", async () => {
        const { drive } = await theSite();
        const server = await drive.server();
        const filler = `${MOUNT_POINT}/filler`;
        const fill = `sudo dd if=/dev/zero of=${filler} bs=1M status=none 2>/dev/null; sudo dd if=/dev/zero of=${filler} bs=4K oflag=append conv=notrunc status=none`;
        assert.notEqual((await server.try(fill)).code, 0, "the drive took more than it can hold");
        const digest = await drive.digest();
        await drive.checkout.elasticDrive(...replace("ba", "2GiB"));
        assert.equal(await drive.digest(), digest);
        assert.deepEqual(Object.keys((await drive.outputs()).volumes), ["bb"]);
        await server.run(`sudo dd if=/dev/zero of=${MOUNT_POINT}/more bs=1M count=256 conv=fsync status=none`);
        await server.run(`sudo rm ${MOUNT_POINT}/more ${filler}`);

        const group = await server.run(GROUP);
        const refused = await drive.checkout.tryElasticDrive(...replace("bb", "1GiB"));
        assert.notEqual(refused.code, 0);
        assert.match(refused.stdout + refused.stderr, /NoRoomToMove/);
        assert.equal(await server.run(GROUP), group, "a refused move changed the group");
        assert.match(await drive.up(), /\d+ unchanged/);
    });
});
