import * as assert from "node:assert/strict";
import { CLIENT_MOUNT_POINT, GUEST, MOUNT_POINT } from "../../infra/model/names";
import { WEB_ADDRESSES } from "../rig/site";
import { STORY_TIMEOUT_MS, theSite, webServers } from "./shared";
import { asked } from "./volume-group";

const ROUNDS = 200;
const at = (name: string): string => `${CLIENT_MOUNT_POINT}/${name}`;

describe("share", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("is mounted by both web servers", async () => {
        const { drive } = await theSite();
        const { privateIp } = await drive.outputs();
        await (await drive.server()).run("sudo install -d -o 33 -g 33 /var/content/share");
        for (const web of await webServers()) {
            await web.mount(privateIp);
            assert.match(
                await web.shell.run(`findmnt -no OPTIONS ${CLIENT_MOUNT_POINT}`),
                /nosuid,nodev.*vers=4\.2.*lookupcache=pos/,
            );
        }
    });

    it("speaks no older version of NFS", async () => {
        const [first] = await webServers();
        const { privateIp } = await (await theSite()).drive.outputs();
        const older = `sudo timeout 60 mount -t nfs4 -o vers=4.1,soft,timeo=100 ${privateIp}:${MOUNT_POINT} /mnt`;
        const refused = await first.shell.try(older);
        assert.ok(![0, 124].includes(refused.code), `${refused.code} ${refused.stderr}`);
        assert.match(refused.stderr, /not supported/i);
    });

    it("gives nobody another's rights by a setuid file, on a web server or on its own", async () => {
        const { drive } = await theSite();
        const [first] = await webServers();
        const server = await drive.server();
        await server.run(`sudo install -m 4755 /usr/bin/id ${MOUNT_POINT}/share/who`);
        assert.equal(await first.shell.run(`${at("share/who")} -u`), await first.shell.run("id -u"));
        assert.equal(await server.run(`${MOUNT_POINT}/share/who -u`), await server.run("id -u"));
        await server.run(`sudo rm ${MOUNT_POINT}/share/who`);
    });

    it("gets that, mounted by an older version, by its next up and while it is used", async () => {
        const { drive } = await theSite();
        const [, second] = await webServers();
        const server = await drive.server();
        const points = [MOUNT_POINT, GUEST.STATE_POINT];
        const mounts = async (): Promise<string[]> =>
            Promise.all(points.map(async (point) => (await server.run(`findmnt -no ID,VFS-OPTIONS ${point}`)).trim()));
        const before = await mounts();
        for (const mount of before) assert.match(mount, /nosuid,nodev/);
        for (const point of points) await server.run(`sudo mount -o remount,bind,suid,dev ${point}`);
        for (const mount of await mounts()) assert.doesNotMatch(mount, /nosuid|nodev/);
        const held =
            "sudo systemd-run -q --unit=holder sh -c 'exec 9>/var/content/share/held; while :; do date >&9; sleep 0.1; done'";
        await server.run(held);
        const up = await asked((real) => real);
        assert.equal(up.code, 0, up.stderr);
        assert.deepEqual(await mounts(), before, "the same mounts, not new ones");
        await server.run("systemctl is-active holder && sudo systemctl stop holder");
        assert.equal(await second.peer.exists(at("share/held")), true);
    });

    it("has web servers that the lab can log in to, by their ids", async () => {
        const { drive } = await theSite();
        const [first] = await webServers();
        assert.equal(await drive.checkout.elasticDrive("lab", "ssh", first.instanceId, "sudo", "whoami"), "root\n");
    });

    it(`shows what one closes to the other, whole and new, ${ROUNDS} times`, async () => {
        const [first, second] = await webServers();
        for (let round = 0; round < ROUNDS; round++) {
            const [writer, reader] = round % 2 === 0 ? [first.peer, second.peer] : [second.peer, first.peer];
            const size = 1 + ((round * 7919) % 70_000);
            const over = round % 4 < 2; // by a rename, or written over in its place
            const put = over ? writer.replace.bind(writer) : writer.write.bind(writer);
            const digest = await put(at("share/ball"), `round ${round}`, size);
            assert.equal(await reader.read(at("share/ball")), digest, `round ${round}`);
        }
    });

    it("shows a file that was first found missing, and one renamed over another", async () => {
        const [first, second] = await webServers();
        assert.equal(await second.peer.exists(at("share/late")), false);
        const late = await first.peer.write(at("share/late"), "late", 50_000);
        assert.equal(await second.peer.exists(at("share/late")), true);
        assert.equal(await second.peer.read(at("share/late")), late);
        const over = await first.peer.replace(at("share/late"), "over", 10_000);
        assert.equal(await second.peer.read(at("share/late")), over);
    });

    it("refuses a machine outside the allowed clients, and takes it back", async () => {
        const { drive } = await theSite();
        const [, second] = await webServers();
        const { privateIp } = await drive.outputs();
        await second.shell.run(`sudo umount ${CLIENT_MOUNT_POINT}`);
        await drive.unset("share.clients[1]");
        await drive.up();
        const refused = await second.tryMount(privateIp);
        assert.notEqual(refused.code, 0);
        assert.match(refused.stderr, /denied|No such file|not permitted|timed out/i);
        await drive.set("share.clients[1]", WEB_ADDRESSES[1]); // as an older checkout has it, too
        const back = await drive.tryUp();
        assert.match(back.stdout + back.stderr, /AccessComesBack/);
        await drive.checkout.elasticDrive("up", "--readmit", "--stack", drive.stack, "--yes");
        await second.mount(privateIp);
        assert.equal(await second.peer.exists(at("share/late")), true);
    });
});
