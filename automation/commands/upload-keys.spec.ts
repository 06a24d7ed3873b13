import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uploadUsers } from "./upload-keys";

const A = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBq8dT0u3sHk1mCkM4l2W0sTqk3o8mH1eJ8a7W3F9k2p";
const B = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICq8dT0u3sHk1mCkM4l2W0sTqk3o8mH1eJ8a7W3F9k2p Büro von Anna";

describe("the keys of --upload-user", () => {
    let folder: string;
    const file = (name: string, bytes: string | Buffer): string => {
        writeFileSync(join(folder, name), bytes);
        return join(folder, name);
    };
    const keysOf = async (...given: string[]): Promise<unknown> => {
        const { users, faults } = await uploadUsers({ anna: given });
        return faults.length > 0 ? faults : (users["anna"] as { publicKeys: string[] }).publicKeys;
    };
    const faultOf = async (given: string): Promise<string> => {
        const found = (await keysOf(given)) as { path: string; reason: string }[];
        assert.deepEqual(
            found.map(({ path }) => path),
            ["uploads.users.anna"],
            "one fault",
        );
        return found[0]!.reason;
    };
    before(() => (folder = mkdtempSync(join(tmpdir(), "drive-keys-"))));
    after(() => rmSync(folder, { recursive: true }));

    it("add up for one name, each once", async () => {
        assert.deepEqual(await keysOf(file("a.pub", A), B, A), [A, B]);
    });

    it("are read from a file whatever the path looks like, and taken as they are where there is none", async () => {
        const here = process.cwd();
        process.chdir(folder);
        try {
            mkdirSync("ssh-keys");
            file("ssh-keys/anna.pub", B);
            file("sk-anna", A);
            assert.deepEqual(await keysOf("ssh-keys/anna.pub", "sk-anna"), [B, A]);
        } finally {
            process.chdir(here);
        }
        assert.deepEqual(await keysOf(A), [A]);
        assert.match(
            await faultOf("ssh-keys/bob.pub"),
            /cannot read the public key file 'ssh-keys\/bob.pub' \(ENOENT\)/,
        );
        assert.match(await faultOf(folder), /\(EISDIR\)/);
    });

    it("may lie in a file of several, with a mark in front, line ends of Windows or of old Macs, and remarks", async () => {
        assert.deepEqual(await keysOf(file("two.pub", `\uFEFF# Anna\r\n${A}\r\n\r\n${B}\r\n`)), [A, B]);
        assert.deepEqual(await keysOf(file("mac.pub", `${A}\r${B}`)), [A, B]);
        assert.deepEqual(await keysOf(file("le.pub", Buffer.from(`\uFEFF${B}\r\n`, "utf16le"))), [B]);
        assert.deepEqual(await keysOf(file("be.pub", Buffer.from(`\uFEFF${B}\r\n`, "utf16le").swap16())), [B]);
    });

    it("of another form are one fault a file, with the way out", async () => {
        const putty = file(
            "putty.pub",
            `---- BEGIN SSH2 PUBLIC KEY ----\r\nComment: "x"\r\nAAAA\r\n---- END SSH2 PUBLIC KEY ----\r\n`,
        );
        assert.match(await faultOf(putty), new RegExp(`RFC 4716.*ssh-keygen -i -f ${putty}`));
        const secret = `-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n`;
        assert.match(await faultOf(file("id_ed25519", secret)), /'.*id_ed25519': this is a private key/);
        assert.match(await faultOf(file("bare.pub", Buffer.from(A, "utf16le"))), /UTF-16/);
        assert.match(await faultOf(file("none.pub", "# nothing yet\n")), /holds no key/);
    });
});
