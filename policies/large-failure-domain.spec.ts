import * as assert from "node:assert/strict";
import { FAILURE_RATES_AS_OF } from "../infra/model/durability";
import { attach, fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { largeFailureDomain } from "./large-failure-domain";

const drive = (n: number, props: object = {}) =>
    Array.from({ length: n }, (_, i) => slot(`b${String.fromCharCode(97 + i)}`, { props: { ...props } }));
const messages = (resources: ReturnType<typeof drive>, config?: object) =>
    judge(largeFailureDomain, resources, config).map(({ message }) => message);

describe("policy large-failure-domain", () => {
    it("passes few volumes, and many that hardly ever fail", () => {
        assert.deepEqual(messages(drive(5)), []);
        assert.deepEqual(messages(drive(20, { type: "io2" })), []);
    });

    it("remarks on many, with the yearly figure", () => {
        const twenty = drive(20);
        assert.deepEqual(judge(largeFailureDomain, twenty), [
            {
                message:
                    `drive 'content' is lost when one of 20 volumes fails: 2 to 3.9 % a year (${FAILURE_RATES_AS_OF.date}); ` +
                    "a single gp3 has 0.1 to 0.2 %",
                urn: twenty[0]?.urn,
                level: "violation",
            },
        ]);
        assert.equal(largeFailureDomain.enforcementLevel, "advisory");
    });

    it("counts a volume that is copied and its copy once", () => {
        const state = (name: string, is: string) => slot(name, { state: is });
        assert.deepEqual(messages([...drive(5), state("ca", "copying"), state("cb", "released")]), []);
        assert.match(messages([...drive(5), state("ca", "leaving")])[0] ?? "", /one of 6 volumes/);
    });

    it("looks at the volumes of one instance, also without a drive", () => {
        const server = fake(TYPE.instance, "web", {});
        const volumes = Array.from({ length: 8 }, (_, i) => fake(TYPE.volume, `v${i}`, { type: "gp3" }));
        const joined = volumes.map((volume, i) => attach(`a${i}`, volume, server));
        assert.match(
            messages([server, ...volumes, ...joined])[0] ?? "",
            /^a file system over the volumes of instance 'web' is lost/,
        );
        assert.deepEqual(messages(volumes), []);
    });

    it("takes another figure from its settings", () => {
        assert.deepEqual(messages(drive(20), { maxYearlyPercent: 5 }), []);
        assert.equal(messages(drive(2), { maxYearlyPercent: 0.1 }).length, 1);
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(largeFailureDomain, strangers([TYPE.volume])), []);
    });

    it("takes a type that a preview does not know for a usual one", () => {
        assert.equal(messages(drive(20, { type: NOT_KNOWN })).length, 1);
    });
});
