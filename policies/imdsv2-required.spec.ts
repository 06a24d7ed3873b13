import * as assert from "node:assert/strict";
import { imdsv2Required } from "./imdsv2-required";
import { fake, judge, NOT_KNOWN, remediate, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";

const server = (props: object) => fake(TYPE.instance, "web", { instanceType: "m7i.large", ...props });

describe("policy imdsv2-required", () => {
    it("passes required tokens, a closed endpoint, and options that come from a launch template", () => {
        const fine = [
            server({ metadataOptions: { httpTokens: "required", httpEndpoint: NOT_KNOWN } }),
            server({ metadataOptions: { httpEndpoint: "disabled" } }),
            server({ launchTemplate: { id: "lt-1" } }),
        ];
        assert.deepEqual(judge(imdsv2Required, fine), []);
    });

    it("refuses what is optional or not said", () => {
        const bad = [
            server({}),
            server({ metadataOptions: {} }),
            server({ metadataOptions: { httpTokens: "optional" } }),
        ];
        assert.deepEqual(
            judge(imdsv2Required, bad).map(({ message, urn }) => [message, urn]),
            [
                ["instance 'web' does not say httpTokens, so its metadata opens without a session token", bad[0]?.urn],
                ["instance 'web' does not say httpTokens, so its metadata opens without a session token", bad[1]?.urn],
                [
                    "instance 'web' has httpTokens: 'optional', so its metadata opens without a session token",
                    bad[2]?.urn,
                ],
            ],
        );
    });

    it("judges and mends a request for a spot instance as well", () => {
        const bad = fake(TYPE.spotRequest, "night", {});
        assert.deepEqual(judge(imdsv2Required, [bad]), [
            {
                message: "spot request 'night' does not say httpTokens, so its metadata opens without a session token",
                urn: bad.urn,
                level: "violation",
            },
        ]);
        assert.deepEqual(remediate(imdsv2Required, bad), { metadataOptions: { httpTokens: "required" } });
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(imdsv2Required, strangers([TYPE.instance, TYPE.spotRequest])), []);
    });

    it("says what a preview does not know, and judges the others", () => {
        const unknown = [
            server({ metadataOptions: NOT_KNOWN }),
            server({ metadataOptions: { httpTokens: NOT_KNOWN } }),
        ];
        const levels = judge(imdsv2Required, [...unknown, server({})]).map(({ level }) => level);
        assert.deepEqual(levels, ["note", "note", "violation"]);
    });

    it("as a remediation requires tokens and keeps the other options", () => {
        const mended = remediate(
            imdsv2Required,
            server({ metadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 1 } }),
        );
        assert.deepEqual((mended as { metadataOptions: unknown }).metadataOptions, {
            httpTokens: "required",
            httpPutResponseHopLimit: 1,
        });
        assert.equal(remediate(imdsv2Required, server({ metadataOptions: { httpTokens: "required" } })), undefined);
        assert.equal(remediate(imdsv2Required, server({ metadataOptions: NOT_KNOWN })), undefined);
    });
});
