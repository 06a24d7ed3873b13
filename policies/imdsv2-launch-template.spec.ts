import * as assert from "node:assert/strict";
import { imdsv2LaunchTemplate } from "./imdsv2-launch-template";
import { fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";

const template = (props: object) => fake(TYPE.launchTemplate, "web", props);

describe("policy imdsv2-launch-template", () => {
    it("passes required tokens and a closed endpoint", () => {
        const fine = [{ httpTokens: "required" }, { httpEndpoint: "disabled" }];
        assert.deepEqual(
            judge(
                imdsv2LaunchTemplate,
                fine.map((metadataOptions) => template({ metadataOptions })),
            ),
            [],
        );
    });

    it("refuses what is optional or not said", () => {
        const bad = [template({}), template({ metadataOptions: { httpTokens: "optional" } })];
        assert.deepEqual(
            judge(imdsv2LaunchTemplate, bad).map(({ message, urn }) => [message, urn]),
            [
                ["launch template 'web' does not say httpTokens", bad[0]?.urn],
                ["launch template 'web' has httpTokens: 'optional'", bad[1]?.urn],
            ],
        );
    });

    it("judges a launch configuration as well", () => {
        const bad = fake(TYPE.launchConfiguration, "web", {});
        assert.deepEqual(judge(imdsv2LaunchTemplate, [bad]), [
            { message: "launch configuration 'web' does not say httpTokens", urn: bad.urn, level: "violation" },
        ]);
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(imdsv2LaunchTemplate, strangers([TYPE.launchTemplate, TYPE.launchConfiguration])), []);
    });

    it("says what a preview does not know", () => {
        const unknown = [
            template({ metadataOptions: NOT_KNOWN }),
            template({ metadataOptions: { httpTokens: NOT_KNOWN } }),
            template({}),
        ];
        assert.deepEqual(
            judge(imdsv2LaunchTemplate, unknown).map(({ level }) => level),
            ["note", "note", "violation"],
        );
    });
});
