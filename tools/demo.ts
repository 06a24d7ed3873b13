import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { RebootInstancesCommand } from "@aws-sdk/client-ec2";
import { makeKeyPair } from "../automation/guest/keys";
import { CLIENT_MOUNT_POINT, MOUNT_POINT } from "../infra/model/names";
import { sshLine } from "../lab/index";
import { knownAs } from "../lab/rig/shell";
import { Site, WEB_ADDRESSES } from "../lab/rig/site";
import type { WebServer } from "../lab/rig/web-server";
import { setUp } from "./setup";
import { endWith } from "./setup/failure";
import { Steps } from "./steps";

const run = promisify(execFile);
const UPLOAD_MIB = 32;
const file = (name: string): string => `${CLIENT_MOUNT_POINT}/work/${name}`;
const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** The main job on the lab, each step with its time. Every claim is checked; the first that fails ends the demo. */
async function demo(): Promise<void> {
    const steps = new Steps();
    await steps.of("set-up", async () => setUp());
    const site = await steps.of("the lab starts: an EC2 on this machine", () => Site.open());
    const end = (): void => void site.close(true).finally(() => process.exit(130));
    if (site.ssh.why !== undefined) steps.say(sshLine(site.ssh));
    process.once("SIGINT", end).once("SIGTERM", end);
    let done = false;
    try {
        await perform(site, steps);
        done = true;
    } finally {
        await steps.of(done ? "the lab stops" : `the lab stops; consoles and logs stay in ${site.folder}`, () =>
            site.close(!done),
        );
    }
    steps.summary();
}

async function perform(site: Site, steps: Steps): Promise<void> {
    const { drive, ec2 } = site;
    const booting = Promise.all(WEB_ADDRESSES.map((address) => site.bootWebServer(address)));
    booting.catch(() => undefined); // awaited below
    const user = makeKeyPair("designer");
    await writeFile(join(site.folder, "designer"), user.privateKey, { mode: 0o600 });
    await writeFile(join(site.folder, "designer.pub"), user.publicKey);
    await steps.of("elastic-drive init: a stack with keys, image and two slots of 2 GiB", () =>
        site.init("ba=2,bb=2", "--upload-user", `designer=${join(site.folder, "designer.pub")}`),
    );
    await steps.of("pulumi up: server, two volumes, LVM, XFS, export, uploads", () => drive.up());
    steps.say(`one drive of ${gib(await drive.size())}`);
    const [first, second] = (await steps.of("two web servers are up (booted meanwhile)", () => booting)) as [
        WebServer,
        WebServer,
    ];
    await steps.of("both mount the drive; what one closes the other reads whole", () => share(site, first, second));
    await steps.of(`an SFTP upload of ${UPLOAD_MIB} MiB, read by a web server at once`, () => upload(site, second));
    await first.peer.startWriter(file("records"));
    await steps.of("a slot is added while a web server writes", async () => {
        await drive.set("slots.bc.sizeGiB", 3);
        await drive.up();
    });
    await steps.of("a volume grows in place while a web server writes", async () => {
        await drive.set("slots.bc.sizeGiB", 6);
        await drive.up();
    });
    steps.say(`one drive of ${gib(await drive.size())}`);
    await steps.of("the server reboots: mount, export and uploads come back by themselves", async () => {
        const bootId = await drive.bootId();
        await ec2.send(new RebootInstancesCommand({ InstanceIds: [(await drive.outputs()).serverId] }));
        await drive.rebooted(bootId);
        await records(first, 5);
    });
    await steps.of("the server is lost; pulumi up --refresh makes a new one over the same volumes", async () => {
        const before = await drive.outputs();
        await site.loseServer();
        await drive.up("--refresh");
        const after = await drive.outputs();
        if (after.serverId === before.serverId) throw new Error(`the server is still ${before.serverId}`);
        equal("address", after.privateIp, before.privateIp);
        equal("host key", after.hostKey, before.hostKey);
        await records(first, 5);
    });
    await steps.of("every record written all along is read back by the other web server", async () => {
        const { written, errors } = await first.peer.stopWriter();
        equal("write errors", errors.length, 0);
        equal("damaged records", (await second.peer.check(written)).length, 0);
        steps.say(`${Object.keys(written).length} records, no error, none damaged`);
    });
    steps.say((await drive.checkout.elasticDrive("status", "--stack", drive.stack)).trimEnd());
}

async function share(site: Site, first: WebServer, second: WebServer): Promise<void> {
    const { privateIp } = await site.drive.outputs();
    await (await site.drive.server()).run(`sudo install -d -o 33 -g 33 ${MOUNT_POINT}/work`);
    await Promise.all([first.mount(privateIp), second.mount(privateIp)]);
    for (let round = 0; round < 20; round++) {
        const digest = await first.peer.replace(file("ball"), `round ${round}`, 40_000);
        equal("what the other reads", await second.peer.read(file("ball")), digest);
    }
}

async function upload(site: Site, reader: WebServer): Promise<void> {
    const { sshHost, hostKey } = await site.drive.outputs();
    const at = (name: string): string => join(site.folder, name);
    await writeFile(at("known_hosts"), `${knownAs(sshHost, site.drive.sshPort)} ${hostKey}\n`);
    await run("dd", ["if=/dev/urandom", `of=${at("upload")}`, "bs=1M", `count=${UPLOAD_MIB}`]);
    await writeFile(at("batch"), `cd /drive/work\nput ${at("upload")}\n`);
    const port = ["-o", `Port=${site.drive.sshPort}`];
    const options = [
        ...port,
        "-o",
        `UserKnownHostsFile=${at("known_hosts")}`,
        "-o",
        "BatchMode=yes",
        "-i",
        at("designer"),
    ];
    await run("sftp", [...options, "-b", at("batch"), `designer@${sshHost}`]);
    const { stdout } = await run("sha256sum", [at("upload")]);
    equal("the upload's checksum", await reader.peer.read(file("upload")), stdout.split(" ")[0]);
}

/** Waits until the writer has put `more` further records on the drive. */
async function records(web: WebServer, more: number): Promise<void> {
    const { records: start } = await web.peer.writtenSoFar();
    while ((await web.peer.writtenSoFar()).records < start + more)
        await new Promise((resolve) => setTimeout(resolve, 500));
}

function equal(what: string, seen: unknown, expected: unknown): void {
    if (seen !== expected) throw new Error(`${what}: expected ${String(expected)}, saw ${String(seen)}`);
}

// After a failure a web server may still be waited for, whose machine is gone: nobody waits for that.
demo()
    .catch(endWith)
    .finally(() => process.exit());
