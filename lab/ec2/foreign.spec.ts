import * as assert from "node:assert/strict";
import { request } from "node:http";
import { TestLab } from "./testing";

describe("requests that a web page could send", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open()));
    afterEach(() => lab.close());

    const FAULT = JSON.stringify({ action: "*", kind: "error", count: 1 });
    const send = (path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> =>
        new Promise((resolve, reject) => {
            const sent = request(`${lab.url}${path}`, { method: "POST", headers }, (answer) => {
                let text = "";
                answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
                answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
            });
            sent.on("error", reject);
            sent.end(path.startsWith("/_lab/") ? FAULT : "Action=DescribeVolumes&Version=2016-11-15");
        });
    const port = (): string => new URL(lab.url).port;
    const refusedAs = async (path: string, headers: Record<string, string>, why: RegExp): Promise<void> => {
        const { status, text } = await send(path, headers);
        assert.equal(status, 403, text);
        const { code, message } = JSON.parse(text) as { code: string; message: string };
        assert.equal(code, "ForeignRequest");
        assert.match(message, why);
        assert.deepEqual(lab.faults.list(), []);
    };

    it("are refused with any Origin, and do nothing", async () => {
        for (const origin of ["https://page.example", "null", `http://127.0.0.1:${port()}`])
            await refusedAs("/_lab/faults", { origin }, /Origin: /);
        await refusedAs("/", { origin: "https://page.example" }, /Origin: https:\/\/page\.example/);
    });

    it("are refused by a name that only leads here", async () => {
        for (const host of [`page.example:${port()}`, "127.0.0.1.page.example", "localhost.page.example", "[::1]"])
            await refusedAs("/_lab/faults", { host }, /Host: /);
        await refusedAs("/", { host: "page.example" }, /Host: page\.example/);
    });

    it("are answered from programs of this host, by its number and by its name", async () => {
        for (const host of [`127.0.0.1:${port()}`, `localhost:${port()}`])
            assert.equal((await send("/_lab/faults", { host })).status, 200, host);
        assert.equal(lab.faults.list().length, 2);
    });
});
