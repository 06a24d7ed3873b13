import * as assert from "node:assert/strict";
import { identityOf } from "./identity";

describe("the driver's identity", () => {
    it("is the SDK's to find in this process's own environment", () => {
        assert.deepEqual(identityOf(process.env), {});
    });
    it("comes from the environment that the caller gave, as the engine's does", () => {
        const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
        assert.deepEqual(identityOf(keys), { credentials: { accessKeyId: "a", secretAccessKey: "b" } });
        assert.deepEqual(identityOf({ ...keys, AWS_SESSION_TOKEN: "c" }), {
            credentials: { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" },
        });
        assert.deepEqual(identityOf({ AWS_PROFILE: "content" }), { profile: "content" });
        assert.deepEqual(identityOf({}), {});
    });
});
