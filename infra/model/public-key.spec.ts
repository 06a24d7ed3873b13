import * as assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { publicKeyFault } from "./public-key";

function ed25519(): string {
    const jwk = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
    return `ssh-ed25519 ${Buffer.concat([field(Buffer.from("ssh-ed25519")), field(Buffer.from(jwk.x!, "base64url"))]).toString("base64")}`;
}

describe("public keys of upload users", () => {
    const key = ed25519();
    it("takes a key with and without a comment", () => {
        assert.equal(publicKeyFault(key), undefined);
        assert.equal(publicKeyFault(`${key} someone@laptop`), undefined);
    });
    const refused: [string, string, RegExp][] = [
        ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----", /this is a private key; write the public half/],
        ["a cut key", key.slice(0, -9), /damaged or cut short/],
        ["a key of another type than it says", key.replace("ssh-ed25519", "ssh-rsa"), /damaged/],
        ["options before the key", `command="sh" ${key}`, /not an OpenSSH public key/],
        ["two keys in one entry", `${key}\n${key}`, /one key an entry/],
        ["nothing", "", /got '': not an OpenSSH public key/],
    ];
    for (const [what, line, reason] of refused) {
        it(`refuses ${what}`, () => assert.match(publicKeyFault(line) ?? "accepted", reason));
    }
});
