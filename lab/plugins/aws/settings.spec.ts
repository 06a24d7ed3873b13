import * as assert from "node:assert/strict";
import { settingsFaults, settingsOf } from "./settings";

const endpoint = (url: string): { endpoints: string } => ({ endpoints: JSON.stringify([{ ec2: url }]) });
const config = { region: "us-east-1", accessKey: "lab", secretKey: "lab" };

describe("aws plugin: settings", () => {
    const saved = { ...process.env };
    beforeEach(() => {
        for (const name of Object.keys(process.env).filter((key) => key.startsWith("AWS_"))) {
            delete process.env[name];
        }
    });
    afterEach(() => Object.assign(process.env, saved));

    for (const url of [
        "https://ec2.us-east-1.amazonaws.com",
        "http://10.0.0.1:5000",
        "http://127.0.0.1.example.com",
        "http://[::2]:1",
    ]) {
        it(`refuses ${url}`, () => {
            assert.throws(() => settingsOf({ ...config, ...endpoint(url) }), /is not on this machine/);
            assert.equal(settingsFaults(endpoint(url))[0]?.property, "endpoints.ec2");
        });
    }

    for (const url of ["http://127.0.0.1:5000", "http://127.9.8.7:1", "http://localhost:1", "http://[::1]:1"]) {
        it(`takes ${url}`, () => {
            assert.equal(settingsOf({ ...config, ...endpoint(url) }).endpoint, url);
            assert.deepEqual(settingsFaults(endpoint(url)), []);
        });
    }

    it("refuses an STS endpoint elsewhere too", () => {
        const both = JSON.stringify([{ ec2: "http://127.0.0.1:1", sts: "https://sts.amazonaws.com" }]);
        assert.throws(() => settingsOf({ ...config, endpoints: both }), /is not on this machine/);
    });

    it("refuses to run without an endpoint, a region or credentials, and says what to set", () => {
        assert.throws(() => settingsOf(config), /no endpoint: .*AWS_ENDPOINT_URL/);
        assert.throws(
            () => settingsOf({ ...config, region: undefined, ...endpoint("http://127.0.0.1:1") }),
            /no region: set aws:region/,
        );
        process.env["AWS_SHARED_CREDENTIALS_FILE"] = "/nowhere";
        const home = process.env["HOME"];
        process.env["HOME"] = "/nowhere";
        try {
            assert.throws(
                () => settingsOf({ region: "us-east-1", ...endpoint("http://127.0.0.1:1") }),
                /no valid credential sources found/,
            );
        } finally {
            process.env["HOME"] = home;
        }
    });

    it("takes the endpoint of EC2 alone before that of all services", () => {
        process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
        process.env["AWS_ENDPOINT_URL_EC2"] = "http://127.0.0.1:2";
        const settings = settingsOf(config);
        assert.deepEqual([settings.endpoint, settings.stsEndpoint], ["http://127.0.0.1:2", "http://127.0.0.1:1"]);
    });

    it("reads tags and retries from their JSON text, and refuses a setting it does not know", () => {
        const tags = { defaultTags: '{"tags":{"a":"b"}}', maxRetries: "3", ...endpoint("http://127.0.0.1:1") };
        const settings = settingsOf({ ...config, ...tags });
        assert.deepEqual([settings.defaultTags, settings.maxAttempts], [{ a: "b" }, 3]);
        assert.deepEqual(
            settingsFaults({ assumeRoles: "[]", region: "x" }).map(({ property }) => property),
            ["assumeRoles"],
        );
    });
});
