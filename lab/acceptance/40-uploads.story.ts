import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeKeyPair } from "../../automation/guest/keys";
import { uploadsCall } from "../../infra/guest/calls";
import { CLIENT_MOUNT_POINT, MOUNT_POINT } from "../../infra/model/names";
import { Shell } from "../rig/shell";
import { LANDING, theDesigner, type Designer } from "./designer";
import { STORY_TIMEOUT_MS, theSite, webServers } from "./shared";

const run = promisify(execFile);
const LARGE_MIB = 1127; // 1.1 GiB
const SMALL_MIB = 24;

describe("uploads", function () {
    this.timeout(STORY_TIMEOUT_MS);
    let folder = "";
    let designer: Designer;

    before(async () => {
        designer = await theDesigner();
        folder = (await theSite()).folder;
    });

    it("takes 1.1 GiB by SFTP and a smaller file by SCP while a web server reads", async () => {
        const [web] = await webServers();
        const large = await randomFile(join(folder, "large"), LARGE_MIB);
        const small = await randomFile(join(folder, "small"), SMALL_MIB);
        const reading = await web.peer.write(`${CLIENT_MOUNT_POINT}/incoming/read-meanwhile`, "meanwhile", 100_000);
        const upload = designer.sftp(`cd ${LANDING}\nput ${join(folder, "large")}`);
        let reads = 0;
        const done = upload.then(() => true);
        while (!(await Promise.race([done, pause(2_000)]))) {
            assert.equal(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/read-meanwhile`), reading);
            reads++;
        }
        assert.ok(reads > 0, "the upload was over before a web server read once");
        assert.equal(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/large`), large);
        // Stories after this one read the whole drive.
        await (await (await theSite()).drive.server()).run(`sudo rm ${MOUNT_POINT}/incoming/large`);
        await designer.scp(join(folder, "small"), `${LANDING}/small`);
        assert.equal(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/small`), small);
    });

    it("lets a web server replace what was uploaded, and the other way round", async () => {
        const [web] = await webServers();
        const replaced = await web.peer.replace(`${CLIENT_MOUNT_POINT}/incoming/small`, "by the web server", 9_000);
        assert.equal(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/small`), replaced);
        const other = await randomFile(join(folder, "small"), 1);
        await designer.scp(join(folder, "small"), `${LANDING}/small`);
        assert.equal(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/small`), other);
    });

    it("has a door that gives nobody another's rights, also one that an older version opened", async () => {
        const { drive } = await theSite();
        const server = await drive.server();
        const flags = (): Promise<string> => server.run("findmnt -no ID,VFS-OPTIONS /srv/elastic-drive/drive");
        const before = await flags();
        assert.match(before, /nosuid,nodev/);
        await server.run("sudo mount -o remount,bind,suid,dev /srv/elastic-drive/drive");
        assert.doesNotMatch(await flags(), /nosuid|nodev/);
        const { command, stdin } = uploadsCall(await drive.config());
        await server.run(command, stdin);
        assert.equal(await flags(), before, "the same mount, with its flags");
    });

    it("gives no shell, and nothing outside the drive", async () => {
        const { host, port, privateKey } = designer;
        const shell = await Shell.open({ host, port, user: "designer", privateKey });
        const outcome = await shell.try("id");
        shell.close();
        assert.notEqual(outcome.code, 0);
        assert.doesNotMatch(outcome.stdout, /uid=/);
        await assert.rejects(designer.sftp("get /etc/passwd /dev/null"), /not found|No such file/);
    });

    it("shuts nobody out for another's wrong keys, behind the same address", async () => {
        const key = await stranger(join(folder, "stranger"));
        const flags = ["-i", key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no"];
        const known = ["-o", "UserKnownHostsFile=/dev/null", `designer@${designer.host}`];
        const knocks = Array.from({ length: 6 }, () =>
            assert.rejects(run("ssh", [...flags, ...known]), /Permission denied/),
        );
        await Promise.all(knocks);
        await designer.sftp(`ls ${LANDING}`);
        await (await (await theSite()).drive.server()).run("true");
    });
});

async function stranger(path: string): Promise<string> {
    await writeFile(path, makeKeyPair("stranger").privateKey, { mode: 0o600 });
    return path;
}

async function randomFile(path: string, mib: number): Promise<string> {
    await run("dd", ["if=/dev/urandom", `of=${path}`, "bs=1M", `count=${mib}`]);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
}

const pause = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms));
