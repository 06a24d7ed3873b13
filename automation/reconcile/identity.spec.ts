import * as assert from "node:assert/strict";
import { refuseOtherAccount } from "../ec2/account";
import { identified, isIdentified, makeNonce } from "./identity";
import { desired, ec2, settled } from "./testing";

const { account: _account, nonce: _nonce, ...old } = desired;
const ACCOUNT = "123456789012";
const of = (stack: object) => ({ ...settled, stack: { ...settled.stack, desired: old, ...stack } });

describe("what tells a drive from another of its name", () => {
    it("is made of 16 hexadecimal digits, never the same, and no number for a YAML file", () => {
        const made = Array.from({ length: 1_000 }, makeNonce);
        assert.ok(made.every((nonce) => /^[a-f][0-9a-f]{15}$/.test(nonce)));
        assert.equal(new Set(made).size, made.length);
    });

    it("is given to a drive of an older version, once, as one more change of it", () => {
        assert.equal(isIdentified(old), false);
        const given = identified(old, of({}), ACCOUNT);
        assert.deepEqual(given, { ...old, account: ACCOUNT, nonce: given.nonce, revision: old.revision + 1 });
        assert.equal(isIdentified(given), true);
    });

    it("is the one that the last up gave, whatever this checkout knows", () => {
        const nonce = "a123456789abcdef";
        assert.equal(identified(old, of({ desired: { ...old, nonce } }), ACCOUNT).nonce, nonce);
    });

    it("counts no change of a drive that was never brought up", () => {
        const fresh = of({ desired: undefined, serverId: undefined, volumes: {}, ids: [] });
        assert.equal(identified(old, fresh, ACCOUNT).revision, old.revision);
    });

    it("is no account in which nothing of the drive is to be seen: then that one's number is not written", () => {
        const empty = { ...of({}), ec2: ec2({ volumes: [], servers: [] }).ec2 };
        assert.throws(() => identified(old, empty, ACCOUNT), {
            code: "AccountUnproven",
            message: /vol-ba, vol-bb, i-1/,
        });
        const one = { ...of({}), ec2: ec2({ servers: [] }).ec2 };
        assert.equal(identified(old, one, ACCOUNT).account, ACCOUNT);
    });

    it("refuses another account with both numbers, and takes its own", () => {
        refuseOtherAccount("content", ACCOUNT, ACCOUNT);
        refuseOtherAccount("content", undefined, ACCOUNT);
        assert.throws(() => refuseOtherAccount("content", ACCOUNT, "210987654321"), {
            code: "AccountDiffers",
            message: /210987654321, drive content is in 123456789012/,
        });
    });
});
