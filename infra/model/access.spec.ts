import * as assert from "node:assert/strict";
import { accessOf, comesBack, removedAccess } from "./access";
import { parseDriveConfig, type DriveConfig } from "./config";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBLTGrimKc2WyJ+fVy2Gm1jUHEUOHAlPvTztlUcCvQfQ";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOWFziDV0r1bnx2CiJmErTUyLDX86b30l04g5fSI0hlz";

const config = (sshFrom: string[], keys: string[], clients: string[] = []): DriveConfig =>
    parseDriveConfig({
        name: "content",
        zone: "us-east-1a",
        network: { subnetId: "subnet-00000001", sshFrom },
        server: { instanceType: "m7i.large", imageId: "ami-00000001" },
        slots: { ba: { sizeGiB: 8 } },
        share: { clients },
        ...(keys.length > 0 ? { uploads: { users: { ann: { publicKeys: keys } } } } : {}),
    });

describe("who may come in", () => {
    const first = config(["203.0.113.0/24", "198.51.100.7"], [KEY, OTHER], ["10.0.1.21"]);
    const narrowed = config(["203.0.113.0/24"], [OTHER]);

    it("is told in full, with a key's comment left out and an address as its network", () => {
        assert.deepEqual(accessOf(config(["198.51.100.7"], [`${KEY} ann@home`], ["10.0.1.21"])), [
            "network.sshFrom 198.51.100.7/32",
            "share.clients 10.0.1.21/32",
            `uploads.users.ann ${KEY}`,
        ]);
    });
    it("what is taken away is remembered through later ups, until it is wanted again", () => {
        const removed = removedAccess([], first, narrowed);
        assert.deepEqual(removed, [
            "network.sshFrom 198.51.100.7/32",
            "share.clients 10.0.1.21/32",
            `uploads.users.ann ${KEY}`,
        ]);
        assert.deepEqual(removedAccess(removed, narrowed, narrowed), removed);
        assert.deepEqual(removedAccess(removed, narrowed, first), []);
        assert.deepEqual(removedAccess([], undefined, first), []);
    });
    it("an older checkout brings all of it back, the newest none, also under another comment or spelling", () => {
        const removed = removedAccess([], first, narrowed);
        assert.deepEqual(comesBack(removed, first), removed);
        assert.deepEqual(comesBack(removed, narrowed), []);
        assert.deepEqual(comesBack(removed, config(["198.51.100.7/32"], [OTHER, `${KEY} renamed`])), [
            "network.sshFrom 198.51.100.7/32",
            `uploads.users.ann ${KEY}`,
        ]);
    });
    it("another user's same key, and a new network, are no return", () => {
        const removed = removedAccess([], first, narrowed);
        const more = { ...narrowed, uploads: { ...narrowed.uploads, users: { bob: { publicKeys: [KEY] } } } };
        assert.deepEqual(comesBack(removed, more), []);
    });
});
