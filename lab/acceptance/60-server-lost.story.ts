import * as assert from "node:assert/strict";
import { MOUNT_POINT } from "../../infra/model/names";
import { underAWriter } from "./records";
import { assertSameDrive, STORY_TIMEOUT_MS, theSite } from "./shared";

describe("server lost", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("is replaced by up --refresh: same volumes, data, address and host key; web servers go on without a remount", async () => {
        const site = await theSite();
        const { drive } = site;
        const before = await drive.outputs();
        await (
            await drive.server()
        ).run(
            `sudo mkdir -p ${MOUNT_POINT}/kept && sudo dd if=/dev/urandom of=${MOUNT_POINT}/kept/file bs=1M count=16 conv=fsync`,
        );
        const digest = await drive.digest(`${MOUNT_POINT}/kept`);
        await underAWriter("server-lost", async () => {
            await site.loseServer();
            await drive.up("--refresh");
        });
        const after = await drive.outputs();
        assert.notEqual(after.serverId, before.serverId);
        assertSameDrive(after, before);
        assert.equal(await drive.digest(`${MOUNT_POINT}/kept`), digest);
    });

    const requests: [
        string,
        () => Promise<void>,
        () => Promise<{ code: number; stdout: string; stderr: string }>,
        () => Promise<void>,
    ][] = [
        [
            "removing a slot that holds data",
            async () => (await theSite()).drive.unset("slots.bb"),
            async () => (await theSite()).drive.tryUp(),
            async () => {
                const { drive } = await theSite();
                for (const [key, value] of Object.entries({ sizeGiB: 10, type: "gp3", iops: 4000, throughput: 250 })) {
                    await drive.set(`slots.bb.${key}`, value);
                }
            },
        ],
        [
            "destroy",
            async () => undefined,
            async () =>
                (await theSite()).drive.checkout.tryPulumi("destroy", "--yes", "-s", (await theSite()).drive.stack),
            async () => undefined,
        ],
    ];
    for (const [name, ask, attempt, takeBack] of requests) {
        it(`refuses ${name} before anything is touched`, async () => {
            const { drive } = await theSite();
            const disks = "lsblk -dno SERIAL | sort";
            const before = await (await drive.server()).run(disks);
            await ask();
            const refused = await attempt();
            await takeBack();
            assert.notEqual(refused.code, 0);
            assert.match(refused.stdout + refused.stderr, /protect/);
            const server = await drive.server();
            assert.equal(await server.run(`findmnt -no SOURCE ${MOUNT_POINT}`), "/dev/mapper/elastic_drive-content");
            assert.equal(await server.run(disks), before);
            assert.match(await drive.up(), /unchanged/);
        });
    }
});
