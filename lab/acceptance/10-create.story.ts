import * as assert from "node:assert/strict";
import { MOUNT_POINT } from "../../infra/model/names";
import { STORY_TIMEOUT_MS, theSite, webServers } from "./shared";
import { lvmNames } from "./volume-group";

const GIB = 1024 ** 3;
/** LVM's and XFS's own, and the state volume: what a drive may lose of its volumes' sum. */
const OVERHEAD_GIB = 0.35;

describe("create", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("makes a mounted drive of one volume from nothing", async () => {
        const site = await theSite();
        void webServers(); // they boot meanwhile
        await site.init("ba=1");
        await site.drive.up();
        const size = await site.drive.size();
        assert.ok(size > (1 - OVERHEAD_GIB) * GIB && size < GIB, `a 1 GiB drive is ${size} bytes`);
    });

    it("has disks that LVM calls by the names they were attached under, as on EC2", async () => {
        const { drive } = await theSite();
        const server = await drive.server();
        assert.deepEqual(await lvmNames(), ["/dev/xvdba"]);
        const kernels = await server.run("readlink -f /dev/xvdba /dev/xvda");
        assert.match(kernels, /^\/dev\/vd[a-z]\n\/dev\/vd[a-z]\s*$/, "links to the kernel's names");
    });

    it("has its files vanish with the mount and come back with it", async () => {
        const { drive } = await theSite();
        const server = await drive.server();
        await server.run(
            `sudo mkdir -p ${MOUNT_POINT}/first && sudo dd if=/dev/urandom of=${MOUNT_POINT}/first/file bs=1M count=8 conv=fsync`,
        );
        const before = await drive.digest(`${MOUNT_POINT}/first`);
        await server.run("sudo systemctl stop var-content.mount");
        assert.equal((await server.try(`ls ${MOUNT_POINT}/first`)).code, 2);
        assert.notEqual(
            (await server.try(`sudo touch ${MOUNT_POINT}/stray`)).code,
            0,
            "the empty mount point took a file",
        );
        await server.run("sudo systemctl start var-content.mount");
        assert.equal(await drive.digest(`${MOUNT_POINT}/first`), before);
    });

    it("lets the lab log in to the server by its name, whose host key it has read inside", async () => {
        const { drive } = await theSite();
        const printed = await drive.checkout.elasticDrive("lab", "ssh", "content-server", "whoami");
        assert.equal(printed, "admin\n");
    });

    it("does nothing when it is run again", async () => {
        const { drive } = await theSite();
        assert.match(await drive.up(), /\d+ unchanged/);
        assert.match(await drive.checkout.pulumi("preview", "--expect-no-changes", "-s", drive.stack), /unchanged/);
    });
});
