import { strict as assert } from "node:assert";
import { rootWay, type Try } from "./host";

/** A host on which only these programs do what they are asked. */
const host = (...willing: readonly string[]): { attempt: Try; asked: string[] } => {
    const asked: string[] = [];
    return {
        asked,
        attempt: ([program = ""]) => {
            asked.push(program);
            return Promise.resolve(willing.includes(program) ? undefined : `${program}: Operation not permitted`);
        },
    };
};

describe("who makes the image's files", () => {
    it("is root itself, without a question", async () => {
        const { attempt, asked } = host();
        assert.deepEqual(await rootWay(0, attempt), { prefix: [], mode: "root" });
        assert.deepEqual(asked, []);
    });

    it("is the user in namespaces of its own, and sudo is not asked", async () => {
        const { attempt, asked } = host("unshare", "sudo");
        const { prefix, mode } = await rootWay(1000, attempt);
        assert.deepEqual([prefix[0], mode, asked], ["unshare", "unshare", ["unshare"]]);
    });

    it("is root by sudo where the host forbids namespaces, with the proxies that sudo would forget", async () => {
        const before = process.env["http_proxy"];
        process.env["http_proxy"] = "http://proxy.example:3128";
        try {
            const { prefix, mode } = await rootWay(1000, host("sudo").attempt);
            assert.equal(mode, "root");
            assert.deepEqual(prefix.slice(0, 3), ["sudo", "--non-interactive", "env"]);
            assert.ok(prefix.includes("http_proxy=http://proxy.example:3128"));
        } finally {
            if (before === undefined) delete process.env["http_proxy"];
            else process.env["http_proxy"] = before;
        }
    });

    it("is nobody where neither can be had: what the host said, and the settings that forbid it", async () => {
        await assert.rejects(rootWay(1000, host().attempt), (error: Error & { details?: { hint?: string } }) => {
            assert.match(error.message, /unshare: Operation not permitted/);
            assert.match(error.details?.hint ?? "", /apparmor_restrict_unprivileged_userns/);
            return true;
        });
    });
});
