import * as assert from "node:assert/strict";
import type { DriveError } from "../../infra/model/errors";
import { asRoot } from "./root";

describe("a command of root's", () => {
    const willing = (): Promise<undefined> => Promise.resolve(undefined);
    const refusing = (): Promise<string> => Promise.resolve("sudo: a password is required");

    it("is root's own, or goes by sudo with the proxies that sudo would forget", async () => {
        assert.deepEqual(await asRoot("apt-get install x", {}, 0, refusing), []);
        const env = { http_proxy: "http://proxy.example:3128", NO_PROXY: "localhost", HOME: "/home/a" };
        assert.deepEqual(await asRoot("apt-get install x", env, 1000, willing), [
            ...["sudo", "--non-interactive", "env"],
            ...["http_proxy=http://proxy.example:3128", "NO_PROXY=localhost"],
        ]);
    });

    it("that nobody may give is named before anything is tried, with what to run by hand", async () => {
        await assert.rejects(asRoot("apt-get install x", {}, 1000, refusing), (error: DriveError) => {
            assert.equal(error.code, "RootNeeded");
            assert.match(error.message, /a password is required/);
            assert.match(error.details.hint ?? "", /run 'apt-get install x' as root/);
            return true;
        });
    });
});
