import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { asCidr, networkFault } from "./cidr";

describe("networks that may come in", () => {
    for (const legal of [
        "10.0.0.0/8",
        "10.0.1.7",
        "10.0.1.7/32",
        "203.0.113.0/24",
        "198.51.0.0/16",
        "127.0.0.0/8",
        "100.64.0.0/10",
    ]) {
        it(`takes ${legal}`, () => assert.equal(networkFault(legal), undefined));
    }
    const refused: [string, RegExp][] = [
        ["0.0.0.0/0", /open to the whole world/],
        ["::/0", /open to the whole world/],
        ["0/0", /open to the whole world/],
        ["0.0.0.0/00", /open to the whole world/],
        ["8.0.0.0/7", /33554432 public addresses; a public network may be \/16 at the widest/],
        ["128.0.0.0/1", /public addresses/],
        ["10.0.0.5/16", /bits are set behind the prefix; write 10.0.0.0\/16 or 10.0.0.5\/32/],
        ["10.0.0.0/33", /not a network/],
        ["10.0.0.256", /not a network/],
        ["10.0.0/16", /not a network/],
        ["*.example.com", /not a network/],
        ["", /got '': not a network/],
        ["224.0.0.1", /no host has such an address/],
        ["0.0.0.0", /no host/],
        ["2001:db8::/32", /IPv4 only/],
    ];
    for (const [text, reason] of refused) {
        it(`refuses '${text}'`, () => assert.match(networkFault(text) ?? "accepted", reason));
    }

    it("never lets in a public network wider than /16", () => {
        fc.assert(
            fc.property(fc.ipV4(), fc.integer({ min: 0, max: 15 }), (address, prefix) => {
                const [first, second] = address.split(".").map(Number);
                const isPrivate =
                    first === 10 ||
                    first === 127 ||
                    (first === 172 && second! >= 16 && second! < 32) ||
                    (first === 100 && second! >= 64 && second! < 128);
                fc.pre(!isPrivate);
                assert.notEqual(networkFault(`${address}/${prefix}`), undefined);
            }),
        );
    });

    it("writes a single address as a network", () => {
        assert.equal(asCidr("10.0.1.7"), "10.0.1.7/32");
        assert.equal(asCidr("10.0.0.0/16"), "10.0.0.0/16");
    });
});
