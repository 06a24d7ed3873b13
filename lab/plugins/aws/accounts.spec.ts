import * as assert from "node:assert/strict";
import { TestLab } from "../../ec2/testing";
import { Api } from "./client";
import { settingsOf } from "./settings";

describe("aws plugin: allowed accounts", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open()));
    afterEach(() => lab.close());

    const configured = (allowed: unknown, accessKey = "lab"): Promise<void> => {
        const endpoints = JSON.stringify([{ ec2: lab.url, sts: lab.url }]);
        const config = { region: "us-east-1", accessKey, secretKey: "lab", endpoints };
        const settings = settingsOf({ ...config, allowedAccountIds: JSON.stringify(allowed) });
        return new Api(settings).refuseOtherAccounts(new AbortController().signal);
    };

    it("takes the account that is named, whether as text or as a number, and any where none is named", async () => {
        await configured(["123456789012"]);
        await configured([123456789012]);
        await configured(["210987654321", "123456789012"]);
        await configured([]);
    });

    it("refuses every other account at its configuration, in the real provider's words", async () => {
        await assert.rejects(configured(["123456789012"], "210987654321"), {
            message: "AWS account ID not allowed: 210987654321",
        });
    });

    it("refuses what is no list", () => {
        assert.throws(() => configured("123456789012"), /to be a list of account ids/);
    });
});
