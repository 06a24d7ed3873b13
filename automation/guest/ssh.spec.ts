import * as assert from "node:assert/strict";
import { createServer } from "node:net";
import { pvUuid } from "../../infra/guest/identity";
import { FakeGuest } from "../scenarios/support/fake-guest";
import { guestDialler } from "./ssh-guest";
import { fingerprint, isPublicKey, makeKeyPair, publicKeyOf } from "./keys";

/** One address a spec, so that specs of other runs do not meet. */
const ADDRESS = `127.91.${process.pid % 250}.${1 + (process.hrtime()[1] % 250)}`;
const PORT = 20_022;

describe("keys", () => {
    const pair = makeKeyPair("somebody");
    it("are made in OpenSSH format, and the public line follows from the private key", () => {
        assert.match(pair.privateKey, /^-----BEGIN OPENSSH PRIVATE KEY-----/);
        assert.equal(publicKeyOf(pair.privateKey), pair.publicKey.split(" ").slice(0, 2).join(" "));
        assert.equal(publicKeyOf("no key"), undefined);
    });
    it("are told from what is none", () => {
        assert.deepEqual([pair.publicKey, pair.privateKey, "ssh-ed25519 AAAA"].map(isPublicKey), [true, false, false]);
        assert.match(fingerprint(pair.publicKey), /^SHA256:[A-Za-z0-9+/]{43}$/);
    });
});

describe("the server over ssh", () => {
    const host = makeKeyPair("host");
    const keys = { operatorKey: makeKeyPair("operator").privateKey, hostKey: host.privateKey };
    const guest = new FakeGuest(host.privateKey);
    before(() => guest.listen(ADDRESS, PORT));
    after(() => guest.close());

    it("is observed in one call; volumes are known by serial", async () => {
        guest.state.members = [{ serial: "vol0a1b2c3d4e5f60718", bytes: 8589934592, used: 8589934592, leaving: false }];
        guest.state.mounted = true;
        guest.state.clients = ["10.0.0.0/16"];
        const open = await guestDialler(keys, PORT)(ADDRESS);
        const seen = await open.observe();
        open.close();
        assert.deepEqual(
            seen.members.map(({ volumeId }) => volumeId),
            ["vol-0a1b2c3d4e5f60718"],
        );
        assert.deepEqual([seen.mounted, seen.sizeBytes, seen.exports], [true, 8589934592, ["10.0.0.0/16"]]);
        assert.deepEqual(guest.state.calls, ["observe"]);
    });
    it("is frozen and thawed on one connection, and says what it lies on", async () => {
        const open = await guestDialler(keys, PORT)(ADDRESS);
        guest.state.calls.length = 0;
        const held = await open.freeze({ id: "set-1", freeze: true, limitSeconds: 6 });
        const members = [
            { volumeId: "vol-0a1b2c3d4e5f60718", pvUuid: pvUuid("vol-0a1b2c3d4e5f60718"), sizeBytes: 8589934592 },
        ];
        assert.deepEqual([held.frozen, held.why, held.drive, held.members], [true, undefined, "content", members]);
        await assert.rejects(open.freeze({ id: "set-2", freeze: true, limitSeconds: 6 }), { code: "ServerBusy" });
        const { thawed, held: lasted } = await held.thaw();
        assert.deepEqual([thawed, lasted, await held.thaw().then((again) => again.thawed)], [true, true, true]);
        guest.state.notFrozen = "a disk does not answer";
        const { frozen, why } = await open.freeze({ id: "set-3", freeze: true, limitSeconds: 6 });
        assert.deepEqual([frozen, why], [false, "a disk does not answer"]);
        open.close();
        assert.deepEqual(guest.state.calls, ["freeze", "freeze", "thaw", "thaw", "freeze"]);
    });
    it("is not spoken to when it has another host key", async () => {
        const strangers = { ...keys, hostKey: makeKeyPair("stranger").privateKey };
        await assert.rejects(guestDialler(strangers, PORT)(ADDRESS), { code: "WrongHostKey" });
    });
    it("that goes down in mid-handshake is unreachable, not waited for for ever", async () => {
        const dying = createServer((socket) => socket.end("SSH-2.0-dying\r\n"));
        await new Promise<void>((resolve) => dying.listen(PORT + 2, ADDRESS, resolve));
        try {
            await assert.rejects(guestDialler(keys, PORT + 2)(ADDRESS), { code: "SshUnreachable" });
        } finally {
            dying.close();
        }
    });
    it("that does not listen is unreachable, and may be tried again", async () => {
        await assert.rejects(
            guestDialler(keys, PORT + 1)(ADDRESS),
            (error: Error & { details: { retryable?: boolean } }) => {
                return error.name === "SshUnreachable" && error.details.retryable === true;
            },
        );
    });
    it("needs a host key that can be read", () => {
        assert.throws(() => guestDialler({ ...keys, hostKey: "none" }), { code: "KeyUnreadable" });
    });
});
