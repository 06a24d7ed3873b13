import { Duplex } from "node:stream";

/** Two ends of one wire, for specs: what is written to one is read from the other; destroying one closes the other. */
export function duplexPair(): [Duplex, Duplex] {
    const make = (other: () => Duplex): Duplex =>
        new Duplex({
            read: () => undefined,
            write(chunk, _encoding, done) {
                other().push(chunk);
                done();
            },
            destroy(error, done) {
                if (!other().destroyed) setImmediate(() => other().destroy());
                done(error);
            },
        });
    const a: Duplex = make(() => b);
    const b: Duplex = make(() => a);
    return [a, b];
}
