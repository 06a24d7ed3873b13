import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeKeyPair } from "../../automation/ssh/keys";
import { CLIENT_MOUNT_POINT, MOUNT_POINT } from "../../infra/model/names";
import { Shell } from "../rig/shell";
import { STORY_TIMEOUT_MS, theSite, webServers } from "./shared";

const run = promisify(execFile);
/** The one folder behind the upload door: the drive. */
const LANDING = "/drive/incoming";
const LARGE_MIB = 1127; // 1.1 GiB
const SMALL_MIB = 24;

describe("uploads", function () {
    this.timeout(STORY_TIMEOUT_MS);
    let options: string[] = [];
    let key = "";
    let host = "";
    let folder = "";

    before(async () => {
        const site = await theSite();
        const pair = makeKeyPair("designer");
        key = pair.privateKey;
        folder = site.folder;
        await writeFile(join(folder, "designer"), pair.privateKey, { mode: 0o600 });
        await site.drive.set("uploads.users.designer.publicKeys[0]", pair.publicKey.trim());
        await site.drive.up();
        const outputs = await site.drive.outputs();
        host = outputs.sshHost;
        await writeFile(join(folder, "known_hosts"), `${host} ${outputs.hostKey}\n`);
        options = [
            "-o",
            `UserKnownHostsFile=${join(folder, "known_hosts")}`,
            "-i",
            join(folder, "designer"),
            "-o",
            "BatchMode=yes",
        ];
        await (await site.drive.server()).run(`sudo install -d -o 33 -g 33 ${MOUNT_POINT}/incoming`);
    });

    it("takes 1.1 GiB by SFTP and a smaller file by SCP while a web server reads", async () => {
        const [web] = await webServers();
        const large = await randomFile(join(folder, "large"), LARGE_MIB);
        const small = await randomFile(join(folder, "small"), SMALL_MIB);
        const reading = await web.peer.write(`${CLIENT_MOUNT_POINT}/incoming/read-meanwhile`, "meanwhile", 100_000);
        const batch = join(folder, "batch");
        await writeFile(batch, `cd ${LANDING}\nput ${join(folder, "large")}\n`);
        const upload = run("sftp", [...options, "-b", batch, `designer@${host}`]);
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
        await run("scp", [...options, join(folder, "small"), `designer@${host}:${LANDING}/small`]);
        assert.equal(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/small`), small);
    });

    it("lets a web server replace what was uploaded, and the other way round", async () => {
        const [web] = await webServers();
        const replaced = await web.peer.replace(`${CLIENT_MOUNT_POINT}/incoming/small`, "by the web server", 9_000);
        assert.equal(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/small`), replaced);
        await run("scp", [...options, join(folder, "batch"), `designer@${host}:${LANDING}/small`]);
        assert.notEqual(await web.peer.read(`${CLIENT_MOUNT_POINT}/incoming/small`), replaced);
    });

    it("gives no shell, and nothing outside the drive", async () => {
        const shell = await Shell.open({ host, user: "designer", privateKey: key });
        const outcome = await shell.try("id");
        shell.close();
        assert.notEqual(outcome.code, 0);
        assert.doesNotMatch(outcome.stdout, /uid=/);
        const batch = join(folder, "outside");
        await writeFile(batch, "get /etc/passwd /dev/null\n");
        await assert.rejects(run("sftp", [...options, "-b", batch, `designer@${host}`]), /not found|No such file/);
    });
});

async function randomFile(path: string, mib: number): Promise<string> {
    await run("dd", ["if=/dev/urandom", `of=${path}`, "bs=1M", `count=${mib}`]);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
}

const pause = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms));
