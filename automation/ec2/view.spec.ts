import * as assert from "node:assert/strict";
import { TAG } from "../../infra/model/names";
import { serverView } from "./view";

describe("EC2's view of a server", () => {
    const leaving = (value?: string): boolean =>
        serverView({
            InstanceId: "i-0a1b2c3d4e5f60718",
            Tags: value === undefined ? [] : [{ Key: TAG.leaving, Value: value }],
        }).leaving;

    it("leaves when its own id says so: a tag that was copied from another server starts no rehost", () => {
        assert.equal(leaving("i-0a1b2c3d4e5f60718"), true);
        for (const value of [undefined, "", "true", "i-00000000000000001", "2026-11-27T10:00:00.000Z"])
            assert.equal(leaving(value), false, value);
    });
});
