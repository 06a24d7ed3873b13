import * as assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { otherFormat, publicKeyFault } from "./public-key";

const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
};
const line = (type: string, ...fields: (Buffer | string)[]): string =>
    `${type} ${Buffer.concat([type, ...fields].map((one) => field(Buffer.from(one)))).toString("base64")}`;
/** As ssh writes a number: never with the first bit set. */
const number = (bytes: Buffer): Buffer => (bytes[0]! >= 128 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);

function ed25519(): string {
    const jwk = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    return line("ssh-ed25519", Buffer.from(jwk.x!, "base64url"));
}
/** Only its length counts here. */
const rsa = (bits: number): string => {
    const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xa5);
    modulus[0] = 1 << ((bits - 1) % 8);
    return line("ssh-rsa", Buffer.from([1, 0, 1]), number(modulus));
};

describe("public keys of upload users", () => {
    const key = ed25519();
    const blob = key.split(" ")[1]!;
    const taken: [string, string][] = [
        ["a key with a comment", `${key} someone@laptop`],
        ["a comment with blanks and umlauts", `${key} Anna Müller, Büro 2`],
        ["a carriage return at the end", `${key} x\r`],
        ["RSA of 2048 bits", rsa(2048)],
        ["RSA of 4096 bits", rsa(4096)],
        ["ECDSA", line("ecdsa-sha2-nistp256", "nistp256", Buffer.alloc(65, 4))],
        ["a key of a security token", line("sk-ssh-ed25519@openssh.com", Buffer.alloc(32, 1), "ssh:")],
    ];
    for (const [what, text] of taken) it(`takes ${what}`, () => assert.equal(publicKeyFault(text), undefined));

    const refused: [string, string, RegExp][] = [
        ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----", /this is a private key; write the public half/],
        ["PuTTY's private key", "PuTTY-User-Key-File-3: ssh-ed25519", /this is a private key; .*PuTTYgen/],
        ["RFC 4716", `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "x"\n${blob}`, /RFC 4716.*ssh-keygen -i -f/],
        ["PEM", "-----BEGIN PUBLIC KEY-----\nMCow", /PEM form; ssh-keygen -i -m PKCS8 -f/],
        ["a cut key", key.slice(0, -9), /damaged or cut short/],
        ["a key of another type than it says", key.replace("ssh-ed25519", "ssh-rsa"), /damaged/],
        ["a key with a field too many", line("ssh-ed25519", Buffer.alloc(32), "x"), /damaged/],
        ["a curve point of another length", line("ecdsa-sha2-nistp256", "nistp256", Buffer.alloc(97, 4)), /damaged/],
        ["options before the key", `command="sh" ${key}`, /options before a key are not taken; .*network\.sshFrom/],
        ["a source before the key", `from="10.0.0.0/8" ${key}`, /options before a key are not taken/],
        ["words before the key", `restrict,pty ${rsa(2048)}`, /options before a key are not taken/],
        ["a certificate", `ssh-ed25519-cert-v01@openssh.com ${blob}`, /a certificate; write the key it was made for/],
        ["a DSA key", "ssh-dss AAAAB3NzaC1kc3MAAACB", /a DSA key, which no current sshd takes/],
        ["RSA of 1024 bits", rsa(1024), /an RSA key of 1024 bits, at least 2048/],
        ["RSA of 2047 bits", rsa(2047), /an RSA key of 2047 bits/],
        ["two keys in one entry", `${key}\n${key}`, /one key an entry/],
        ["a text of two bytes a letter", Buffer.from(key, "utf16le").toString("utf8"), /UTF-16/],
        ["control characters", `${key} x\u001b[2J`, /characters that are no text/],
        ["a word of the object's own", "constructor AAAA", /not an OpenSSH public key/],
        ["nothing", "", /got '': not an OpenSSH public key/],
    ];
    for (const [what, text, reason] of refused)
        it(`refuses ${what}`, () => assert.match(publicKeyFault(text) ?? "accepted", reason));

    it("takes no OpenSSH key for another format", () => assert.equal(otherFormat(`# mine\n${key}`), undefined));
});
