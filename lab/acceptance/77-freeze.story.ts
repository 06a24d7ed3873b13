import * as assert from "node:assert/strict";
import type { Held, Thawed } from "../../automation/guest/port";
import { guestDialler, type SshGuest } from "../../automation/guest/ssh-guest";
import { CLIENT_MOUNT_POINT, CONFIG, MOUNT_POINT } from "../../infra/model/names";
import { underAWriter } from "./records";
import { STORY_TIMEOUT_MS, theSite, webServers } from "./shared";

const FOLDER = `${MOUNT_POINT}/freeze`;
const UNITS = "elastic-drive-freeze.service elastic-drive-thaw.service";
/** Promised is the limit and a second; what an emulated server takes to write a block comes on top. */
const SLACK_MS = 1_500;
/** Writes and syncs again and again. */
const PROBE = `
import os, time
fd, longest = os.open("${FOLDER}/probe", os.O_CREAT | os.O_WRONLY), 0
while not os.path.exists("/run/probed"):
    began = time.monotonic()
    os.pwrite(fd, b"x" * 512, 0)
    os.fsync(fd)
    longest = max(longest, time.monotonic() - began)
    time.sleep(0.05)
print(round(longest * 1000))
`;
describe("freeze", function () {
    this.timeout(STORY_TIMEOUT_MS);
    let guest: SshGuest;
    let limitSeconds: number;
    let number = 0;
    before(async () => {
        const { drive } = await theSite();
        limitSeconds = Math.min(10, (await drive.config()).share.leaseSeconds / 3);
        await onServer(`sudo mkdir -p ${FOLDER} && echo here | sudo tee ${FOLDER}/file`);
        guest = await dial();
    });
    after(() => guest.close());

    async function freeze(): Promise<Held> {
        if (!guest.isOpen) guest = await dial();
        return guest.freeze({ id: `set-${++number}`, freeze: true, limitSeconds });
    }
    async function frozen(): Promise<Held> {
        const held = await freeze();
        if (!held.frozen) await held.thaw(); // the stories after this one want the lock
        assert.deepEqual([held.frozen, held.why], [true, undefined]);
        return held;
    }
    /** On a host that is busy an emulated server may take longer than its limit to do anything: then the limit is first, and nothing is claimed. */
    async function inTime(work: (held: Held) => Promise<unknown>): Promise<{ held: Held; thawed: Thawed }> {
        for (let left = 4; ; left--) {
            const held = await frozen();
            await work(held);
            const thawed = await held.thaw();
            await overNow();
            if (thawed.thawed || left === 0) return { held, thawed };
        }
    }

    it("stops writers and no reader until it is thawed, and says what the drive lies on", async () => {
        const { drive } = await theSite();
        const [, second] = await webServers();
        const { volumes } = await drive.outputs();
        await underAWriter("frozen", async () => {
            let written = false;
            let wrote: Promise<unknown> | undefined;
            const { held, thawed } = await inTime(async () => {
                written = false;
                wrote = onServer(`sudo touch ${FOLDER}/written`).then(() => (written = true));
                await second.peer.read(`${CLIENT_MOUNT_POINT}/freeze/file`);
                assert.equal(await onServer(`cat ${FOLDER}/file`), "here");
            });
            assert.deepEqual({ ...thawed, windowMs: 0 }, { thawed: true, held: true, windowMs: 0 });
            assert.ok(thawed.windowMs < limitSeconds * 1000, `${thawed.windowMs} ms`);
            await wrote;
            assert.ok(written);
            assert.equal(held.drive, "content");
            assert.deepEqual(held.members.map(({ volumeId }) => volumeId).sort(), Object.values(volumes).sort());
            assert.ok(held.clients.length >= 2, held.clients.join());
            process.stderr.write(`freeze: ${held.freezeMs} ms, window ${thawed.windowMs} ms\n`);
        });
        const mark = `import os; print(os.getxattr("${MOUNT_POINT}", "trusted.elastic-drive.set").decode())`;
        assert.equal(await onServer(`sudo python3 -c '${mark}'`), `set-${number}`);
    });

    const kill = (units: string) => (): Promise<string> =>
        onServer(`sudo systemctl kill -s KILL --kill-whom=main ${units}`);
    for (const [what, end] of [
        ["its guard is killed", kill("elastic-drive-freeze.service")],
        ["guard and switch are killed at once", kill(UNITS)],
        ["the driver's connection is cut", async () => guest.close()],
    ] as const)
        it(`ends, and claims nothing, when ${what}`, () =>
            underAWriter(`frozen-${number}`, async () => {
                const writer = await probe();
                try {
                    const { thaw } = await frozen();
                    await end();
                    await overNow();
                    if (guest.isOpen) assert.equal((await thaw()).thawed, false);
                } finally {
                    await writer.stop();
                }
                const longest = await writer.longest;
                process.stderr.write(`freeze: ${what}: writers waited ${longest} ms\n`);
                assert.ok(longest > 100 && longest < limitSeconds * 1000 + 1000 + SLACK_MS, `${longest} ms`);
            }));

    it("ends before the drive is unmounted", async () => {
        const { drive } = await theSite();
        await underAWriter("frozen-unmounted", async () => {
            await frozen();
            await onServer("sudo systemctl stop var-content.mount");
            assert.notEqual((await (await drive.server()).try(`findmnt ${MOUNT_POINT}`)).code, 0);
            await onServer("sudo systemctl start var-content.mount");
        });
        await overNow();
    });
});

async function dial(): Promise<SshGuest> {
    const { drive } = await theSite();
    const secret = (key: string): Promise<string> => drive.checkout.pulumi("config", "get", key, "-s", drive.stack);
    const keys = { operatorKey: await secret(CONFIG.operatorKey), hostKey: await secret(CONFIG.hostKey) };
    return guestDialler(keys, drive.sshPort)((await drive.outputs()).sshHost);
}

const onServer = async (command: string): Promise<string> => (await (await theSite()).drive.server()).run(command);

/** Writes on the server until it is stopped: the longest that one write waited, in ms. */
async function probe(): Promise<{ longest: Promise<number>; stop(): Promise<unknown> }> {
    await onServer(`sudo rm -f ${FOLDER}/probe /run/probed`);
    const longest = onServer(`sudo python3 -c "$(echo ${Buffer.from(PROBE).toString("base64")} | base64 -d)"`).then(
        Number,
    );
    await onServer(`until [ -s ${FOLDER}/probe ]; do sleep 0.1; done`);
    return { longest, stop: () => onServer("sudo touch /run/probed") };
}

/** Nothing of it runs any more, and whoever wants the lock has it. */
async function overNow(): Promise<void> {
    await onServer(
        `for n in $(seq 150); do [ -z "$(systemctl list-units -q --no-legend ${UNITS})" ] && break; sleep 0.2; done`,
    );
    assert.equal(await onServer(`systemctl list-units -q --no-legend ${UNITS}`), "");
    await onServer(`sudo flock -w 5 /run/elastic-drive.lock true && sudo touch ${FOLDER}/after`);
}
