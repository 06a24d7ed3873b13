import * as assert from "node:assert/strict";
import { UNKNOWN } from "../protocol/values";
import { check, diff, LOCAL, REMOTE } from "./inputs";

describe("command: inputs", () => {
    it("fills in the defaults of the connection, its proxy's too", () => {
        const { inputs, failures } = check(REMOTE, { connection: { host: "a", proxy: { host: "b" } }, create: "true" });
        const defaults = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
        assert.deepEqual(failures, []);
        assert.deepEqual(inputs, {
            addPreviousOutputInEnv: true,
            connection: { ...defaults, host: "a", proxy: { ...defaults, host: "b" } },
            create: "true",
        });
    });

    it("names every fault: unknown, missing, of the wrong type", () => {
        const { failures } = check(REMOTE, { connection: { hots: "a" }, crate: "true", stdin: 3, logging: "loud" });
        const properties = failures.map((failure) => failure.property);
        assert.deepEqual(properties.sort(), ["connection.host", "connection.hots", "crate", "logging", "stdin"]);
    });

    it("knows no connection for a local command, and no assetPaths", () => {
        const { failures } = check(LOCAL, { connection: { host: "a" }, assetPaths: ["*"], dir: "/" });
        assert.deepEqual(failures.map((failure) => failure.property).sort(), ["assetPaths", "connection"]);
    });

    it("lets unknown values pass", () => {
        assert.deepEqual(check(REMOTE, { connection: { host: UNKNOWN, port: UNKNOWN }, stdin: UNKNOWN }).failures, []);
    });

    const state = { create: "a", triggers: ["1", "2"], connection: { host: "h" }, stdout: "x" };
    const paths = (news: object, ignore: string[] = []): unknown[] =>
        [...diff(REMOTE, state, { ...state, ...news, stdout: undefined }, ignore)].map(
            ([path, { change, replace }]) => [path, change, replace],
        );

    it("sees no difference where there is none, and none that is ignored", () => {
        assert.deepEqual(paths({}), []);
        assert.deepEqual(paths({ create: "b" }, ["create"]), []);
    });

    it("names single triggers by index, so that the SDK's replaceOnChanges finds them", () => {
        assert.deepEqual(paths({ triggers: ["1", "3", "4"] }), [
            ["triggers[1]", "update", false],
            ["triggers[2]", "add", false],
        ]);
        assert.deepEqual(paths({ triggers: undefined }), [["triggers", "delete", true]]);
    });

    it("updates in place for all else, an unknown value too", () => {
        assert.deepEqual(paths({ connection: { host: "i" }, stdin: "x" }), [
            ["stdin", "add", false],
            ["connection.host", "update", false],
        ]);
        assert.deepEqual(paths({ create: UNKNOWN }), [["create", "update", false]]);
    });
});
