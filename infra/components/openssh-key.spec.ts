import * as assert from "node:assert/strict";
import { utils } from "ssh2";
import { DriveError } from "../model/errors";
import { publicHalf } from "./openssh-key";

describe("public half of a private key", () => {
    const pair = utils.generateKeyPairSync("ed25519");

    it("is the line ssh-keygen wrote beside it", () => {
        assert.equal(publicHalf(pair.private, "key"), pair.public.trim());
        const ecdsa = utils.generateKeyPairSync("ecdsa", { bits: 256 });
        assert.equal(publicHalf(ecdsa.private, "key"), ecdsa.public.trim());
    });

    const locked = utils.generateKeyPairSync("ed25519", { passphrase: "secret", cipher: "aes256-ctr", rounds: 1 });
    const body = pair.private.split("\n");
    const refused: [string, string, RegExp][] = [
        ["the public half itself", pair.public, /no private key in OpenSSH's format/],
        ["nothing", "", /no private key/],
        ["an encrypted key", locked.private, /it is encrypted \(aes256-ctr\)/],
        [
            "a key cut short",
            [body[0], body[1]!.slice(0, 40), "-----END OPENSSH PRIVATE KEY-----"].join("\n"),
            /it is cut short/,
        ],
    ];
    for (const [what, text, reason] of refused) {
        it(`is not made from ${what}, and the key is never shown`, () => {
            assert.throws(
                () => publicHalf(text, "elastic-drive:hostKey"),
                (error) => {
                    assert.ok(error instanceof DriveError && error.code === "KeyUnusable");
                    assert.match(error.message, reason);
                    assert.match(error.message, /^elastic-drive:hostKey cannot be used/);
                    assert.ok(text === "" || !error.message.includes(text.slice(0, 60)));
                    return true;
                },
            );
        });
    }
});
