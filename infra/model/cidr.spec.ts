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
        ["::ffff:10.0.0.1", /IPv4 only/],
        ["010.0.0.0/8", /'010.0.0.0\/8': a number that begins with 0 is ten to one program .*; write 10.0.0.0\/8$/],
        ["10.0.01.0/24", /write 10.0.1.0\/24$/],
        ["10.0.0.0/08", /write 10.0.0.0\/8$/],
        ["0127.0.0.1", /write 127.0.0.1$/],
        ["010.0.0.5/16", /got '010.0.0.5\/16': bits are set .*; write 10.0.0.0\/16/],
        ["08.0.0.0/7", /got '08.0.0.0\/7': 33554432 public addresses/],
        ["10.0.0.0/255.255.0.0", /not how a network is written; write 10.0.0.0\/16$/],
        ["10.0.0.0/255.0.255.0", /not a network/],
        ["0.0.0.0/0.0.0.0", /open to the whole world/],
        [" 10.0.1.7", /write 10.0.1.7$/],
        ["10.0.0.0/", /not a network/],
        ["10.0.0.0/-1", /not a network/],
        ["10.0.0.0/8/8", /not a network/],
        ["0x0a.0.0.1", /not a network/],
        ["167772160", /not a network/],
        ["10.1", /not a network/],
        ["10.0.0.1-10.0.0.9", /not a network/],
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

    it("takes one way of writing each number: what a message proposes is taken, and nothing with a zero in front is", () => {
        const number = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 2 }));
        fc.assert(
            fc.property(fc.tuple(number, number, number), ([b, c, d]) => {
                const padded = [b, c, d].map(([value, zeros]) => "0".repeat(zeros) + String(value)).join(".");
                const plain = [b, c, d].map(([value]) => value).join(".");
                const fault = networkFault(`10.${padded}`);
                if (padded === plain) assert.equal(fault, undefined);
                else assert.ok(fault?.endsWith(`; write 10.${plain}`), `10.${padded}: ${fault}`);
            }),
        );
    });

    it("writes a single address as a network", () => {
        assert.equal(asCidr("10.0.1.7"), "10.0.1.7/32");
        assert.equal(asCidr("10.0.0.0/16"), "10.0.0.0/16");
    });
});
